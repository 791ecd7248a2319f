// The edge as clients meet it: service routes, problems, tokens, and the same facts as the command line gives.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { ADMIN_TOKEN, startHarness } from './harness.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

let harness;

before(async () => {
  harness = await startHarness({ outbound: () => new Response('no provider here', { status: 503 }) });
});

after(() => harness?.dispose());

const bearer = (token) => ({ authorization: `Bearer ${token}` });

function post(path, body, headers = {}) {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  return harness.fetch(path, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } });
}

async function assertProblem(response, status, code) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const problem = JSON.parse(text);
  assert.equal(problem.code, code);
  assert.equal(problem.status, status);
  return problem;
}

test('health_reads_nothing_and_ready_asks_the_database', async () => {
  const health = await harness.fetch('/health');
  assert.equal(health.status, 200);
  assert.equal((await health.json()).status, 'ok');
  assert.equal(health.headers.get('x-driftline-cost'), 'statements=0;reads=0;writes=0;round_trips=0;calls=0');

  const ready = await harness.fetch('/ready');
  assert.equal(ready.status, 200);
  assert.equal((await ready.json()).status, 'ready');
  assert.match(ready.headers.get('x-driftline-cost'), /^statements=1;reads=\d+;writes=0;round_trips=1;calls=0$/);
});

test('every_answer_has_an_id_and_is_not_stored', async () => {
  const response = await harness.fetch('/health', { headers: { 'cf-ray': '8f1-TEST' } });
  assert.equal(response.headers.get('x-request-id'), '8f1-TEST');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  await response.text();

  const made = await harness.fetch('/health', { headers: { 'cf-ray': 'no such "ray"' } });
  assert.match(made.headers.get('x-request-id'), /^[0-9a-f]{32}$/);
  await made.text();
});

test('head_is_get_without_a_body', async () => {
  const response = await harness.fetch('/health', { method: 'HEAD' });
  assert.equal(response.status, 200);
  assert.equal(await response.text(), '');
});

test('inspect_answers_as_the_command_line_does', async () => {
  for (const [mediaType, name] of [['video', 'video-extend-id-only'], ['image', 'image-library-row']]) {
    const file = join(root, 'fixtures', 'pixverse', `${name}.json`);
    const payload = readFileSync(file, 'utf8');
    const args = ['run', '--quiet', '--example', 'inspect', '--', '--media-type', mediaType, file];
    const expected = JSON.parse(execFileSync('cargo', args, { cwd: root, encoding: 'utf8' }));
    const body = `{"provider_id":"pixverse","media_type":"${mediaType}","payload":${payload}}`;
    const response = await post('/api/v1/inspect', body);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), expected);
  }
});

test('inspect_keeps_every_digit_and_survives_a_broken_emoji', async () => {
  const payload = '{"video_id":98765432109876543210987,"prompt":"a\\ud83d"}';
  const response = await post('/api/v1/inspect', `{"provider_id":"pixverse","media_type":"video","payload":${payload}}`);
  assert.equal(response.status, 200);
  assert.equal((await response.json()).asset_id, '98765432109876543210987');
});

test('what_inspect_refuses_says_why', async () => {
  await assertProblem(await post('/api/v1/inspect', 'nope'), 422, 'bad_request');
  await assertProblem(await post('/api/v1/inspect', ''), 422, 'bad_request');
  await assertProblem(await post('/api/v1/inspect', {}), 422, 'missing_member');
  const acme = { provider_id: 'acme', media_type: 'video', payload: {} };
  const problem = await assertProblem(await post('/api/v1/inspect', acme), 422, 'unknown_provider');
  assert.match(problem.detail, /acme/);
});

test('errors_are_problem_documents', async () => {
  await assertProblem(await harness.fetch('/api/v1/nothing'), 404, 'no_such_route');
  await assertProblem(await harness.fetch('/api/v1/nothing', { method: 'PUT' }), 404, 'no_such_route');

  const wrong = await harness.fetch('/api/v1/inspect');
  assert.equal(wrong.headers.get('allow'), 'POST');
  await assertProblem(wrong, 405, 'method_not_allowed');
  for (const method of ['PUT', 'OPTIONS', 'PROPFIND']) {
    const unknown = await harness.fetch('/api/v1/inspect', { method });
    assert.equal(unknown.headers.get('allow'), 'POST');
    await assertProblem(unknown, 405, 'method_not_allowed');
  }

  await assertProblem(await post('/api/v1/inspect', new Uint8Array([0x7b, 0xff])), 400, 'invalid_utf8');
  await assertProblem(await post('/api/v1/inspect', 'x'.repeat(2_000_001)), 413, 'body_too_large');
  await assertProblem(await post('/api/v1/inspect', 'x'.repeat(6_000_001)), 413, 'body_too_large');
});

