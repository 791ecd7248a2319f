// What a step costs at the database, by D1's own counts as the Worker logs them: statements, round trips, and rows
// written with every index entry. The free plan lets 50 queries an invocation and 100,000 rows a day pass.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../../scripts/lib/poll.mjs';
import { connect, startLibrary, sync } from './library.mjs';

// A page holds 50 rows, so every library here has one page and the beginning of a second.
const ROWS = 50;
const LIBRARY = { videos: 60, images: 60, audio: 0, uploaded_images: 30, uploaded_videos: 0, uploaded_audio: 0 };
// A job's row and its entries in jobs_due and jobs_kind.
const LINK_JOB_ROWS = 3;

const MOST_STATEMENTS = 12;
// What is found to disagree about the assets of a page is one statement more, in the page's own batch.
const STATEMENTS_OF_FINDINGS = 1;
const MOST_ROUND_TRIPS = 3;
const MOST_ROWS_PER_ASSET = 10;
const MOST_ROWS_UNCHANGED = 5;
// An edge with its index entry is 2, a new stub with its claim 2. A child costs 5, over all of its edges: its observation,
// its asset's row, and the three index entries that an update writes again even where nothing in them changes.
const MOST_ROWS_PER_EDGE = 6.5;
// In the page's own batch an edge is its 2 rows and a new stub's 2: the child is written once, with all that is known.
const MOST_ROWS_PER_INLINE_EDGE = 5;
// What an incremental sync of an unchanged library may cost.
const MOST_CALLS_A_LISTING = 5;
const MOST_ROWS_OF_A_QUIET_SYNC = 50;
// An unchanged row: its claims and those of its aliases, its asset, its observation, each looked up and guarded.
const MOST_ROWS_READ_UNCHANGED = 85 * ROWS;

// The first page of a new run, delivered once: what it cost, and what became of its rows.
async function firstPage({ harness, api }, account, request) {
  const path = `/api/v1/providers/pixverse/accounts/${account.id}/sync-assets`;
  const started = await api('POST', path, request);
  assert.equal(started.status, 202, JSON.stringify(started.body));
  const cost = await deliver(harness, 'driftline-sync', { id: started.body.id, step: 0 });
  const { body: run } = await api('GET', `/api/v1/runs/${started.body.id}`);
  assert.equal((await api('POST', `/api/v1/runs/${run.id}/cancel`)).status, 200);
  return { cost, counts: run.counts, findings: await findings(harness) };
}

async function findings(harness) {
  const database = await harness.d1();
  return (await database.prepare('SELECT count(*) AS findings FROM drift').first()).findings;
}

async function deliver(harness, queue, { id, step }) {
  const result = await harness.queue(queue, [{ job: id, step }]);
  assert.equal(result.outcome, 'ok');
  const line = await harness.logged(id, step);
  assert.equal(line.outcome, 'ack', JSON.stringify(line));
  return line.cost;
}

