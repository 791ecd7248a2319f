// What a creation costs, how often it counts, and how many can run: credits, slots, repeated keys, partial success, cut connections.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, control, list, started } from './client.mjs';

const BODY = { prompt: 'a kite', model: 'v6', quality: '720p', duration: 5, create_count: 1, aspect_ratio: '16:9' };

const create = async (simulator, more = {}, path = 'video/t2v') => (await call(simulator, 'POST', path, { body: { ...BODY, ...more } })).json;
const advance = (simulator, advance_s) => control(simulator, 'POST', 'clock', { advance_s });
const count = async (simulator) => (await list(simulator, 'video', 1, 0, 1)).json.Resp.total;

async function credits(simulator) {
  const { credit_daily, credit_monthly, credit_package } = (await call(simulator, 'GET', 'user/credits')).json.Resp;
  return credit_daily + credit_monthly + credit_package;
}

const slots = async (simulator) => (await call(simulator, 'GET', 'user/credits/concurrency')).json.Resp;

test('a creation is paid when it is accepted, and refunded when refused or failed', async (t) => {
  const simulator = await started(t);
  const before = await credits(simulator);
  await control(simulator, 'POST', 'jobs/next', [{ outcome: 'completed' }, { outcome: 'filtered' }, { outcome: 'failed' }]);
  for (let i = 0; i < 3; i += 1) assert.equal((await create(simulator)).Resp.cost_credits, 50);
  assert.equal(await credits(simulator), before - 150);
  await advance(simulator, 20);
  assert.equal(await credits(simulator), before - 50);
  const records = async (type) => (await call(simulator, 'POST', 'user/credits/records/v2', { body: { Offset: 0, Limit: 10, type } })).json.Resp;
  assert.deepEqual((await records(0)).total, 5);
  assert.deepEqual((await records(2)).items.map((r) => [r.acquired_type, r.credits]), Array(3).fill(['text_to_video', -50]));
  assert.deepEqual((await records(1)).items.map((r) => r.credits), [50, 50]);
});

test('a refund comes once, whatever becomes of the job later', async (t) => {
  const simulator = await started(t);
  const before = await credits(simulator);
  await control(simulator, 'POST', 'jobs/next', { outcome: 'filtered_then_completed' });
  const { Resp } = await create(simulator);
  await advance(simulator, 200);
  await control(simulator, 'POST', 'jobs/settle', { id: Resp.video_id, outcome: 'failed' });
  assert.equal(await credits(simulator), before);
});

test('with too few credits nothing is made', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'POST', 'credits', { daily: 0, monthly: 49, bought: 0 });
  const before = await count(simulator);
  assert.equal((await create(simulator)).ErrCode, 500043);
  assert.deepEqual([await credits(simulator), await count(simulator)], [49, before]);
  await control(simulator, 'POST', 'credits', { bought: 1 });
  assert.equal((await create(simulator)).ErrCode, 0);
  assert.equal(await credits(simulator), 0);
});

test('as many jobs as there are slots; a slot is free at the end of a job', async (t) => {
  const simulator = await started(t, { quirks: { video_slots: 2 } });
  await create(simulator);
  await create(simulator);
  assert.deepEqual((await slots(simulator)).video, { limit: 2, used: 2, remaining: 0, unlimited: false });
  assert.equal((await create(simulator)).ErrCode, 500044);
  assert.equal((await create(simulator, {}, 'image/t2i')).ErrCode, 0, 'images have slots of their own');
  await advance(simulator, 10);
  assert.deepEqual((await slots(simulator)).video.used, 0);
  assert.equal((await create(simulator)).ErrCode, 0);
});

test('a job that never ends gives its slot back after ten minutes', async (t) => {
  const simulator = await started(t, { quirks: { video_slots: 1, shared_slots: true } });
  await create(simulator, { prompt: 'sim:stuck' });
  await advance(simulator, 599);
  assert.equal((await create(simulator, {}, 'image/t2i')).ErrCode, 0, 'the image limit is five');
  assert.equal((await create(simulator)).ErrCode, 500044);
  await advance(simulator, 60);
  assert.equal((await create(simulator)).ErrCode, 0);
});

test('a repeated idempotency key gives the first ids and costs nothing', async (t) => {
  const simulator = await started(t);
  const first = await create(simulator, { idempotency_key: 'k1' });
  const paid = await credits(simulator);
  const total = await count(simulator);
  assert.deepEqual(await create(simulator, { idempotency_key: 'k1', prompt: 'another' }), first);
  assert.deepEqual([await credits(simulator), await count(simulator)], [paid, total]);
  assert.notDeepEqual(await create(simulator, { idempotency_key: 'k2' }), first);
});

test('a refused request is not remembered under its key', async (t) => {
  const simulator = await started(t);
  assert.equal((await create(simulator, { idempotency_key: 'k', prompt: 'sim:forbidden' })).ErrCode, 500063);
  assert.equal((await create(simulator, { idempotency_key: 'k' })).ErrCode, 0);
});

test('two wanted, one made: success_ids of one, fail_count 1, paid for one', async (t) => {
  const simulator = await started(t);
  const before = await credits(simulator);
  await control(simulator, 'POST', 'faults', { path: 'video/t2v', kind: 'partial' });
  const { Resp } = await create(simulator, { create_count: 2 });
  assert.deepEqual([Resp.success_ids.length, Resp.fail_count, Resp.cost_credits], [1, 1, 50]);
  assert.equal(await credits(simulator), before - 50);
  const whole = (await create(simulator, { create_count: 2 })).Resp;
  assert.deepEqual([whole.success_ids.length, whole.fail_count], [2, 0]);
  const none = (await create(simulator, { prompt: 'sim:partial' })).Resp;
  assert.deepEqual([none.success_ids, none.video_id, none.fail_count], [[], undefined, 1]);
});

test('a connection cut after the request leaves a job behind, one cut before leaves none', async (t) => {
  const simulator = await started(t);
  const [before, purse] = [await count(simulator), await credits(simulator)];
  await control(simulator, 'POST', 'faults', [{ path: 'video/t2v', kind: 'cut' }, { path: 'video/t2v', kind: 'cut', after: true }]);
  await assert.rejects(create(simulator, { idempotency_key: 'once' }));
  assert.deepEqual([await count(simulator), await credits(simulator)], [before, purse]);
  await assert.rejects(create(simulator, { idempotency_key: 'once' }));
  assert.deepEqual([await count(simulator), await credits(simulator)], [before + 1, purse - 50]);
  const [row] = (await list(simulator, 'video', 1, 0, 1)).json.Resp.data;
  assert.equal((await create(simulator, { idempotency_key: 'once' })).Resp.video_id, row.video_id, 'the key finds it again');
  assert.equal(await count(simulator), before + 1);
});

test('a prompt can ask for the cut; the same key then finds the job', async (t) => {
  const simulator = await started(t);
  const body = { prompt: 'a kite sim:cut', idempotency_key: 'k' };
  await assert.rejects(create(simulator, body));
  const [row] = (await list(simulator, 'video', 1, 0, 1)).json.Resp.data;
  assert.equal((await create(simulator, body)).Resp.video_id, row.video_id);
});

test('big and textual ids reach the answer whole', async (t) => {
  const big = await started(t, { ids: 'big' });
  const { text } = await call(big, 'POST', 'video/t2v', { body: BODY });
  assert.match(text, /"video_id":627\d{15},/);
  const words = await started(t, { ids: 'string' });
  assert.equal(typeof (await create(words)).Resp.video_id, 'string');
});