test('a_body_without_a_length_is_cut_at_the_limit', async () => {
  const chunk = new TextEncoder().encode('x'.repeat(500_000));
  let left = 13;
  const body = new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(chunk);
      else controller.close();
    },
  });
  const response = await harness.fetch('/api/v1/inspect', { method: 'POST', body, duplex: 'half' });
  await assertProblem(response, 413, 'body_too_large');
});

test('only_the_admin_token_makes_owners', async () => {
  await assertProblem(await post('/api/v1/owners', { name: 'x' }), 401, 'unauthorized');
  for (const headers of [{ authorization: ADMIN_TOKEN }, { authorization: 'Bearer ' }, { authorization: 'Basic eDp5' }]) {
    await assertProblem(await post('/api/v1/owners', { name: 'x' }, headers), 401, 'unauthorized');
  }
  for (const token of ['wrong', `${ADMIN_TOKEN}x`, ADMIN_TOKEN.slice(1)]) {
    await assertProblem(await post('/api/v1/owners', { name: 'x' }, bearer(token)), 403, 'admin_only');
  }
  await assertProblem(await post('/api/v1/owners', { name: ' ' }, bearer(ADMIN_TOKEN)), 422, 'invalid_parameter');
  await assertProblem(await post('/api/v1/owners', 'nope', bearer(ADMIN_TOKEN)), 422, 'invalid_body');
});

test('an_owner_gets_tokens_and_the_database_only_their_hashes', async () => {
  const create = async (body) => {
    const response = await post('/api/v1/owners', body, bearer(ADMIN_TOKEN));
    assert.equal(response.status, 201);
    return response.json();
  };
  const first = await create({ name: 'me' });
  const second = await create({ name: 'me' });
  assert.match(first.token, /^dl_[A-Za-z0-9_-]{43}$/);
  assert.notEqual(first.token, second.token);
  assert.equal(first.owner_id, second.owner_id);

  const database = await harness.d1();
  const { results } = await database.prepare('SELECT * FROM tokens').all();
  assert.equal(results.length, 2);
  for (const { token } of [first, second]) assert.ok(!JSON.stringify(results).includes(token.slice(3)));

  const other = await post('/api/v1/owners', { name: 'me', sandbox: true }, bearer(ADMIN_TOKEN));
  await assertProblem(other, 409, 'owner_exists');
  const { results: unchanged } = await database.prepare('SELECT count(*) AS n FROM tokens').all();
  assert.equal(unchanged[0].n, 2);
});

test('no_admin_token_means_no_admin', async () => {
  const closed = await startHarness({ vars: { ADMIN_TOKEN: '' } });
  try {
    const init = { method: 'POST', body: '{"name":"x"}', headers: { authorization: 'Bearer ' } };
    await assertProblem(await closed.fetch('/api/v1/owners', init), 401, 'unauthorized');
  } finally {
    await closed.dispose();
  }
});

test('ready_says_when_the_tables_are_missing', async () => {
  const bare = await startHarness();
  try {
    await (await bare.d1()).prepare('DROP TABLE guard').run();
    const response = await bare.fetch('/ready');
    assert.ok(Number(response.headers.get('retry-after')) > 0);
    await assertProblem(response, 503, 'not_migrated');
    assert.equal((await bare.fetch('/health')).status, 200);
  } finally {
    await bare.dispose();
  }
});

test('a_message_that_nobody_can_read_does_not_fail_its_batch', async () => {
  const bodies = [{ job: 'job_unknown', step: 0 }, 'nonsense', { job: 7 }, null, { job: 'job_unknown', step: 1 }];
  for (const queue of ['driftline-sync', 'driftline-lineage', 'driftline-dead-letters']) {
    const result = await harness.queue(queue, bodies);
    assert.equal(result.outcome, 'ok');
    assert.equal(result.explicitAcks.length, bodies.length);
    assert.deepEqual(result.retryMessages, []);
  }
});

test('a_credential_is_sealed_before_anything_else_sees_it', async () => {
  const created = await post('/api/v1/owners', { name: 'sealed' }, bearer(ADMIN_TOKEN));
  const { token } = await created.json();
  const body = { provider_id: 'pixverse', api: 'library', credential: { type: 'token', value: 's3cret-of-a-person' } };
  const answer = await post('/api/v1/accounts', body, bearer(token));
  assert.doesNotMatch(await answer.text(), /s3cret/);
  await assertProblem(await post('/api/v1/accounts', '{"credential": {"value": "s3cret', bearer(token)), 422, 'invalid_body');

  const closed = await startHarness({ vars: { CREDENTIAL_KEY: 'short' } });
  try {
    const init = { method: 'POST', body: JSON.stringify(body) };
    const problem = await assertProblem(await closed.fetch('/api/v1/accounts', init), 500, 'not_configured');
    assert.match(problem.detail, /CREDENTIAL_KEY/);
  } finally {
    await closed.dispose();
  }
});
