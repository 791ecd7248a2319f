// The findings, the latest first, with the filters in the address.

import { ShieldCheck, X } from 'lucide-react';
import { Link, useSearchParams } from 'wouter';

import { useDrift } from '../../api/queries';
import { app, drift as texts, words } from '../../texts';
import { Button } from '../../ui/Button';
import { Empty } from '../../ui/Empty';
import { ProblemNote } from '../../ui/ProblemNote';
import { Finding } from './Finding';

const KINDS = [
  'field_disagrees', 'lineage_disagrees', 'lineage_missing', 'identity_conflict', 'generation_only', 'listing_only', 'recompute_differs',
  'status_unknown', 'status_stuck', 'link_broken', 'remote_only', 'local_only', 'schema_changed',
] as const;
const STATES = ['open', 'accepted', 'closed'] as const;

// A word of the address, where it is one of those that may be asked for.
const among = <T extends string>(allowed: readonly T[], word: string | null): T | undefined => allowed.find((each) => each === word);

export function Findings() {
  const [search, setSearch] = useSearchParams();
  const kind = among(KINDS, search.get('kind'));
  const state = among(STATES, search.get('state')) ?? 'open';
  const asset = search.get('asset');
  const asked = useDrift({ state, ...(kind && { kind }), ...(asset && { asset_id: asset }) });
  const items = asked.data?.pages.flatMap((page) => page.items) ?? [];
  const choose = (changes: Record<string, string>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
        return next;
      },
      { replace: true },
    );
  return (
    <section className="stack" aria-labelledby="drift-findings">
      <h2 id="drift-findings">{texts.findings}</h2>
      <div className="row">
        <label className="field">
          <span className="label">{texts.kind}</span>
          <select className="select" value={kind ?? ''} onChange={(event) => choose({ kind: event.target.value })}>
            <option value="">{texts.anyKind}</option>
            {KINDS.map((each) => (
              <option key={each} value={each}>{words(each)}</option>
            ))}
          </select>
        </label>
        <label className="field">
          <span className="label">{texts.state}</span>
          <select className="select" value={state} onChange={(event) => choose({ state: event.target.value })}>
            {STATES.map((each) => (
              <option key={each} value={each}>{texts.states[each]}</option>
            ))}
          </select>
        </label>
      </div>
      {asset && (
        <p className="row small">
          {texts.ofAsset} <Link href={`/assets/${asset}`}>{asset}</Link>
          <Button size="small" look="quiet" onClick={() => choose({ asset: '' })}>
            <X aria-hidden />
            {texts.ofAll}
          </Button>
        </p>
      )}
      {asked.isPending && <p className="faint">{app.loading}</p>}
      {asked.isError && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data && items.length === 0 && <Empty icon={<ShieldCheck />} title={texts.noFindings} text={texts.noFindingsText} />}
      <ul className="run-list" aria-label={texts.findings}>
        {items.map((finding) => (
          <li key={finding.id}>
            <Finding finding={finding} />
          </li>
        ))}
      </ul>
      {asked.hasNextPage && (
        <Button busy={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {app.more}
        </Button>
      )}
    </section>
  );
}
