// An import of 5,000 items whose process is killed with SIGKILL in the middle, with its workerd and all messages that
// were under way, and started again. Ticks and its own queues drive it on, nothing else: the run finishes by itself, the
// tables equal the simulator's truth, and nothing is there twice.

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { launchSimulator } from '../bench/simulator.mjs';
import { fromTables, fromTruth } from './comparison.mjs';
import { startHarness } from './harness.mjs';
import { connect, newOwner, settledDigest, until } from './library.mjs';
import { runningProcesses } from './running-processes.mjs';

const HOST = fileURLToPath(new URL('killable-worker.mjs', import.meta.url));
const LIBRARY = { videos: 3000, images: 2000 };
const ITEMS = 5000;
// The Worker dies when so many rows have been seen: early, in the middle of the clips, and among the stills.
const DEATHS = [300, 1700, 3900];
// How long a step is leased to whoever works on it. Nobody waits for it here: it is taken off the times in the rows.
const LEASE_MS = 180_000;

test('a run whose process is killed again and again finishes by itself, and nothing is there twice', { timeout: 300_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'driftline-killed-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const simulator = await launchSimulator(LIBRARY);
  t.after(() => end(simulator.child));
  const vars = { PIXVERSE_SIMULATOR_BASE: simulator.url };
  let worker = await startWorker(t, folder, vars);
  let { api, token } = await newOwner(worker, 'demo');
  const account = await connect(api);
  const { body: run } = await api('POST', `/api/v1/providers/pixverse/accounts/${account.id}/sync-assets`, {});

  for (const rows of DEATHS) {
    const seen = await seenAtLeast(api, run.id, rows);
    await kill(worker);
    t.diagnostic(`killed when ${seen} rows had been seen`);
    await letTheLeaseEnd(folder, vars);
    worker = await startWorker(t, folder, vars);
    ({ api } = worker.clientOf(token));
    const before = await api('GET', `/api/v1/runs/${run.id}`);
    assert.equal(before.body.state, 'active', 'it was killed in the middle');
    assert.equal(await worker.tick(), 'ok');
  }
  const ended = await endedWithTicks(worker, api, run.id);
  assert.deepEqual([ended.state, ended.complete], ['done', true], JSON.stringify(ended));
  await settledDigest(api);
  await kill(worker);

  const harness = await startHarness({ persistTo: folder, vars });
  t.after(() => harness.dispose());
  await equalsTruth(harness, simulator, ended);
  await nothingIsThereTwice(harness, simulator, ended);
});

// Everything that is known equals everything that is true.
async function equalsTruth(harness, simulator, run) {
  const truth = await (await fetch(`${simulator.url}/__sim/truth?account=demo`)).json();
  assert.equal(truth.assets.length, ITEMS);
  const [tables, expected] = [await fromTables(harness), fromTruth(truth)];
  assert.deepEqual(tables.assets, expected.assets);
  assert.deepEqual(tables.stubs, expected.stubs);
  assert.deepEqual(tables.edges, expected.edges);
  assert.ok(expected.edges.length > ITEMS / 4, `${expected.edges.length} edges`);
  const { seen, created, updated, unchanged, skipped, quarantined } = run.counts;
  assert.deepEqual([seen, created, updated, unchanged, skipped, quarantined], [ITEMS, ITEMS, 0, 0, 0, 0]);
}

// No page was committed twice, no row counted twice, and the provider was asked again at most once for each death.
async function nothingIsThereTwice(harness, simulator, run) {
  const database = await harness.d1();
  const first = async (sql) => (await database.prepare(sql).first()).count;
  const pages = await first('SELECT count(*) AS count FROM scan_pages');
  assert.equal(await first('SELECT count(DISTINCT job || step) AS count FROM scan_pages'), pages);
  const rows = 'scan_pages s CROSS JOIN json_each(s.rows) r';
  assert.equal(await first(`SELECT count(*) AS count FROM ${rows}`), ITEMS);
  assert.equal(await first(`SELECT count(DISTINCT r.value ->> 0) AS count FROM ${rows}`), ITEMS);
  assert.equal(await first('SELECT count(*) AS count FROM observations'), ITEMS);
  assert.equal(await first(`SELECT count(*) AS count FROM jobs WHERE kind = 'sync'`), 1);
  assert.equal(run.provider_calls, pages);
  const log = await (await fetch(`${simulator.url}/__sim/log?path=asset/library/list`)).json();
  assert.ok(log.length <= pages + DEATHS.length, `${log.length} calls for ${pages} pages`);
}

// The Worker in a process group of its own, as a client sees it, with its tick.
async function startWorker(t, folder, vars) {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(HOST, [folder, JSON.stringify(vars)], { detached: true, stdio });
  t.after(() => end(child));
  const [{ url }] = await once(child, 'message');
  const worker = { child, fetch: (path, init) => fetch(url + path, init) };
  worker.clientOf = (token) => ({ api: clientOf(worker, token) });
  worker.tick = async () => {
    child.send('tick');
    const [{ ticked }] = await once(child, 'message');
    return ticked;
  };
  return worker;
}

function clientOf(worker, token) {
  return async (method, path) => {
    const response = await worker.fetch(path, { method, headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: await response.json() };
  };
}

// Kills the host and its workerd, and waits until the system no longer knows either.
async function kill({ child }) {
  const family = [String(child.pid), ...childrenOf(child.pid)];
  assert.ok(family.length >= 2, 'workerd runs below its host');
  const exit = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  assert.deepEqual(await exit, [null, 'SIGKILL']);
  await until((left) => left.length === 0, () => family.filter((pid) => runningProcesses().has(pid)));
}

function childrenOf(pid) {
  return [...runningProcesses()].filter(([, parent]) => parent === String(pid)).map(([child]) => child);
}

function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

async function seenAtLeast(api, run, rows) {
  for (;;) {
    const { body } = await api('GET', `/api/v1/runs/${run}`);
    assert.equal(body.state, 'active', JSON.stringify(body));
    if (body.counts.seen >= rows) return body.counts.seen;
  }
}

// As if the time had passed: nothing else in the tables is touched.
async function letTheLeaseEnd(folder, vars) {
  const harness = await startHarness({ persistTo: folder, vars, byHand: true });
  const database = await harness.d1();
  const { meta } = await database.prepare(`UPDATE jobs SET due_ms = due_ms - ${LEASE_MS} WHERE state = 'active'`).run();
  assert.ok(meta.changes >= 1);
  await harness.dispose();
}

// Ticks as the platform does, only faster, until the run is over.
function endedWithTicks(worker, api, run) {
  return until((shown) => shown.state !== 'active', async () => {
    assert.equal(await worker.tick(), 'ok');
    return (await api('GET', `/api/v1/runs/${run}`)).body;
  });
}
