// Several steps of a job on one message: what the next step needs is read and asked while the one before commits.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSimulator } from '../simulator/server.mjs';
import { startHarness } from './harness.mjs';
import { connect, newOwner } from './library.mjs';

const STEPS = 3;
const PAGE = 50;

// A Worker whose run of a library of images waits at step 0. `before` is awaited before each page is handed over:
// (its number, its rows, the database) => any.
async function waitingRun(t, before) {
  const simulator = await createSimulator({ port: 0, videos: 0, images: 300, uploaded_images: 0 });
  t.after(() => simulator.close());
  let harness;
  let pages = 0;
  const outbound = async (request) => {
    const body = await request.text();
    const response = await fetch(request.url, { method: request.method, headers: request.headers, ...(body && { body }) });
    const text = await response.text();
    if (request.url.endsWith('/asset/library/list')) {
      await before?.(pages, JSON.parse(text).Resp.data, await harness.d1());
      pages += 1;
    }
    return new Response(text, { status: response.status, headers: { 'content-type': 'application/json' } });
  };
  harness = await startHarness({ byHand: true, outbound, vars: { PIXVERSE_SIMULATOR_BASE: simulator.url, STEPS_AT_ONCE: String(STEPS) } });
  t.after(() => harness.dispose());
  const { api } = await newOwner(harness, 'demo');
  const account = await connect(api);
  const { status, body } = await api('POST', `/api/v1/providers/pixverse/accounts/${account.id}/sync-assets`, { mode: 'images' });
  assert.equal(status, 202, JSON.stringify(body));
  const deliver = (step) => harness.queue('driftline-sync', [{ job: body.id, step }]);
  const row = async () => (await harness.d1()).prepare('SELECT step, state FROM jobs WHERE id = ?1').bind(body.id).first();
  return { harness, api, id: body.id, deliver, row };
}

test('a message brings a run on its way, page by page, and asks ahead', async (t) => {
  const { harness, api, id, deliver, row } = await waitingRun(t);
  const { explicitAcks, outcome } = await deliver(0);
  assert.deepEqual([outcome, explicitAcks.length], ['ok', 1]);
  const lines = [];
  for (let step = 0; step < STEPS; step += 1) lines.push(await harness.logged(id, step));
  assert.deepEqual(lines.map((line) => line.outcome), ['ack', 'ack', 'ack']);
  // The first reads its row itself; of the others it was read where the step before committed.
  assert.deepEqual(lines.map((line) => line.cost.round_trips), [3, 2, 2]);
  assert.deepEqual(lines.map((line) => line.cost.calls), [2, 1, 0]);
  assert.deepEqual(await row(), { step: STEPS, state: 'active' });
  const { body: run } = await api('GET', `/api/v1/runs/${id}`);
  // Pages overlap by two rows, which count once.
  assert.deepEqual([run.counts.created, run.provider_calls], [STEPS * PAGE - 4, STEPS]);
});

test('a later step that cannot go on is tried again by itself', async (t) => {
  let alias = null;
  const spoil = async (page, rows, database) => {
    if (page !== 2) return;
    alias = `id:pixverse:library:image:created:${rows.at(-1).image_id}`;
    await database.prepare(`INSERT INTO claims (owner, alias, root, rank, lists) VALUES (1, ?1, ?1, 0, 'no list')`).bind(alias).run();
  };
  const { harness, id, deliver, row } = await waitingRun(t, spoil);
  // The message itself is done with: it was about a step that took effect.
  const { explicitAcks, retryMessages } = await deliver(0);
  assert.deepEqual([explicitAcks.length, retryMessages.length], [1, 0]);
  const line = await harness.logged(id, 2);
  assert.deepEqual([line.outcome, line.retry_after_s], ['retry', 60], JSON.stringify(line));
  assert.deepEqual(await row(), { step: 2, state: 'active' });

  await (await harness.d1()).prepare('DELETE FROM claims WHERE alias = ?1').bind(alias).run();
  assert.equal((await deliver(2)).explicitAcks.length, 1);
  assert.equal((await row()).step, 2 + STEPS);
});
