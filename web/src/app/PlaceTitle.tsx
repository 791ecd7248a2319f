import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

import { app } from '../texts';

// The heading of a place. It names the tab, and takes the focus when one comes from another place.
export function PlaceTitle({ title, shown = true }: { title: string; shown?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [path] = useLocation();
  useEffect(() => {
    document.title = `${title} · ${app.name}`;
  }, [title]);
  useEffect(() => {
    if (hasMoved(path)) heading.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <h1 ref={heading} tabIndex={-1} className={shown ? undefined : 'visually-hidden'}>
      {title}
    </h1>
  );
}

let lastPath: string | null = null;

// Not at the first place of a visit: there the browser's own order of focus is right.
function hasMoved(path: string): boolean {
  const moved = lastPath !== null && lastPath !== path;
  lastPath = path;
  return moved;
}
