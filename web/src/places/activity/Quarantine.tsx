import { ShieldCheck } from 'lucide-react';
import { useRef } from 'react';

import { useAccounts, useQuarantine } from '../../api/queries';
import type { QuarantineItem } from '../../api/types';
import { activity as texts, app, listings, words } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Empty } from '../../ui/Empty';
import { ProblemNote } from '../../ui/ProblemNote';
import { At } from '../../ui/Time';
import { Replay } from './Replay';

export function Quarantine() {
  const quarantine = useQuarantine();
  const items = quarantine.data?.pages.flatMap((page) => page.items) ?? [];
  // After a replay that emptied it, what became of it stays to be read.
  const wasFull = useRef(false);
  wasFull.current ||= items.length > 0;
  if (quarantine.isPending) return <p className="faint">{app.loading}</p>;
  if (quarantine.isError) return <ProblemNote error={quarantine.error} onRetry={() => void quarantine.refetch()} />;
  if (items.length === 0 && !wasFull.current) return <Empty icon={<ShieldCheck />} title={texts.noQuarantine} text={texts.noQuarantineText} />;
  return (
    <>
      <p className="quiet">{texts.quarantineText}</p>
      <Replay />
      <ul className="run-list">
        {items.map((item) => (
          <li key={item.id}>
            <QuarantineView item={item} />
          </li>
        ))}
      </ul>
      {quarantine.hasNextPage && (
        <Button busy={quarantine.isFetchingNextPage} onClick={() => void quarantine.fetchNextPage()}>
          {app.more}
        </Button>
      )}
    </>
  );
}

function QuarantineView({ item }: { item: QuarantineItem }) {
  const accounts = useAccounts();
  const account = accounts.data?.find(({ id }) => id === item.provider_account_id)?.label;
  return (
    <article className="run">
      <div className="row spread">
        <div className="row">
          <Badge tone="warn">{words(item.reason)}</Badge>
          <span>{listings[item.listing] ?? item.listing}</span>
          {account && <span className="quiet">{account}</span>}
          {item.replayed_at && <Badge tone="good">{texts.replayed}</Badge>}
        </div>
        <span className="faint">
          <At at={item.seen_at} />
        </span>
      </div>
      <p className="small quiet break">{item.detail}</p>
      <details>
        <summary className="small quiet">{texts.payload}</summary>
        <pre className="json" tabIndex={0} role="region" aria-label={texts.payload}>
          {item.payload}
        </pre>
        {!item.payload_complete && <p className="hint">{texts.cut(item.payload_chars)}</p>}
      </details>
    </article>
  );
}
