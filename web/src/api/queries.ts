// What the page reads, and how often it asks again: quickly while something runs, seldom otherwise.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from './ApiContext';
import { bodyOf } from './client';
import { keys } from './keys';
import type { Account, DriftQuery, DriftReport, Run } from './types';

const WHILE_RUNNING_MS = 1000;
const OTHERWISE_MS = 15_000;

export function useProviders() {
  const api = useApi();
  return useQuery({
    queryKey: keys.providers,
    queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/providers', { signal }))).providers,
    staleTime: Infinity,
  });
}

export function useAccounts() {
  const api = useApi();
  return useQuery({
    queryKey: keys.accounts,
    queryFn: async ({ signal }) => {
      const accounts: Account[] = [];
      let cursor: string | null = null;
      do {
        const query: { limit: number; cursor?: string } = { limit: 100, ...(cursor && { cursor }) };
        const page: { accounts: Account[]; next_cursor: string | null } = await bodyOf(
          api.GET('/api/v1/accounts', { params: { query }, signal }),
        );
        accounts.push(...page.accounts);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return accounts;
    },
  });
}

// While an import connects what it brought, the numbers move by themselves; the larger the library, the more an answer costs
// and the seldomer it is asked for.
export function useCounts() {
  const api = useApi();
  return useQuery({
    queryKey: keys.counts,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/assets/counts', { signal })),
    refetchInterval: ({ state: { data } }) => {
      const isMoving = (data?.by_lineage['pending'] ?? 0) > 0;
      return data && isMoving ? Math.max(2500, data.cost.rows_read / 10) : false;
    },
  });
}

// Not over; a paused one may still go on.
export const isActive = (run: Run): boolean => run.ended_at === null && run.state !== 'failed' && run.state !== 'cancelled';

// A job that is paused goes on by itself, so it is not over.
export const isUnderWay = ({ state }: { state: string }): boolean => state === 'active' || state === 'paused';

// How soon a job is asked for again: not at all once it is over.
export function askAgainMs(job: { state: string } | undefined): number | false {
  if (!job || job.state === 'active') return WHILE_RUNNING_MS;
  return isUnderWay(job) ? OTHERWISE_MS : false;
}

// The newest runs, watched by every place. When one ends, what it changed is asked for again.
export function useRuns() {
  const api = useApi();
  const cache = useQueryClient();
  return useQuery({
    queryKey: keys.runs,
    queryFn: async ({ signal }) => {
      const before = cache.getQueryData<Run[]>(keys.runs);
      const { items } = await bodyOf(api.GET('/api/v1/runs', { params: { query: { limit: 50 } }, signal }));
      const wasOver = (run: Run) => before?.some((known) => known.id === run.id && !isActive(known));
      if (before && items.some((run) => !isActive(run) && !wasOver(run))) {
        void cache.invalidateQueries({ queryKey: keys.counts });
        void cache.invalidateQueries({ queryKey: keys.accounts });
      }
      return items;
    },
    refetchInterval: ({ state }) => (state.data?.some(({ state: each }) => each === 'active') ? WHILE_RUNNING_MS : OTHERWISE_MS),
  });
}

// Longer work, followed while some of it is under way.
export function useJobs() {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: keys.jobs,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      bodyOf(api.GET('/api/v1/jobs', { params: { query: { limit: 30, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) => {
      const jobs = state.data?.pages.flatMap((page) => page.items) ?? [];
      return askAgainMs(jobs.find(({ state: each }) => each === 'active') ?? jobs.find(isUnderWay) ?? { state: 'done' });
    },
  });
}

export function useRunItems(run: string, outcome: string) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: keys.runItems(run, outcome),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/api/v1/runs/{id}/items', {
          params: {
            path: { id: run },
            query: {
              limit: 100,
              ...(outcome && { outcome: outcome as 'created' }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useLineageJob(id: string | null) {
  const api = useApi();
  return useQuery({
    queryKey: keys.lineageJob(id ?? ''),
    enabled: id !== null,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/lineage/jobs/{id}', { params: { path: { id: id ?? '' } }, signal })),
    refetchInterval: ({ state }) => askAgainMs(state.data),
  });
}

export function useQuarantine() {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: keys.quarantine,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      bodyOf(api.GET('/api/v1/quarantine', { params: { query: { limit: 50, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useDriftReport() {
  const api = useApi();
  return useQuery({
    queryKey: keys.driftReport,
    // The document knows it as Markdown too; it was not asked for as that.
    queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/drift/report', { signal }))) as DriftReport,
  });
}

export function useDrift(asked: Pick<DriftQuery, 'kind' | 'state' | 'asset_id'>) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [...keys.drift, asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      bodyOf(api.GET('/api/v1/drift', { params: { query: { limit: 50, ...asked, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useTokens() {
  const api = useApi();
  return useQuery({
    queryKey: keys.tokens,
    queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/tokens', { params: { query: { limit: 100 } }, signal }))).tokens,
  });
}
