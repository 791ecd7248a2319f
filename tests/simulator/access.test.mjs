// Credentials and the calls around an account: who gets in, who does not, and what they are told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, control, list, started, walk } from './client.mjs';

const code = async (answer) => (await answer).json.ErrCode;

test('no credential is 10003, garbage 10001, an access key opens the same doors', async (t) => {
  const simulator = await started(t);
  assert.equal(await code(call(simulator, 'GET', 'getUserInfo', { token: null })), 10003);
  assert.equal(await code(call(simulator, 'GET', 'getUserInfo', { token: 'garbage' })), 10001);
  assert.equal(await code(call(simulator, 'GET', 'getUserInfo', { token: null, headers: { 'access-key': 'demo-token' } })), 10001);
  const withKey = await call(simulator, 'GET', 'getUserInfo', { token: null, headers: { 'Access-Key': 'demo-access-key' } });
  assert.deepEqual(withKey.json, (await call(simulator, 'GET', 'getUserInfo')).json);
});

test('the account calls carry what the CLI reads', async (t) => {
  const simulator = await started(t);
  const { Resp: user } = (await call(simulator, 'GET', 'getUserInfo')).json;
  assert.deepEqual([user.Username, typeof user.AccountId, user.Mail], ['demo', 'number', 'demo@example.test']);
  const { Resp: credits } = (await call(simulator, 'GET', 'user/credits')).json;
  assert.equal(credits.credit_monthly, 1200);
  const { Resp: slots } = (await call(simulator, 'GET', 'user/credits/concurrency')).json;
  assert.deepEqual(slots.video, { limit: 5, used: 0, remaining: 5, unlimited: false });
  const { Resp: teams } = (await call(simulator, 'GET', 'team/workspace/list')).json;
  assert.deepEqual(teams, { active_workspace_id: 0, workspaces: [{ workspace_id: 77, name: 'Studio', role: 'owner', member_count: 2 }] });
});

test('a workspace is a library of its own, picked by the header', async (t) => {
  const simulator = await started(t);
  const options = { headers: { 'workspace-id': '77' } };
  const rows = await walk(simulator, 'video', 1, { options });
  assert.equal(rows.length, 12);
  assert.deepEqual(rows.map((r) => String(r.video_id)).sort(), simulator.truth('demo', 77).assets.filter((a) => a.media_type === 'video' && a.making === 'created').map((a) => a.id).sort());
  assert.equal((await list(simulator, 'video', 1, 0, 5, {}, { headers: { 'workspace-id': '78' } })).json.ErrCode, 500401);
  await call(simulator, 'POST', 'team/workspace/switch', { body: { workspace_id: 77 } });
  assert.equal((await call(simulator, 'GET', 'team/workspace/list')).json.Resp.active_workspace_id, 77);
});

test('the trace id comes back, any Host is accepted, a POST needs no body', async (t) => {
  const simulator = await started(t);
  const answer = await call(simulator, 'POST', 'oauth/device/authorize', { token: null, headers: { 'ai-trace-id': 'trace-1' } });
  assert.equal(answer.headers.get('ai-trace-id'), 'trace-1');
  assert.equal(answer.json.ErrCode, 0);
});

test('the device flow waits for a person, then gives a token that works, once', async (t) => {
  const simulator = await started(t);
  const { Resp: flow } = (await call(simulator, 'POST', 'oauth/device/authorize', { token: null })).json;
  assert.deepEqual([flow.interval, flow.expires_in], [5, 600]);
  assert.equal(flow.verification_uri_complete, `${simulator.url}/device?user_code=${flow.user_code}`);
  const poll = () => call(simulator, 'POST', 'oauth/device/token', { token: null, body: { device_code: flow.device_code } });
  assert.equal(await code(poll()), 10055);
  const page = await (await fetch(flow.verification_uri_complete)).text();
  assert.match(page, new RegExp(`value="${flow.user_code}"`));
  const form = new URLSearchParams({ user_code: flow.user_code, account: 'demo', verdict: 'approved' });
  const clicked = await fetch(`${simulator.url}/device`, { method: 'POST', body: form });
  assert.match(await clicked.text(), /Connected as demo/);
  const { Resp: granted } = (await poll()).json;
  assert.equal(granted.expires_in, 30 * 24 * 3600);
  assert.equal(await code(call(simulator, 'GET', 'getUserInfo', { token: granted.access_token })), 0);
  assert.equal(await code(poll()), 10056);
});

