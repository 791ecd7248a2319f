// Rows of tiles of one height that fill the width, in order. Sizes come from the assets' own measures, so nothing moves when
// a picture arrives.

export interface Row {
  // The first tile, and the one behind the last.
  from: number;
  to: number;
  height: number;
  widths: number[];
}

export function justify(aspects: readonly number[], width: number, target: number, gap: number): Row[] {
  const rows: Row[] = [];
  let from = 0;
  let sum = 0;
  aspects.forEach((aspect, at) => {
    sum += aspect;
    const free = width - gap * (at - from);
    if (sum * target < free) return;
    rows.push(rowOf(aspects, from, at + 1, free / sum));
    from = at + 1;
    sum = 0;
  });
  // The last row is not stretched: it may yet be filled.
  if (from < aspects.length) rows.push(rowOf(aspects, from, aspects.length, target));
  return rows;
}

function rowOf(aspects: readonly number[], from: number, to: number, height: number): Row {
  return { from, to, height, widths: aspects.slice(from, to).map((aspect) => aspect * height) };
}

// The row that holds a tile.
export function rowAt(rows: readonly Row[], tile: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.to ?? 0) <= tile) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The tile above or below: the one whose middle is nearest.
export function beside(rows: readonly Row[], tile: number, step: -1 | 1): number {
  const here = rowAt(rows, tile);
  const next = rows[here + step];
  const row = rows[here];
  if (!row || !next) return tile;
  const middle = middleOf(row, tile - row.from);
  let best = next.from;
  let least = Infinity;
  next.widths.forEach((_, at) => {
    const distance = Math.abs(middleOf(next, at) - middle);
    if (distance < least) {
      least = distance;
      best = next.from + at;
    }
  });
  return best;
}

function middleOf(row: Row, at: number): number {
  const before = row.widths.slice(0, at).reduce((sum, width) => sum + width, 0);
  return before + (row.widths[at] ?? 0) / 2;
}
