// How a provider call leaves the Worker: where to, with which secrets, and what comes back when it fails. The calls
// are those of a sync whose rows are written into the database by hand.

import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';

import { CREDENTIAL_KEY, startHarness } from './harness.mjs';

const SIMULATOR = 'http://127.0.0.1:8788';
const harnesses = [];

after(() => Promise.all(harnesses.map((harness) => harness.dispose())));

// A Worker whose provider is `provider`, with one account and one active run.
async function start({ provider, sandbox = 0, credential = seal('s3cret-token'), vars }) {
  const requests = [];
  const outbound = async (request) => {
    requests.push({ url: request.url, headers: Object.fromEntries(request.headers), body: await request.text() });
    return provider(request);
  };
  const harness = await startHarness({ outbound, vars });
  harnesses.push(harness);
  const database = await harness.d1();
  const run = {
    mode: 'videos', create_lineage: 'none', dry_run: false, limit: null, reasons: {}, provider_calls: 0, attempts: 0,
    last_error: null, ended_ms: null,
    walks: [{
      listing: 'video/created', offset: 0, total: null, pages: 0, ended: null, barren: 0,
      counts: { seen: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, quarantined: 0 },
    }],
  };
  await database.batch([
    database.prepare(`INSERT INTO owners (id, name, sandbox, created_ms) VALUES (1, 'me', ?1, 0)`).bind(sandbox),
    database
      .prepare(
        `INSERT INTO accounts (owner, id, provider_id, api, identity, workspace, label, credential, credential_kind,
           state, created_ms, updated_ms)
         VALUES (1, 'acc_1', 'pixverse', 'library', 'pixverse:library:7:0', '0', 'A', ?1, 'token', 'ready', 0, 0)`,
      )
      .bind(credential),
    database
      .prepare(
        `INSERT INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
         VALUES ('run_1', 1, 'sync', 'acc_1', 0, 'active', 0, 0, 0, ?1)`,
      )
      .bind(JSON.stringify(run)),
  ]);
  return { harness, requests, database };
}

// As src/core/seal.rs does it.
function seal(plain, context = 'driftline credential') {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(CREDENTIAL_KEY, 'base64'), nonce);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `v1.${sealed.toString('base64url')}`;
}

const page = (rows) => Response.json({ ErrCode: 0, ErrMsg: 'success', Resp: { data: rows, total: rows.length } });

async function deliver({ harness, database }) {
  const result = await harness.queue('driftline-sync', [{ job: 'run_1', step: 0 }]);
  assert.equal(result.outcome, 'ok');
  const { results } = await database.prepare('SELECT step, state, body FROM jobs').all();
  return { result, row: results[0], run: JSON.parse(results[0].body) };
}

test('a_real_account_reaches_the_live_host_with_its_credential', async () => {
  const started = await start({ provider: () => page([]), vars: { PIXVERSE_SIMULATOR_BASE: SIMULATOR } });
  await deliver(started);
  const [request] = started.requests;
  assert.ok(request.url.startsWith('https://app-api.pixverse.ai/creative_platform/'), request.url);
  assert.equal(request.headers.token, 's3cret-token');
  assert.equal(request.headers['content-type'], 'application/json');
  assert.match(request.headers['ai-trace-id'], /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(JSON.parse(request.body).tab, 'video');
});

test('a_sandbox_account_reaches_the_simulator_and_nothing_else', async () => {
  const near = await start({ provider: () => page([]), sandbox: 1, vars: { PIXVERSE_SIMULATOR_BASE: SIMULATOR } });
  await deliver(near);
  assert.ok(near.requests[0].url.startsWith(`${SIMULATOR}/creative_platform/`), near.requests[0].url);
  for (const base of [undefined, 'https://app-api.pixverse.ai', 'http://192.168.1.5:8788', 'http://localhost.example']) {
    const far = await start({ provider: () => page([]), sandbox: 1, vars: base && { PIXVERSE_SIMULATOR_BASE: base } });
    const { run } = await deliver(far);
    assert.deepEqual(far.requests, []);
    assert.match(run.last_error.message, /simulator/i);
  }
});

test('a_page_is_taken_in_and_a_second_delivery_does_not_even_ask', async () => {
  const started = await start({ provider: () => page([{ video_id: 431000000000137, video_status: 1 }]) });
  const { row, run } = await deliver(started);
  assert.equal(run.walks[0].counts.created, 1);
  assert.ok(row.step > 0 || row.state === 'done');
  const calls = started.requests.length;
  await deliver(started);
  assert.equal(started.requests.length, calls);
});

test('a_redirect_is_not_followed', async () => {
  const started = await start({
    provider: () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }),
  });
  await deliver(started);
  assert.equal(started.requests.length, 1);
});

test('retry_after_is_read_in_both_forms', async () => {
  for (const retryAfter of ['600', new Date(Date.now() + 600_000).toUTCString()]) {
    const provider = () => new Response('{}', { status: 429, headers: { 'retry-after': retryAfter } });
    const { run } = await deliver(await start({ provider }));
    const waited = run.last_error.retry_after_s;
    assert.ok(waited > 300 && waited <= 600, `${retryAfter}: ${waited}`);
  }
});

test('a_cut_connection_is_told_without_addresses_or_secrets', async () => {
  const provider = () => {
    throw new Error('connection refused');
  };
  const started = await start({ provider });
  const { run } = await deliver(started);
  assert.ok(run.last_error, 'the run remembers the error');
  assert.doesNotMatch(JSON.stringify(run), /s3cret|https?:|app-api/);
});

test('an_answer_without_end_is_cut', async () => {
  const chunk = new Uint8Array(1_000_000).fill(0x20);
  const provider = () => {
    let left = 20;
    const body = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
    return new Response(body, { status: 200 });
  };
  const { run } = await deliver(await start({ provider }));
  assert.match(run.last_error.message, /longer than/);
});

test('a_credential_that_does_not_open_is_never_sent', async () => {
  const others = [seal('s3cret-token', 'another purpose'), `${seal('s3cret-token').slice(0, -4)}AAAA`, 'plain'];
  for (const credential of others) {
    const started = await start({ provider: () => page([]), credential });
    const { run } = await deliver(started);
    assert.deepEqual(started.requests, []);
    assert.match(run.last_error.message, /connect the account again/);
  }
});

test('without_a_key_the_step_waits_for_the_operator', async () => {
  for (const key of ['', 'dG9vIHNob3J0']) {
    const started = await start({ provider: () => page([]), vars: { CREDENTIAL_KEY: key } });
    const { result, row } = await deliver(started);
    assert.equal(result.retryMessages.length, 1);
    assert.ok(result.retryMessages[0].delaySeconds > 0);
    assert.equal(row.state, 'active');
    assert.equal(row.step, 0);
    assert.deepEqual(started.requests, []);
  }
});

test('the_tick_sends_what_is_due_again', async () => {
  const started = await start({ provider: () => page([]) });
  await started.harness.tick();
  for (let tries = 0; tries < 100 && started.requests.length === 0; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(started.requests.length, 1);
});