test('a device code slows down, expires by the clock, is denied, or approves itself', async (t) => {
  const simulator = await started(t, { quirks: { device_slow_down: 1 } });
  const start = async () => (await call(simulator, 'POST', 'oauth/device/authorize', { token: null })).json.Resp;
  const poll = (flow) => code(call(simulator, 'POST', 'oauth/device/token', { token: null, body: { device_code: flow.device_code } }));
  const first = await start();
  assert.deepEqual([await poll(first), await poll(first)], [10054, 10055]);
  await control(simulator, 'POST', 'clock', { advance_s: 600 });
  assert.equal(await poll(first), 10056);
  const second = await start();
  await control(simulator, 'POST', 'quirks', { device_denied_code: 500020 });
  assert.equal((await control(simulator, 'POST', 'device/deny', { user_code: second.user_code })).state, 'denied');
  assert.equal(await poll(second), 500020);
  await control(simulator, 'POST', 'quirks', { device_auto_approve_after: 3 });
  const third = await start();
  assert.deepEqual([await poll(third), await poll(third), await poll(third)], [10055, 10055, 0]);
  assert.equal(await poll({ device_code: 'never heard of' }), 10056);
});

test('a token ends after thirty days, or at a second login', async (t) => {
  const simulator = await started(t, { quirks: { single_session: true } });
  const { token } = await control(simulator, 'POST', 'accounts/login', { account: 'demo' });
  assert.equal(await code(call(simulator, 'GET', 'user/credits')), 10005);
  assert.equal(await code(call(simulator, 'GET', 'user/credits', { token })), 0);
  await control(simulator, 'POST', 'clock', { advance_s: 30 * 24 * 3600 });
  assert.equal(await code(call(simulator, 'GET', 'user/credits', { token })), 10002);
  assert.equal(await code(call(simulator, 'GET', 'user/credits', { token: null, headers: { 'access-key': 'demo-access-key' } })), 0);
});

test('deleted assets leave the listing, and again is 500064', async (t) => {
  const simulator = await started(t);
  const [image] = await walk(simulator, 'image', 0);
  const [video, other] = await walk(simulator, 'video', 1);
  const items = [{ asset_id: image.asset_id, asset_type: 0, asset_source: 0, platform: 'web' }, { asset_id: video.video_id, asset_type: 1, asset_source: 1, platform: 'web' }];
  assert.equal(await code(call(simulator, 'POST', 'asset/library/delete', { body: { items } })), 0);
  assert.equal(await code(call(simulator, 'POST', 'asset/library/delete', { body: { items } })), 500064);
  assert.equal(await code(call(simulator, 'POST', 'video/delete', { body: { video_ids: [other.video_id], platform: 'web' } })), 0);
  assert.equal((await walk(simulator, 'video', 1)).length, 238);
  assert.equal((await walk(simulator, 'image', 0)).length, 59);
});

test('a download leads to the media of this simulator', async (t) => {
  const simulator = await started(t);
  const row = (await walk(simulator, 'image', 1)).find((r) => r.image_status === 1);
  const { Resp } = (await call(simulator, 'POST', 'image/download', { body: { image_id: row.image_id } })).json;
  assert.equal(Resp.url, `${simulator.url}/media/${row.image_path}`);
  assert.equal((await fetch(Resp.url)).headers.get('content-type'), 'image/png');
});
