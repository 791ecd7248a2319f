// Every run, the newest first, each with what may be done about it.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Activity as ActivityIcon } from 'lucide-react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { useAccounts, useRuns } from '../../api/queries';
import { activity as texts, app } from '../../texts';
import { Button } from '../../ui/Button';
import { Empty } from '../../ui/Empty';
import { ProblemNote } from '../../ui/ProblemNote';
import { RunPanel } from './RunPanel';

export function RunHistory() {
  const api = useApi();
  const accounts = useAccounts();
  const newest = useRuns();
  const older = useInfiniteQuery({
    queryKey: keys.olderRuns,
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
            <RunPanel run={run} account={nameOf(run.account_id)} />
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
