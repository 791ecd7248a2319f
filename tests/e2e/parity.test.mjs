// SQLite natively and D1 in workerd hold the same tables after the same pages: every fixture is listed to the Worker
// as tests/it/parity.rs lists it to the sync job, and both are compared with one snapshot. It leaves out our own ids and
// times, nothing else.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startHarness } from './harness.mjs';
import { seal } from './seal.mjs';
import { splitStatements } from './sql-statements.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FIXTURES = join(root, 'fixtures', 'pixverse');
const TABLES = ['claims', 'observations', 'assets', 'edges', 'scan_pages', 'quarantine', 'schemas', 'jobs'];
// The fixtures fill fewer pages than this.
const MOST_STEPS = 30;

test('the tables in workerd are those of SQLite', async (t) => {
  const rows = listings();
  const vars = { PIXVERSE_SIMULATOR_BASE: 'http://127.0.0.1:8788' };
  const outbound = async (request) => page(rows, JSON.parse(await request.text()));
  const harness = await startHarness({ byHand: true, vars, outbound });
  t.after(() => harness.dispose());
  const database = await harness.d1();
  const start = splitStatements(sqlOf('start')).map((sql) => database.prepare(sql));
  await database.batch([...start, database.prepare('UPDATE accounts SET credential = ?1').bind(seal('token'))]);

  for (let step = 0; await deliverDue(harness, 'sync'); step += 1) {
    assert.ok(step < MOST_STEPS, 'the run does not end');
    await deliverDue(harness, 'link');
  }

  const snapshot = snapshotOf('tables');
  for (const table of TABLES) {
    const { results } = await database.prepare(splitStatements(sqlOf(table))[0]).all();
    assert.ok(results.length > 0, `${table} is empty`);
    assert.deepEqual(results, snapshot.get(table), table);
  }
  assert.deepEqual([...snapshot.keys()], TABLES);
});

// Every fixture as it is written, by the listing that shows it: as in tests/it/parity.rs.
function listings() {
  const found = new Map();
  for (const name of readdirSync(FIXTURES).sort()) {
    const listing = `${name.split('-')[0]}/${name.includes('-upload') ? 'uploaded' : 'created'}`;
    found.set(listing, [...(found.get(listing) ?? []), readFileSync(join(FIXTURES, name), 'utf8')]);
  }
  return found;
}

// The answer's text is put together by hand: parsing would change the rows' numbers and escapes.
function page(found, { tab, asset_source, offset, limit }) {
  const rows = found.get(`${tab}/${asset_source === 1 ? 'created' : 'uploaded'}`) ?? [];
  const end = Math.min(rows.length, offset + limit);
  const data = rows.slice(offset, end).join(',');
  const marks = `"total":${rows.length},"has_more":${end < rows.length},"next_offset":${end}`;
  return new Response(`{"ErrCode":0,"ErrMsg":"success","Resp":{"data":[${data}],${marks}}}`);
}

// Delivers the steps of one kind of job that are due; false when there was none.
async function deliverDue(harness, kind) {
  const database = await harness.d1();
  const due = database.prepare(`SELECT id, step FROM jobs WHERE state = 'active' AND kind = ?1 ORDER BY id`).bind(kind);
  const { results } = await due.all();
  for (const { id, step } of results) {
    const queue = kind === 'sync' ? 'driftline-sync' : 'driftline-lineage';
    const result = await harness.queue(queue, [{ job: id, step }]);
    assert.equal(result.explicitAcks.length, 1, `${kind} ${step}`);
  }
  return results.length > 0;
}

function sqlOf(name) {
  return readFileSync(join(root, 'tests', 'parity', `${name}.sql`), 'utf8');
}

// The rows of each table: behind insta's header, a line is a table's name and a row.
function snapshotOf(name) {
  const text = readFileSync(join(root, 'tests', 'snapshots', 'parity', `${name}.snap`), 'utf8');
  const found = new Map();
  for (const line of text.slice(text.indexOf('\n---\n') + 5).trimEnd().split('\n')) {
    const space = line.indexOf(' ');
    const table = line.slice(0, space);
    found.set(table, [...(found.get(table) ?? []), JSON.parse(line.slice(space + 1))]);
  }
  return found;
}
