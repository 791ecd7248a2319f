import { useEffect, useRef, useState } from 'react';

import type { Run } from '../../api/types';
import { duration, runs as texts } from '../../texts';

// Looked at over this time: long enough to be calm, short enough to follow.
const WINDOW_MS = 15_000;

interface Look {
  at: number;
  seen: number;
}

// How quickly a run goes, and when it will be over; nothing until both are known.
export function Pace({ run, total }: { run: Run; total: number | null }) {
  const looks = useRef<Look[]>([]);
  const [perSecond, setPerSecond] = useState<number | null>(null);
  const { seen } = run.counts;
  useEffect(() => {
    const now = Date.now();
    const start = looks.current.length === 0 ? { at: Date.parse(run.created_at), seen: 0 } : null;
    looks.current = [...looks.current, ...(start ? [start] : []), { at: now, seen }].filter(({ at }) => now - at <= WINDOW_MS);
    const first = looks.current[0];
    if (first && now - first.at > 500 && seen > first.seen) setPerSecond(((seen - first.seen) * 1000) / (now - first.at));
  }, [seen, run.updated_at, run.created_at]);
  if (perSecond === null) return null;
  const left = total === null ? null : Math.max(0, total - seen);
  return (
    <span className="faint number">
      {texts.rate(perSecond)}
      {left !== null && left > 0 && ` · ${texts.left(duration((left / perSecond) * 1000))}`}
    </span>
  );
}
