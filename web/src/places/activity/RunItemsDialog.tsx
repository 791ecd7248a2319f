import { Link } from 'wouter';

import { useRunItems } from '../../api/queries';
import type { Run } from '../../api/types';
import { app, listings, number, runs as texts, words } from '../../texts';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ProblemNote } from '../../ui/ProblemNote';

interface Props {
  run: Run;
  outcome: string;
  onClose: () => void;
}

// The rows behind a counter, each with its reason.
export function RunItemsDialog({ run, outcome, onClose }: Props) {
  const items = useRunItems(run.id, outcome);
  const rows = items.data?.pages.flatMap((page) => page.items) ?? [];
  const reasons = Object.entries(run.reasons);
  return (
    <Dialog title={`${texts.reasonsTitle}: ${texts.outcomes[outcome] ?? outcome}`} onClose={onClose}>
      {reasons.length > 0 && (
        <ul className="row">
          {reasons.map(([reason, times]) => (
            <li key={reason} className="badge badge-warn">
              {words(reason)} · {number(times)}
            </li>
          ))}
        </ul>
      )}
      {items.isError && <ProblemNote error={items.error} onRetry={() => void items.refetch()} />}
      {items.isPending && <p className="faint">{app.loading}</p>}
      {items.data && rows.length === 0 && <p className="quiet">{texts.noItems}</p>}
      {rows.length > 0 && (
        <div className="run-items" role="region" aria-label={texts.reasonsTitle} tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{texts.item}</th>
                <th scope="col">{texts.reason}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={at}>
                  <td>
                    <span className="faint">{listings[row.listing] ?? row.listing}</span>{' '}
                    {row.provider_asset_id && row.outcome !== 'quarantined' ? (
                      <Link href={`/assets?q=${encodeURIComponent(row.provider_asset_id)}`} className="mono">
                        {row.provider_asset_id}
                      </Link>
                    ) : (
                      <span className="mono">{row.provider_asset_id ?? app.none}</span>
                    )}
                  </td>
                  <td>{row.reason ? words(row.reason) : app.none}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {items.hasNextPage && (
        <Button busy={items.isFetchingNextPage} onClick={() => void items.fetchNextPage()}>
          {app.more}
        </Button>
      )}
    </Dialog>
  );
}
