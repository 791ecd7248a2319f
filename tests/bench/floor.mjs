// The floor of an import: a bare Worker in a workerd of its own fetches the same pages and writes the same rows.

import { fileURLToPath } from 'node:url';

import { startHarness } from '../e2e/harness.mjs';
import { cpuOfWorkerd } from './processor-time.mjs';
import { countRows, readTables, STANDING, statementsByPage } from './imported-rows.mjs';

const SCRIPT = fileURLToPath(new URL('floor-worker.mjs', import.meta.url));
const LIST = 'asset/library/list';

// What the floor needs of a finished import: the calls that its run made, the rows that it wrote, and who was there.
export async function recordImport(harness, simulator, run) {
  const database = await harness.d1();
  const batches = await statementsByPage(database, run);
  const log = await (await fetch(`${simulator}/__sim/log?path=${LIST}`)).json();
  const calls = log.slice(0, batches.length).map(({ body }) => callOf(simulator, body));
  if (calls.length !== batches.length) throw new Error(`${calls.length} calls for ${batches.length} pages`);
  return {
    pages: batches.map((statements, index) => ({ call: calls[index], statements })),
    standing: await readTables(database, STANDING),
    counts: await countRows(database),
  };
}

function callOf(simulator, body) {
  const headers = { 'content-type': 'application/json', token: 'demo-token', refer: 'pix-cli' };
  return { url: `${simulator}/creative_platform/${LIST}`, init: { method: 'POST', headers, body: JSON.stringify(body) } };
}

// Writes it all to a fresh database; the wall time is that of fetching and writing alone.
export async function measureFloor({ pages, standing, counts }) {
  const harness = await startHarness({ script: SCRIPT });
  try {
    await insertStanding(await harness.d1(), standing);
    for (const page of pages) await post(harness, '/load', page);
    const cpu_before = cpuOfWorkerd();
    const started = performance.now();
    const response = await post(harness, '/run', {});
    const wall_ms = performance.now() - started;
    const cpu_ms = cpuOfWorkerd() - cpu_before;
    const cost = await response.json();
    const written = await countRows(await harness.d1());
    if (JSON.stringify(written) !== JSON.stringify(counts)) {
      throw new Error(`the floor wrote other rows: ${JSON.stringify({ written, counts })}`);
    }
    return { wall_ms, cpu_ms, cost };
  } finally {
    await harness.dispose();
  }
}

async function post(harness, path, body) {
  const response = await harness.fetch(path, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`the bare Worker answered ${response.status}: ${await response.text()}`);
  return response;
}

async function insertStanding(database, tables) {
  for (const [table, rows] of Object.entries(tables)) {
    for (const row of rows) {
      const columns = Object.keys(row);
      const marks = columns.map((_, index) => `?${index + 1}`);
      await database
        .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks.join(', ')})`)
        .bind(...Object.values(row))
        .run();
    }
  }
}
