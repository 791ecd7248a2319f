// The windowed grid: only the rows near the view are in the document, and the next page is on its way before one gets there.

import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';

import { assets as texts, day } from '../../texts';
import { Button } from '../../ui/Button';
import { beside, justify, rowAt } from './justify';
import type { Tile } from './tile';
import { TileView } from './TileView';
import type { Selection } from './useSelection';

const GAP = 6;
// Rows kept in the document beyond the view, on either side.
const OVERSCAN = 6;
// The next page is asked for when fewer tiles than this are left below the view.
const AHEAD = 400;
// After so many pages without a match, going on is left to the person.
const EMPTY_LOOKS = 12;

interface Props {
  tiles: Tile[];
  // Whose scroll position is kept while one looks at an asset.
  place: string;
  selection: Selection;
  hasMore: boolean;
  isFetching: boolean;
  onMore: () => void;
  lookedTo: string | null;
}

const positions = new Map<string, { scroll: number; active: number }>();

export function TileGrid({ tiles, place, selection, hasMore, isFetching, onMore, lookedTo }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  const [, navigate] = useLocation();
  const { width, top } = useMeasures(grid);
  const [active, setActive] = useState(() => positions.get(place)?.active ?? 0);
  const rows = useMemo(() => {
    const target = width < 560 ? 112 : width < 1400 ? 172 : 196;
    return justify(tiles.map((tile) => tile.aspect), width, target, GAP);
  }, [tiles, width]);
  const activeRow = rowAt(rows, active);

  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (at) => (rows[at]?.height ?? 0) + GAP,
    overscan: OVERSCAN,
    scrollMargin: top,
    initialOffset: positions.get(place)?.scroll ?? 0,
    // The tile that has the focus stays, wherever one scrolls.
    rangeExtractor: useCallback(
      (range: Range) => [...new Set([...defaultRangeExtractor(range), activeRow])].filter((at) => at < range.count).sort((a, b) => a - b),
      [activeRow],
    ),
  });
  useEffect(() => virtualizer.measure(), [rows, virtualizer]);
  useKeptPosition(place, active);

  const shown = virtualizer.getVirtualItems();
  const lastShown = rows[shown.at(-1)?.index ?? 0]?.to ?? 0;
  const [looks, setLooks] = useState(0);
  const isPaused = looks >= EMPTY_LOOKS;
  useEffect(() => setLooks(0), [tiles.length]);
  useEffect(() => {
    if (!hasMore || isFetching || isPaused || tiles.length - lastShown > AHEAD) return;
    setLooks((before) => before + 1);
    onMore();
  }, [hasMore, isFetching, isPaused, tiles.length, lastShown, onMore]);

  const focus = (at: number) => {
    setActive(at);
    virtualizer.scrollToIndex(rowAt(rows, at), { align: 'auto' });
    const link = linkAt(grid.current, at);
    if (link) link.focus({ preventScroll: true });
    else requestAnimationFrame(() => requestAnimationFrame(() => focusUnlessElsewhere(grid.current, at)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = tileByKey(event, active, rows, tiles.length);
    if (next !== null) {
      event.preventDefault();
      if (event.shiftKey) selection.toggle(next, true);
      focus(next);
    } else if (event.key === ' ') {
      event.preventDefault();
      selection.toggle(active, event.shiftKey);
    } else if (event.key === 'Escape' && selection.ids.size > 0) {
      selection.clear();
    }
  };
  const open = useCallback((id: string) => navigate(`/assets/${id}`), [navigate]);

  if (tiles.length === 0 && !lookedTo) return <div ref={grid} />;
  return (
    <>
      <p id="gallery-keys" className="visually-hidden">
        {texts.keys}
      </p>
      <div
        ref={grid}
        role="grid"
        aria-label={texts.grid}
        aria-describedby="gallery-keys"
        aria-rowcount={hasMore ? -1 : rows.length}
        aria-multiselectable
        className={selection.ids.size > 0 ? 'tiles tiles-selecting' : 'tiles'}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {shown.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div key={index} role="row" aria-rowindex={index + 1} className="tiles-row" style={{ height: row.height, transform: `translateY(${start - top}px)` }}>
              {tiles.slice(row.from, row.to).map((tile, at) => (
                <TileView
                  key={tile.id}
                  tile={tile}
                  at={row.from + at}
                  width={row.widths[at] ?? 0}
                  isActive={row.from + at === active}
                  isSelected={selection.ids.has(tile.id)}
                  onToggle={selection.toggle}
                  onFocus={setActive}
                  onOpen={open}
                />
              ))}
            </div>
          );
        })}
      </div>
      {hasMore && lookedTo && (
        <p className="gallery-looking" role="status">
          {texts.scanning(day(lookedTo))}{' '}
          {isPaused && (
            <Button size="small" onClick={() => setLooks(0)}>
              {texts.scanMore}
            </Button>
          )}
        </p>
      )}
    </>
  );
}

function tileByKey(event: KeyboardEvent, active: number, rows: Parameters<typeof beside>[0], tiles: number): number | null {
  const last = tiles - 1;
  switch (event.key) {
    case 'ArrowRight':
      return Math.min(last, active + 1);
    case 'ArrowLeft':
      return Math.max(0, active - 1);
    case 'ArrowDown':
      return beside(rows, active, 1);
    case 'ArrowUp':
      return beside(rows, active, -1);
    case 'Home':
      return event.ctrlKey ? 0 : (rows[rowAt(rows, active)]?.from ?? 0);
    case 'End':
      return event.ctrlKey ? last : (rows[rowAt(rows, active)]?.to ?? 1) - 1;
    case 'PageDown':
      return [1, 1, 1].reduce<number>((at) => beside(rows, at, 1), active);
    case 'PageUp':
      return [1, 1, 1].reduce<number>((at) => beside(rows, at, -1), active);
    default:
      return null;
  }
}

// A row takes two frames to be drawn; who went to the search box meanwhile stays there.
function focusUnlessElsewhere(grid: HTMLElement | null, at: number): void {
  const { activeElement, body } = document;
  if (activeElement === body || grid?.contains(activeElement)) linkAt(grid, at)?.focus({ preventScroll: true });
}

const linkAt = (grid: HTMLElement | null, at: number) => grid?.querySelector<HTMLElement>(`[data-tile="${at}"]`);

// How wide the grid is and how far down the page it begins; neither depends on what is in it.
function useMeasures(grid: React.RefObject<HTMLElement | null>): { width: number; top: number } {
  const [measures, setMeasures] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = grid.current?.parentElement;
    if (!element) return undefined;
    const measure = () => {
      const width = element.clientWidth;
      const top = (grid.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      setMeasures((before) => (before.width === width && before.top === top ? before : { width, top }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [grid]);
  return measures;
}

// Where one was is where one comes back to.
function useKeptPosition(place: string, active: number): void {
  useLayoutEffect(() => {
    window.scrollTo(0, positions.get(place)?.scroll ?? 0);
    const keep = () => positions.set(place, { scroll: window.scrollY, active: positions.get(place)?.active ?? 0 });
    window.addEventListener('scroll', keep, { passive: true });
    return () => window.removeEventListener('scroll', keep);
  }, [place]);
  useEffect(() => {
    positions.set(place, { scroll: positions.get(place)?.scroll ?? 0, active });
  }, [place, active]);
}
