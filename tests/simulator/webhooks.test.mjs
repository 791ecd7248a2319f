// Webhooks: signed, sent when a job of the open platform ends, sent again until the receiver says ok, and spoiled when told to.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { control, open, started } from './client.mjs';

const BODY = { prompt: 'a kite', model: 'v5.5', duration: 5, quality: '720p', aspect_ratio: '16:9', webhook_id: 'demo-webhook' };

/** A receiver that keeps what it gets; it answers what `answer` says. */
async function receiver(t, answer = () => [200, 'ok']) {
  const got = [];
  const server = createServer(async (req, res) => {
    let text = '';
    for await (const part of req) text += part;
    got.push({ headers: req.headers, text });
    const [status, body] = answer(got.length);
    res.writeHead(status).end(body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  }));
  return { got, url: `http://127.0.0.1:${server.address().port}/hook` };
}

async function withReceiver(t, options, answer) {
  const simulator = await started(t, options);
  const { got, url } = await receiver(t, answer);
  await control(simulator, 'POST', 'webhooks', { account: 'demo', url });
  return { simulator, got };
}

const create = async (simulator, more = {}) => (await open(simulator, 'POST', 'video/text/generate', { body: { ...BODY, ...more } })).json.Resp.video_id;
const advance = (simulator, advance_s) => control(simulator, 'POST', 'clock', { advance_s });

/** Checks a signature as a receiver would, over the members in their own order or sorted. */
function isSigned({ headers, text }, { sorted = false, secret = 'demo-webhook-secret' } = {}) {
  const members = Object.entries(JSON.parse(text));
  if (sorted) members.sort(([x], [y]) => (x < y ? -1 : 1));
  const form = members.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  const signed = `${headers['webhook-timestamp']}\n${headers['webhook-nonce']}\n${form}`;
  return createHmac('sha256', secret).update(signed).digest('base64') === headers['webhook-signature'];
}

test('the end of a job is sent, signed with the secret of the account', async (t) => {
  const { simulator, got } = await withReceiver(t);
  const id = await create(simulator);
  assert.equal(got.length, 0);
  const { now_ms } = await advance(simulator, 10);
  assert.equal(got.length, 1);
  const [{ headers, text }] = got;
  const body = JSON.parse(text);
  assert.deepEqual(Object.keys(body), ['id', 'status', 'url', 'size', 'has_audio', 'credits']);
  assert.deepEqual([body.id, body.status, body.credits, body.has_audio], [id, 1, 50, false]);
  assert.equal(body.url, (await open(simulator, 'GET', `video/result/${id}`)).json.Resp.url);
  assert.equal(Number(headers['webhook-timestamp']), now_ms / 1000);
  assert.match(headers['webhook-nonce'], /^[0-9a-f]{32}$/);
  assert.ok(headers['ai-trace-id']);
  assert.ok(isSigned(got[0]));
  await advance(simulator, 100_000);
  assert.equal(got.length, 1, 'ok ends it');
});

test('only creations that name a webhook are told, each end once', async (t) => {
  const { simulator, got } = await withReceiver(t);
  await create(simulator, { webhook_id: undefined });
  await create(simulator, { prompt: 'sim:filtered_then_completed' });
  await create(simulator, { prompt: 'sim:stuck' });
  await advance(simulator, 10);
  await advance(simulator, 200);
  assert.deepEqual(got.map(({ text }) => [JSON.parse(text).status, JSON.parse(text).url === '']), [[7, true], [1, false]]);
});

test('without an ok it comes again: 2 s, 10 s, 30 s, 1 m, 5 m, 15 m, 1 h, 4 h, then never', async (t) => {
  const answers = [[500, 'ok'], [200, 'OK'], [200, '{"ok":true}'], [204, '']];
  const { simulator, got } = await withReceiver(t, {}, (n) => answers[(n - 1) % answers.length]);
  await create(simulator);
  await advance(simulator, 10);
  for (const [i, wait] of [2, 10, 30, 60, 300, 900, 3600, 14_400].entries()) {
    await advance(simulator, wait - 1);
    assert.equal(got.length, i + 1, `not before ${wait} s`);
    await advance(simulator, 1);
    assert.equal(got.length, i + 2);
  }
  await advance(simulator, 1_000_000);
  assert.equal(got.length, 9);
  assert.equal(new Set(got.map(({ headers }) => headers['webhook-nonce'])).size, 9);
  assert.ok(got.every((request) => isSigned(request)));
  assert.equal((await control(simulator, 'GET', 'webhooks')).deliveries[0].state, 'given_up');
});

