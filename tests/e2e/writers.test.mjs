// Eight writers at once on overlapping pages end in the state of one after the other. Eight accounts of one owner show
// two libraries that were made from one seed: two accounts list the same clips and two the same stills, and both
// libraries have the same files under ids of their own. Local queues deliver serially, so the test delivers by hand,
// all that is due at once. A control without the guard shows that the writers really meet.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, newOwner, startLibrary, wholeDigest } from './library.mjs';

const SEEDS = 25;
const WRITERS = 8;
const CONTROL_SEEDS = 4;
const COUNTS = { videos: 6, images: 5, audio: 0, uploaded_images: 3, uploaded_videos: 1, uploaded_audio: 0, same_time: 2 };
// Two listings of one page each and its links need three, plus what comes back for later.
const MOST_ROUNDS = 20;
// A delivery that meets nobody: the job, its surroundings (again for their sightings and sources), payloads, the commit.
const CALM_ROUND_TRIPS = 6;

const names = Array.from({ length: WRITERS }, (_, index) => `writer-${index}`);

test('eight writers at once end in the state of one after the other', { timeout: 480_000 }, async (t) => {
  const library = await startLibrary(t, { simulator: { accounts: [] }, byHand: true });
  const met = { deliveries: 0, conflicts: 0, most: 0 };
  const calm = { ...met };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    overlap(library.simulator, seed);
    // Owners share no row, so both may be imported side by side.
    const [together, alone] = await Promise.all([
      imported(library, `together-${seed}`, seed, allAtOnce, met),
      imported(library, `alone-${seed}`, seed, oneByOne, calm),
    ]);
    assert.deepEqual(await flaws(library.harness, together.owner), [], `seed ${seed}`);
    const digest = await settled(together.api);
    assert.ok(digest.assets > 10, JSON.stringify(digest));
    assert.deepEqual(digest, await settled(alone.api), `seed ${seed}`);
  }
  t.diagnostic(`at once: ${JSON.stringify(met)}`);
  t.diagnostic(`one by one: ${JSON.stringify(calm)}`);
  assert.equal(calm.conflicts, 0, 'one after the other never conflicts');
  assert.ok(met.conflicts >= SEEDS, 'the writers never met: the test proves nothing');
});

test('without the guard the same writers leave a broken inventory', { timeout: 120_000 }, async (t) => {
  const library = await startLibrary(t, { simulator: { accounts: [] }, byHand: true });
  const database = await library.harness.d1();
  await database.batch([
    database.prepare('DROP TABLE guard'),
    database.prepare(
      `CREATE TABLE guard (due INTEGER NOT NULL, unchanged INTEGER NOT NULL,
       CONSTRAINT step_already_done CHECK (due = 1)) STRICT`,
    ),
  ]);
  const broken = [];
  for (let seed = 1; seed <= CONTROL_SEEDS; seed += 1) {
    overlap(library.simulator, seed);
    const { owner } = await imported(library, `together-${seed}`, seed, allAtOnce);
    if ((await flaws(library.harness, owner)).length > 0) broken.push(seed);
  }
  t.diagnostic(`broken without the guard: seeds ${broken.join(', ')} of ${CONTROL_SEEDS}`);
  assert.ok(broken.length > 0, 'the guard made no difference: the test above proves nothing');
});

// The simulator with this seed's accounts: every second one shows the first library, the others the second.
function overlap(simulator, seed) {
  const accounts = names.map((name) => ({ name, seed: `writers/${seed}`, ...COUNTS }));
  simulator.state.reset({ accounts });
  const all = [...simulator.state.accounts.values()];
  all.forEach((account, index) => {
    account.libraries = all[index % 2].libraries;
  });
}

// A new owner with all accounts, imported by `deliverAll`; some runs link at once, some by a job of its own.
async function imported({ harness }, name, seed, deliverAll, met) {
  const { api } = await newOwner(harness, name);
  const runs = [];
  for (const [index, account] of names.entries()) {
    const { id } = await connect(api, `${account}-token`);
    const path = `/api/v1/providers/pixverse/accounts/${id}/sync-assets`;
    const mode = index % 4 < 2 ? 'videos' : 'images';
    runs.push({ path, request: { mode, create_lineage: (index + seed) % 3 === 0 ? 'inline' : 'deferred' } });
  }
  const database = await harness.d1();
  const { id: owner } = await database.prepare('SELECT id FROM owners WHERE name = ?1').bind(name).first();
  await deliverAll(harness, api, owner, runs, met);
  return { api, owner };
}

async function allAtOnce(harness, api, owner, runs, met) {
  await Promise.all(runs.map((run) => start(api, run)));
  await deliverDue(harness, owner, met);
}

async function oneByOne(harness, api, owner, runs, met) {
  for (const run of runs) {
    await start(api, run);
    await deliverDue(harness, owner, met);
  }
}

async function start(api, { path, request }) {
  const { status, body } = await api('POST', path, request);
  assert.equal(status, 202, JSON.stringify(body));
}

// Delivers every step that is due, all at once, until nothing is due any more.
async function deliverDue(harness, owner, met) {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const due = await query(harness, owner, `SELECT id, kind, step FROM jobs WHERE owner = ?1 AND state = 'active'`);
    if (due.length === 0) return;
    const lines = await Promise.all(due.map((job) => deliver(harness, job)));
    for (const { cost } of met ? lines : []) {
      met.deliveries += 1;
      met.conflicts += cost.round_trips > CALM_ROUND_TRIPS ? 1 : 0;
      met.most = Math.max(met.most, cost.round_trips);
    }
  }
  assert.fail(`jobs are still active after ${MOST_ROUNDS} rounds`);
}

async function deliver(harness, { id, kind, step }) {
  const queue = kind === 'sync' ? 'driftline-sync' : 'driftline-lineage';
  const [result, line] = await Promise.all([harness.queue(queue, [{ job: id, step }]), harness.logged(id, step)]);
  assert.equal(result.outcome, 'ok');
  assert.equal(line.outcome, 'ack', JSON.stringify(line));
  return line;
}

async function settled(api) {
  const digest = await wholeDigest(api);
  assert.equal(digest.pending_lineage, 0, JSON.stringify(digest));
  return digest;
}

// What can never be, in an inventory that is whole.
async function flaws(harness, owner) {
  const rules = {
    'a root leads to no asset that has it': `SELECT c.root AS what FROM claims c WHERE c.owner = ?1 AND c.alias = c.root
       AND NOT EXISTS (SELECT 1 FROM assets a CROSS JOIN json_each(a.roots) r
                        WHERE a.owner = ?1 AND a.id = c.asset AND r.value = c.root)`,
    'two assets have one root': `SELECT r.value AS what FROM assets a CROSS JOIN json_each(a.roots) r
       WHERE a.owner = ?1 GROUP BY r.value HAVING count(*) > 1`,
    'an asset is an orphan': `SELECT a.id AS what FROM assets a WHERE a.owner = ?1
       AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.owner = ?1 AND c.alias = a.root AND c.root = a.root AND c.asset = a.id)`,
    'content belongs to no root': `SELECT o.root AS what FROM observations o WHERE o.owner = ?1
       AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.owner = ?1 AND c.alias = o.root AND c.root = o.root)`,
  };
  const found = [];
  for (const [rule, sql] of Object.entries(rules)) {
    for (const { what } of await query(harness, owner, sql)) found.push(`${rule}: ${what}`);
  }
  return found;
}

// Rows about one owner, who is ?1.
async function query(harness, owner, sql) {
  const database = await harness.d1();
  return (await database.prepare(sql).bind(owner).all()).results;
}
