// Asking for lineage: one step around the asset at first, then per node, or the whole way back.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { EMPTY, merged, type Direction, type Graph } from './graph';

const DEEPEST = 20;
const MOST_NODES = 200;

export function useGraph(id: string) {
  const api = useApi();
  const cache = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const ask = (of: string, direction: Direction, depth: number, signal?: AbortSignal) =>
    bodyOf(
      api.GET('/api/v1/assets/{id}/lineage', {
        params: { path: { id: of }, query: { direction, depth, max_nodes: MOST_NODES } },
        ...(signal && { signal }),
      }),
    );
  const first = useQuery({
    queryKey: keys.lineage(id),
    queryFn: async ({ signal }) => {
      const [above, below] = await Promise.all([ask(id, 'ancestors', 1, signal), ask(id, 'descendants', 1, signal)]);
      return merged(merged(EMPTY, above, 'ancestors'), below, 'descendants');
    },
    staleTime: Infinity,
  });

  // What comes in joins whatever is there by then.
  const grow = async (of: string, direction: Direction, depth: number) => {
    setBusy(of);
    setError(null);
    try {
      const answer = await ask(of, direction, depth);
      cache.setQueryData<Graph>(keys.lineage(id), (graph) => merged(graph ?? EMPTY, answer, direction));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(null);
    }
  };
  return {
    graph: first.data ?? null,
    isPending: first.isPending,
    error: first.error ?? error,
    retry: () => void first.refetch(),
    busy,
    expand: (of: string, direction: Direction) => grow(of, direction, 1),
    trace: () => grow(id, 'ancestors', DEEPEST),
  };
}
