import { useEffect, useState } from 'react';

import { dateTime, relativeTime } from '../texts';

// The time now, looked at again every so often.
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function Ago({ at }: { at: string }) {
  const now = useNow(20_000);
  return (
    <time dateTime={at} title={dateTime(at)} className="nowrap">
      {relativeTime(Date.parse(at), now)}
    </time>
  );
}

export function At({ at }: { at: string }) {
  return (
    <time dateTime={at} className="nowrap">
      {dateTime(at)}
    </time>
  );
}
