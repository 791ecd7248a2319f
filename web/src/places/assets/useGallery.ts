// The gallery's pages. Each is asked for once, by the cursor of the one before, and kept as tiles; a change of single assets
// is written into them, since asking a hundred pages again for one tile would take longer than anybody waits.

import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { isIdentity, queryOf, type Filters } from './filters';
import { tileOf, type Tile } from './tile';

// The first page is small, to be there at once; the others are the largest there are, to stay ahead of scrolling.
const FIRST = 60;
const FURTHER = 200;
const KEPT_MS = 30 * 60_000;

type By = 'q' | 'text' | null;

interface Page {
  tiles: Tile[];
  next: { cursor: string; by: By } | null;
  // How far back a bounded look went, when there is more behind it.
  lookedTo: string | null;
  // How many assets there were when the first page was read; null until somebody has counted.
  total: number | null;
}

type Position = Page['next'];

export function useGallery(filters: Filters) {
  const api = useApi();
  const read = async (by: By, cursor: string | null, signal: AbortSignal): Promise<Page> => {
    const query = {
      ...queryOf(filters),
      ...(by && { [by]: filters.q.trim() }),
      limit: cursor ? FURTHER : FIRST,
      ...(cursor && { cursor }),
    };
    const list = await bodyOf(api.GET('/api/v1/assets', { params: { query }, signal }));
    return {
      tiles: list.items.map(tileOf),
      next: list.next_cursor === null ? null : { cursor: list.next_cursor, by },
      lookedTo: list.scan_complete ? null : list.scanned_until,
      total: null,
    };
  };
  const gallery = useInfiniteQuery({
    queryKey: [...keys.gallery, filters],
    initialPageParam: null as Position,
    queryFn: async ({ pageParam, signal }) => {
      if (pageParam) return read(pageParam.by, pageParam.cursor, signal);
      const text = filters.q.trim();
      if (text === '') return read(null, null, signal);
      if (!isIdentity(text)) return read('text', null, signal);
      const found = await read('q', null, signal);
      return found.tiles.length > 0 ? found : read('text', null, signal);
    },
    getNextPageParam: (page) => page.next,
    staleTime: Infinity,
    gcTime: KEPT_MS,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const tiles = useMemo(() => gallery.data?.pages.flatMap((page) => page.tiles) ?? [], [gallery.data]);
  const lookedTo = gallery.data?.pages.at(-1)?.lookedTo ?? null;
  const total = gallery.data?.pages[0]?.total ?? null;
  return { gallery, tiles, lookedTo, total };
}

// Takes tiles out of every list that is kept, or changes them there.
export function useGalleryChanges() {
  const cache = useQueryClient();
  const change = (each: (tile: Tile) => Tile | null) =>
    cache.setQueriesData<InfiniteData<Page, Position>>({ queryKey: keys.gallery }, (data) => {
      if (!data) return data;
      const pages = data.pages.map((page) => ({ ...page, tiles: page.tiles.flatMap((tile) => each(tile) ?? []) }));
      return { ...data, pages };
    });
  return {
    drop: (ids: ReadonlySet<string>) => change((tile) => (ids.has(tile.id) ? null : tile)),
    // Says how many assets there were when the lists that do not know it yet were read.
    noteTotal: (total: number) =>
      cache.setQueriesData<InfiniteData<Page, Position>>({ queryKey: keys.gallery }, (data) => {
        if (!data || data.pages[0]?.total !== null) return data;
        return { ...data, pages: data.pages.map((page) => ({ ...page, total })) };
      }),
    // Whatever is kept is asked for anew when it is looked at next.
    forget: () => cache.resetQueries({ queryKey: keys.gallery }),
  };
}
