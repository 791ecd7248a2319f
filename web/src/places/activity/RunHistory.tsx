import { useInfiniteQuery } from '@tanstack/react-query';
import { Activity as ActivityIcon } from 'lucide-react';
import { useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { isActive, useAccounts, useRuns } from '../../api/queries';
import type { Run } from '../../api/types';
import { activity as texts, app, duration, listings, modes, number, runs as runTexts, words } from '../../texts';
import { Button } from '../../ui/Button';
import { Empty } from '../../ui/Empty';
import { ProblemNote } from '../../ui/ProblemNote';
import { At } from '../../ui/Time';
import { RunItemsDialog } from './RunItemsDialog';
import { RunCounts, RunPanel, RunState } from './RunPanel';
import './runs.css';

export function RunHistory() {
  const api = useApi();
  const accounts = useAccounts();
  const newest = useRuns();
  const older = useInfiniteQuery({
    queryKey: ['runs-older'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      bodyOf(api.GET('/api/v1/runs', { params: { query: { limit: 50, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page) => page.next_cursor,
  });
  const fresh = newest.data ?? [];
  const known = new Set(fresh.map((run) => run.id));
  const runs = [...fresh, ...(older.data?.pages.flatMap((page) => page.items) ?? []).filter((run) => !known.has(run.id))];
  const nameOf = (id: string | null) => accounts.data?.find((account) => account.id === id)?.label ?? texts.unknownAccount;

  if (newest.isPending) return <p className="faint">{app.loading}</p>;
  if (newest.isError && runs.length === 0) return <ProblemNote error={newest.error} onRetry={() => void newest.refetch()} />;
  if (runs.length === 0) return <Empty icon={<ActivityIcon />} title={texts.noRuns} text={texts.noRunsText} />;
  return (
    <>
      <ul className="run-list">
        {runs.map((run) => (
          <li key={run.id}>
            <RunRow run={run} account={nameOf(run.account_id)} />
          </li>
        ))}
      </ul>
      {older.hasNextPage && (
        <Button busy={older.isFetchingNextPage} onClick={() => void older.fetchNextPage()}>
          {app.more}
        </Button>
      )}
    </>
  );
}

function RunRow({ run, account }: { run: Run; account: string }) {
  const [outcome, setOutcome] = useState<string | null>(null);
  if (isActive(run)) return <RunPanel run={run} />;
  const took = run.ended_at ? Date.parse(run.ended_at) - Date.parse(run.created_at) : null;
  return (
    <article className="run">
      <div className="row spread">
        <div className="row">
          <RunState run={run} />
          <strong>{account}</strong>
          <span className="quiet">{modes[run.mode]}</span>
        </div>
        <span className="faint">
          <At at={run.created_at} />
          {took !== null && ` · ${duration(took)}`}
        </span>
      </div>
      <div className="row spread">
        <RunCounts run={run} onOpen={setOutcome} />
        <span className="small faint number">{runTexts.progress(run.counts.seen, null)}</span>
      </div>
      {run.error && (
        <p className="small run-retry break">
          {words(run.error.class)}: {run.error.message}
        </p>
      )}
      <details>
        <summary className="small quiet">
          {app.details}: {run.complete ? runTexts.complete : runTexts.incomplete}
        </summary>
        <RunListings run={run} />
      </details>
      {outcome !== null && <RunItemsDialog run={run} outcome={outcome} onClose={() => setOutcome(null)} />}
    </article>
  );
}

function RunListings({ run }: { run: Run }) {
  return (
    <div className="scroll-x" role="region" aria-label={app.details} tabIndex={0}>
      <table className="table run-listings">
        <thead>
          <tr>
            <th scope="col">{texts.listing}</th>
            <th scope="col" className="number">
              {runTexts.seen}
            </th>
            {Object.entries(runTexts.outcomes).map(([name, text]) => (
              <th key={name} scope="col" className="number">
                {text}
              </th>
            ))}
            <th scope="col">{texts.ended}</th>
          </tr>
        </thead>
        <tbody>
          {run.listings.map((listing) => (
            <tr key={listing.listing}>
              <th scope="row">{listings[listing.listing] ?? listing.listing}</th>
              <td className="number">{number(listing.counts.seen)}</td>
              {(['created', 'updated', 'unchanged', 'skipped', 'quarantined'] as const).map((name) => (
                <td key={name} className="number">
                  {number(listing.counts[name])}
                </td>
              ))}
              <td>{listing.ended ? words(listing.ended) : app.none}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
