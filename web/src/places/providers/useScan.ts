// Walking through a provider's library page by page, writing nothing; what was found so far is kept while one looks elsewhere.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { Account, DryRun } from '../../api/types';

interface Scanned {
  result: DryRun;
  at: string;
}

export interface Scan {
  scanned: Scanned | null;
  isRunning: boolean;
  error: unknown;
  start: () => void;
  stop: () => void;
}

export function useScan(account: Account): Scan {
  const api = useApi();
  const cache = useQueryClient();
  const running = useRef<AbortController | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { data } = useQuery<Scanned | null>({
    queryKey: keys.scan(account.id),
    queryFn: () => null,
    initialData: null,
    staleTime: Infinity,
    gcTime: Infinity,
  });

  const stop = () => {
    running.current?.abort();
    running.current = null;
    setRunning(false);
  };
  const walk = async ({ signal }: AbortController) => {
    let cursor: string | null = null;
    do {
      const result: DryRun = await bodyOf(
        api.GET('/api/v1/providers/{provider_id}/accounts/{id}/sync-dry-run', {
          params: {
            path: { provider_id: account.provider_id, id: account.id },
            query: { mode: 'all', ...(cursor && { cursor }) },
          },
          signal,
        }),
      );
      if (signal.aborted) return;
      cache.setQueryData<Scanned>(keys.scan(account.id), { result, at: new Date().toISOString() });
      cursor = result.next_cursor;
    } while (cursor !== null);
  };
  const start = () => {
    stop();
    const controller = new AbortController();
    running.current = controller;
    setRunning(true);
    setError(null);
    walk(controller)
      .catch((failure: unknown) => controller.signal.aborted || setError(failure))
      .finally(() => running.current === controller && stop());
  };
  useEffect(() => stop, []);
  return { scanned: data, isRunning, error, start, stop };
}

// How much is missing here, when every row was compared; null when that is not known.
export function missingIn(scan: Scan): number | null {
  if (!scan.scanned?.result.complete) return null;
  return scan.scanned.result.listings.reduce((sum, listing) => sum + listing.new, 0);
}
