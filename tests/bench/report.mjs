// Numbers of a bench for a person: medians with their spread, and what a page costs.

const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

export function summarise(pairs) {
  const of = (value) => spread(pairs.map(value));
  return {
    import_ms: of((pair) => pair.import.wall_ms),
    again_ms: of((pair) => pair.again.wall_ms),
    floor_ms: of((pair) => pair.floor.wall_ms),
    ratio: of((pair) => pair.import.wall_ms / pair.floor.wall_ms),
    cpu_ratio: of((pair) => pair.import.cpu_ms / pair.floor.cpu_ms),
    load: of((pair) => pair.load),
  };
}

function spread(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { median, least: sorted[0], most: sorted.at(-1) };
}

export const renderReport = {
  pair(number, { import: imported, floor, again, load }) {
    const ratio = (imported.wall_ms / floor.wall_ms).toFixed(2);
    return `pair ${number}: import ${seconds(imported.wall_ms)}, floor ${seconds(floor.wall_ms)}, ratio ${ratio}; `
      + `processor ${seconds(imported.cpu_ms)} to ${seconds(floor.cpu_ms)}; again ${seconds(again.wall_ms)}; load ${load.toFixed(1)}`;
  },

  summary(summary, { import: imported, floor, again }) {
    const range = ({ median, least, most }, show) => `${show(median)} (${show(least)} to ${show(most)})`;
    return [
      '',
      `import       ${range(summary.import_ms, seconds)}`,
      `floor        ${range(summary.floor_ms, seconds)}`,
      `ratio        ${range(summary.ratio, (ratio) => ratio.toFixed(2))}`,
      `of processor ${range(summary.cpu_ratio, (ratio) => ratio.toFixed(2))}`,
      `again        ${range(summary.again_ms, seconds)}`,
      `load         ${range(summary.load, (load) => load.toFixed(1))}`,
      '',
      `import       ${costs(imported)}`,
      `             ${JSON.stringify(imported.counts)}`,
      ...Object.entries(imported.by_queue).map(([queue, { messages, ms }]) => `             ${queue}: ${messages} messages, ${(ms / messages).toFixed(1)} ms each`),
      `floor        ${floor.cost.statements} statements, ${floor.cost.rows_written} rows written`,
      `again        ${costs(again)}`,
      `             ${JSON.stringify(again.counts)}`,
    ].join('\n');
  },
};

function costs({ cost }) {
  return `${cost.messages} messages, ${cost.statements} statements in ${cost.round_trips} round trips, ${cost.rows_read} rows read, `
    + `${cost.rows_written} rows written, ${cost.calls} provider calls`;
}
