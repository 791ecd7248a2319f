// The control plane and the faults it queues: single requests go wrong, rows come and go, the log tells.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, control, list, rowId, started, walk } from './client.mjs';

const LIST = 'asset/library/list';

test('faults hit the first requests they match, in order, so many times', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'POST', 'faults', [
    { path: LIST, kind: 'unavailable', times: 2 },
    { path: LIST, kind: 'rate_limit', retry_after: 7 },
    { path: LIST, kind: 'rate_limit' },
    { path: LIST, kind: 'html' },
    { path: LIST, kind: 'html', status: 503 },
    { path: LIST, kind: 'err_code', code: 500069, status: 500, lower_case: true },
  ]);
  const seen = [];
  for (let i = 0; i < 8; i += 1) {
    const { status, headers, json } = await list(simulator, 'video', 1, 0, 1);
    seen.push([status, headers.get('retry-after'), json?.err_code ?? json?.ErrCode ?? null]);
  }
  assert.deepEqual(seen, [
    [503, null, null], [503, null, null], [429, '7', null], [429, null, null], [200, null, null], [503, null, null], [500, null, 500069], [200, null, 0],
  ]);
});

test('a fault can wait for a page, and can spoil it', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'POST', 'faults', [
    { path: LIST, kind: 'empty_page', match: { tab: 'video', offset: 50 } },
    { path: LIST, kind: 'short_page', match: { tab: 'image' }, skip: 1 },
    { path: LIST, kind: 'data_null', match: { tab: 'audio' } },
    { path: LIST, kind: 'missing_members', members: ['has_more'], match: { offset: 100 } },
  ]);
  assert.equal((await list(simulator, 'video', 1, 0)).json.Resp.data.length, 50);
  const empty = (await list(simulator, 'video', 1, 50)).json.Resp;
  assert.deepEqual([empty.data, empty.has_more], [[], true]);
  assert.equal((await list(simulator, 'image', 1, 0)).json.Resp.data.length, 50);
  assert.equal((await list(simulator, 'image', 1, 50)).json.Resp.data.length, 30);
  assert.equal((await list(simulator, 'audio', 1, 0)).json.Resp.data, null);
  assert.ok(!('has_more' in (await list(simulator, 'video', 1, 100)).json.Resp));
});

test('a connection can be cut, an answer can be half', async (t) => {
  const simulator = await started(t);
  const [row] = await walk(simulator, 'video', 1);
  await control(simulator, 'POST', 'faults', [{ path: 'video/delete', kind: 'cut', after: true }, { path: LIST, kind: 'truncated' }, { path: 'getUserInfo', kind: 'cut' }]);
  await assert.rejects(call(simulator, 'GET', 'getUserInfo'));
  await assert.rejects(call(simulator, 'POST', 'video/delete', { body: { video_ids: [row.video_id] } }));
  const half = await list(simulator, 'video', 1, 0, 5);
  assert.deepEqual([half.status, half.json], [200, undefined]);
  assert.ok(!(await walk(simulator, 'video', 1)).some((r) => rowId(r) === rowId(row)), 'the cut delete was carried out');
  await assert.rejects(control(simulator, 'POST', 'faults', { kind: 'flood' }), /unknown fault kind/);
});

test('the log keeps paths and bodies, never a credential', async (t) => {
  const simulator = await started(t);
  const { Resp: flow } = (await call(simulator, 'POST', 'oauth/device/authorize', { token: null })).json;
  await call(simulator, 'POST', 'oauth/device/token', { token: null, body: { device_code: flow.device_code } });
  await list(simulator, 'video', 1, 0, 3, {}, { headers: { 'access-key': 'demo-access-key' } });
  const log = await control(simulator, 'GET', 'log');
  assert.deepEqual(log.map((e) => [e.path, e.err_code]), [['oauth/device/authorize', 0], ['oauth/device/token', 10055], [LIST, 0]]);
  assert.deepEqual(log[2].body, { tab: 'video', asset_source: 1, folder_id: 0, offset: 0, limit: 3, filter: {} });
  const text = JSON.stringify(log);
  for (const secret of ['demo-token', 'demo-access-key', flow.device_code]) assert.ok(!text.includes(secret), secret);
  await control(simulator, 'DELETE', 'log');
  assert.deepEqual(await control(simulator, 'GET', 'log'), []);
});

test('rows can be added by recipe, put in as they stand, changed, settled and taken away', async (t) => {
  const simulator = await started(t);
  const [added] = await control(simulator, 'POST', 'rows', { media_type: 'video', recipe: 'transition', status: 10 });
  const top = async () => (await list(simulator, 'video', 1, 0, 1)).json.Resp.data[0];
  assert.deepEqual([rowId(await top()), (await top()).video_status, (await top()).create_mode ?? (await top()).customer_paths.create_mode], [added.id, 10, 'transition']);
  assert.ok(simulator.truth().edges.some((edge) => edge.child.id === added.id && edge.relation === 'TRANSITION_INPUT'));
  await control(simulator, 'PATCH', 'rows', { media_type: 'video', id: added.id, status: 1, set: { prompt: 'changed' } });
  assert.deepEqual([(await top()).video_status, (await top()).prompt, (await top()).url !== ''], [1, 'changed', true]);
  assert.equal(simulator.truth().assets.find((a) => a.id === added.id).status, 'completed');
  await control(simulator, 'DELETE', 'rows', { media_type: 'video', id: added.id });
  assert.notEqual(rowId(await top()), added.id);
  await control(simulator, 'POST', 'rows', { media_type: 'video', row: { video_id: 5, odd: true } });
  assert.deepEqual(await top(), { video_id: 5, odd: true });
  await assert.rejects(control(simulator, 'DELETE', 'rows', { media_type: 'video', id: '1' }), /no such row/);
});

test('reset builds another world and forgets quirks, faults, log and tokens', async (t) => {
  const simulator = await started(t);
  const { token } = await control(simulator, 'POST', 'accounts/login', { account: 'demo' });
  await control(simulator, 'POST', 'quirks', { volatile: true });
  await control(simulator, 'POST', 'faults', { kind: 'unavailable' });
  await control(simulator, 'POST', 'reset', { seed: 9, videos: 30, images: 20 });
  assert.equal((await walk(simulator, 'video', 1)).length, 30);
  assert.equal((await control(simulator, 'GET', 'quirks')).now.volatile, false);
  assert.equal((await call(simulator, 'GET', 'getUserInfo', { token })).json.ErrCode, 10001);
  const fresh = await started(t, { seed: 9, videos: 30, images: 20 });
  assert.equal(simulator.truth().digest, fresh.truth().digest);
});

test('the clock stands still until it is told to move', async (t) => {
  const simulator = await started(t);
  assert.equal((await control(simulator, 'GET', 'clock')).now, '2026-11-01T00:00:00.000Z');
  assert.equal((await control(simulator, 'POST', 'clock', { advance_ms: 1500 })).now, '2026-11-01T00:00:01.500Z');
  await assert.rejects(control(simulator, 'POST', 'clock', { set_ms: 'noon' }));
});

test('health, accounts and an unknown path answer', async (t) => {
  const simulator = await started(t);
  assert.equal((await control(simulator, 'GET', 'health')).ok, true);
  assert.deepEqual((await control(simulator, 'GET', 'accounts'))[0].libraries, [{ workspace_id: 0, listed: 493 }, { workspace_id: 77, listed: 28 }]);
  await assert.rejects(control(simulator, 'POST', 'accounts', { name: 'demo' }), /there already/);
  await assert.rejects(control(simulator, 'GET', 'nothing'), /no GET/);
});
