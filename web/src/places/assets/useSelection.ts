// Which tiles are selected: one by one, or a range by holding Shift.

import { useCallback, useMemo, useRef, useState } from 'react';

import type { Tile } from './tile';

export interface Selection {
  ids: ReadonlySet<string>;
  toggle: (at: number, isRange: boolean) => void;
  all: () => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

export function useSelection(tiles: readonly Tile[]): Selection {
  const [ids, setIds] = useState(NONE);
  const last = useRef<number | null>(null);
  const shown = useRef(tiles);
  shown.current = tiles;

  const toggle = useCallback((at: number, isRange: boolean) => {
    const from = isRange && last.current !== null ? last.current : at;
    const chosen = shown.current.slice(Math.min(from, at), Math.max(from, at) + 1).map((tile) => tile.id);
    last.current = at;
    setIds((before) => {
      const after = new Set(before);
      const target = shown.current[at];
      const isOn = from !== at || !target || !before.has(target.id);
      for (const id of chosen) {
        if (isOn) after.add(id);
        else after.delete(id);
      }
      return after;
    });
  }, []);
  const all = useCallback(() => setIds(new Set(shown.current.map((tile) => tile.id))), []);
  const clear = useCallback(() => {
    last.current = null;
    setIds(NONE);
  }, []);
  return useMemo(() => ({ ids, toggle, all, clear }), [ids, toggle, all, clear]);
}