for (const mode of ['videos', 'images']) {
  test(`a page of fifty new ${mode} keeps to its budget, and so does the same page again`, async (t) => {
    const library = await startLibrary(t, { simulator: LIBRARY, byHand: true });
    const account = await connect(library.api);
    const first = await firstPage(library, account, { mode, create_lineage: 'none' });
    t.diagnostic(`${ROWS} new ${mode}: ${JSON.stringify(first.cost)}`);
    assert.equal(first.counts.created, ROWS);
    within(first, MOST_ROWS_PER_ASSET * ROWS);

    const second = await firstPage(library, account, { mode, create_lineage: 'none' });
    t.diagnostic(`${ROWS} unchanged ${mode}: ${JSON.stringify(second.cost)}`);
    assert.equal(second.counts.unchanged, ROWS);
    within({ ...second, findings: 0 }, MOST_ROWS_UNCHANGED);
  });

  test(`a page of ${mode} that brings its sources along keeps to its budget, and needs no job`, async (t) => {
    const library = await startLibrary(t, { simulator: LIBRARY, byHand: true });
    const account = await connect(library.api);
    const page = await firstPage(library, account, { mode });
    const database = await library.harness.d1();
    const count = async (what) => (await database.prepare(`SELECT count(*) AS rows FROM ${what}`).first()).rows;
    const edges = await count('edges');
    t.diagnostic(`${ROWS} new ${mode} with ${edges} edges: ${JSON.stringify(page.cost)}`);
    assert.equal(page.counts.created, ROWS);
    assert.ok(edges >= 10, `${edges} edges are too few to measure`);
    assert.deepEqual([await count(`jobs WHERE kind = 'link'`), await count(`assets WHERE lineage = 'pending'`)], [0, 0]);
    within(page, MOST_ROWS_PER_ASSET * ROWS + MOST_ROWS_PER_INLINE_EDGE * edges);

    const second = await firstPage(library, account, { mode });
    t.diagnostic(`${ROWS} unchanged ${mode} with sources: ${JSON.stringify(second.cost)}`);
    assert.equal(second.counts.unchanged, ROWS);
    within({ ...second, findings: 0 }, MOST_ROWS_UNCHANGED);
    assert.ok(second.cost.rows_read <= MOST_ROWS_READ_UNCHANGED, `${second.cost.rows_read} rows read`);
  });

  test(`linking a page of ${mode} costs rows by the edge, in a job of its own`, async (t) => {
    const library = await startLibrary(t, { simulator: LIBRARY, byHand: true });
    const { harness } = library;
    const account = await connect(library.api);
    const page = await firstPage(library, account, { mode, create_lineage: 'deferred' });
    t.diagnostic(`${ROWS} new ${mode}, lineage deferred: ${JSON.stringify(page.cost)}`);
    assert.equal(page.counts.created, ROWS);
    within(page, MOST_ROWS_PER_ASSET * ROWS + LINK_JOB_ROWS);

    const database = await harness.d1();
    const link = await database.prepare(`SELECT id, step FROM jobs WHERE kind = 'link' AND state = 'active'`).first();
    const cost = await deliver(harness, 'driftline-lineage', link);
    const { edges } = await database.prepare('SELECT count(*) AS edges FROM edges').first();
    const perEdge = cost.rows_written / edges;
    t.diagnostic(`${edges} edges of ${mode}: ${JSON.stringify(cost)}, ${perEdge.toFixed(2)} rows an edge`);
    assert.ok(edges >= 10, `${edges} edges are too few to measure`);
    assert.ok(perEdge <= MOST_ROWS_PER_EDGE, `${perEdge} rows an edge`);
  });
}

test('an unchanged library is looked through again for a few calls and rows', async (t) => {
  const lines = [];
  const library = await startLibrary(t, {
    simulator: { videos: 1000, images: 540, uploaded_images: 60 },
    onLine: (line) => line?.event === 'message' && lines.push(line),
  });
  const account = await connect(library.api);
  const first = await sync(library.api, account);
  assert.equal(first.complete, true, JSON.stringify(first));

  const again = await sync(library.api, account);
  const spent = (name) => lines.filter(({ job }) => job === again.id).reduce((sum, { cost }) => sum + cost[name], 0);
  assert.ok(await until(() => spent('calls') === again.provider_calls, { deadlineMs: 10_000 }), 'every step is logged');
  const { seen, created, updated, unchanged } = again.counts;
  t.diagnostic(`again: ${seen} rows seen for ${spent('calls')} calls, ${spent('rows_read')} rows read, ${spent('rows_written')} written`);
  assert.deepEqual([created, updated], [0, 0]);
  assert.ok(unchanged >= 200 && unchanged < first.counts.seen / 2, `${unchanged} rows were looked at`);
  for (const { listing, pages } of again.listings) assert.ok(pages <= MOST_CALLS_A_LISTING, `${listing}: ${pages} calls`);
  assert.ok(spent('rows_written') <= MOST_ROWS_OF_A_QUIET_SYNC, `${spent('rows_written')} rows written`);
  assert.equal(lines.filter(({ queue }) => queue === 'driftline-lineage').length, 0, 'nothing was left to link');
});

function within({ cost, findings }, mostRows) {
  const mostStatements = MOST_STATEMENTS + (findings > 0 ? STATEMENTS_OF_FINDINGS : 0);
  assert.ok(cost.statements <= mostStatements, `${cost.statements} statements, ${findings} findings`);
  assert.ok(cost.round_trips <= MOST_ROUND_TRIPS, `${cost.round_trips} round trips`);
  assert.ok(cost.rows_written <= mostRows, `${cost.rows_written} rows written`);
  assert.equal(cost.calls, 1);
}