test('later attempts can carry the nonce of the first', async (t) => {
  const { simulator, got } = await withReceiver(t, { quirks: { webhook_same_nonce: true } }, () => [503, '']);
  await create(simulator);
  for (const seconds of [10, 2, 10]) await advance(simulator, seconds);
  assert.equal(got.length, 3);
  assert.equal(new Set(got.map(({ headers }) => headers['webhook-nonce'])).size, 1);
  assert.equal(new Set(got.map(({ headers }) => headers['webhook-timestamp'])).size, 3);
});

test('a receiver that is away gets it later', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'POST', 'webhooks', { account: 'demo', url: 'http://127.0.0.1:1/hook' });
  await create(simulator);
  await advance(simulator, 10);
  const { got, url } = await receiver(t);
  await control(simulator, 'POST', 'webhooks', { account: 'demo', url });
  await advance(simulator, 2);
  const [delivery] = (await control(simulator, 'GET', 'webhooks')).deliveries;
  assert.deepEqual([got.length, delivery.state, delivery.attempts.map((a) => a.status)], [1, 'delivered', [null, 200]]);
});

test('duplicate, sorted keys, bad signature, stale, replayed: each a switch', async (t) => {
  const { simulator, got } = await withReceiver(t, { quirks: { webhook_copies: 2, webhook_key_order: 'sorted' } });
  await create(simulator);
  await advance(simulator, 10);
  assert.equal(got.length, 2);
  assert.deepEqual(got[0].headers['webhook-nonce'], got[1].headers['webhook-nonce']);
  assert.deepEqual([isSigned(got[0]), isSigned(got[0], { sorted: true })], [false, true]);
  await control(simulator, 'POST', 'quirks', { webhook_copies: 1, webhook_key_order: 'insertion' });
  await control(simulator, 'POST', 'webhooks/deliver', { number: 1, webhook_bad_signature: true });
  assert.deepEqual([isSigned(got[2]), isSigned(got[2], { sorted: true })], [false, false]);
  await control(simulator, 'POST', 'webhooks/deliver', { number: 1, webhook_age_s: 3600 });
  assert.equal(Number(got[3].headers['webhook-timestamp']), Number(got[0].headers['webhook-timestamp']) - 3600);
  assert.ok(isSigned(got[3]));
  await control(simulator, 'POST', 'webhooks/deliver', { number: 1, again: true });
  assert.deepEqual([got[4].headers['webhook-nonce'], got[4].headers['webhook-timestamp']], [got[3].headers['webhook-nonce'], got[3].headers['webhook-timestamp']], 'a replay');
});

test('out of order: the newest of what is due goes first', async (t) => {
  const { simulator, got } = await withReceiver(t, { quirks: { webhook_reversed: true, job_s: 0 } });
  const ids = [await create(simulator), await create(simulator), await create(simulator)];
  await control(simulator, 'POST', 'webhooks/deliver', {});
  assert.deepEqual(got.map(({ text }) => JSON.parse(text).id), ids.reverse());
});

test('a dry delivery shows the request and sends nothing; a real-time stamp is a switch', async (t) => {
  const { simulator, got } = await withReceiver(t, { quirks: { webhook_real_time: true, job_s: 0 } });
  await create(simulator);
  const [request] = await control(simulator, 'POST', 'webhooks/deliver', { dry: true });
  assert.equal(got.length, 0);
  assert.ok(isSigned({ headers: request.headers, text: request.body }));
  assert.ok(Math.abs(Number(request.headers['webhook-timestamp']) - Date.now() / 1000) < 60);
});

test('ids of 18 digits are signed and sent whole; urls lead to loopback only', async (t) => {
  const { simulator, got } = await withReceiver(t, { ids: 'big', quirks: { job_s: 0 } });
  await create(simulator);
  await control(simulator, 'POST', 'webhooks/deliver', {});
  const [, id] = /^\{"id":(627\d{15}),/.exec(got[0].text);
  assert.ok(isSigned({ headers: got[0].headers, text: got[0].text.replace(id, `"${id}"`) }));
  for (const url of ['https://127.0.0.1/hook', 'http://example.com/hook', 'nothing']) await assert.rejects(control(simulator, 'POST', 'webhooks', { account: 'demo', url }));
});

test('with a running clock jobs end and webhooks go out by themselves', async (t) => {
  const simulator = await started(t, { clock: 'real', quirks: { job_s: 0 } });
  const arrived = new Promise((done) => {
    receiver(t, () => {
      done();
      return [200, 'ok'];
    }).then(({ url }) => control(simulator, 'POST', 'webhooks', { account: 'demo', url })).then(() => create(simulator));
  });
  await arrived;
  assert.equal((await control(simulator, 'GET', 'jobs'))[0].status, 1);
});
