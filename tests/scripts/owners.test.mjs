// Owners and the demo account, against a small server that speaks the few routes they need.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

import { temporaryFolder } from './temporary-folder.mjs';

const home = temporaryFolder();
process.env.DRIFTLINE_HOME = home;
const { ensureDemoAccount, ensureOwner } = await import('../../scripts/lib/owners.mjs');

let server;
let address;
let owners;
let accounts;
let received;

before(async () => {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

beforeEach(() => {
  owners = new Map();
  accounts = [];
  received = [];
});

async function answer(request, response) {
  let text = '';
  for await (const chunk of request) text += chunk;
  const token = request.headers.authorization?.replace('Bearer ', '');
  const route = `${request.method} ${request.url}`;
  received.push({ route, token, body: text && JSON.parse(text) });
  const [status, body] = decide(route, token, text);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function decide(route, token, text) {
  if (route === 'POST /api/v1/owners') {
    if (token !== 'admin') return [401, { detail: 'this token is not known' }];
    const owner = { owner_id: `own_${received.length}`, token: `token_${Math.random()}` };
    owners.set(owner.token, owner);
    return [201, owner];
  }
  if (!owners.has(token)) return [401, { detail: 'this token is not known' }];
  if (route === 'GET /api/v1/accounts') return [200, { accounts }];
  accounts.push({ id: 'acc_1', ...JSON.parse(text) });
  return [201, accounts.at(-1)];
}

const me = { name: 'me', sandbox: false };

test('an_owner_is_made_once_and_remembered', async () => {
  const first = await ensureOwner(address, 'admin', me);
  const second = await ensureOwner(address, 'admin', me);
  assert.deepEqual(second, first);
  assert.equal(received.filter(({ route }) => route === 'POST /api/v1/owners').length, 1);
  assert.equal(statSync(join(home, 'dev.json')).mode & 0o777, 0o600);
});

test('a_token_that_no_longer_works_is_replaced', async () => {
  const first = await ensureOwner(address, 'admin', me);
  owners.clear();
  const second = await ensureOwner(address, 'admin', me);
  assert.notEqual(second.token, first.token);
  assert.equal(JSON.parse(readFileSync(join(home, 'dev.json'), 'utf8')).me.token, second.token);
});

test('a_refusal_is_one_line_with_the_services_own_words', async () => {
  await assert.rejects(ensureOwner(address, 'wrong', { name: 'other', sandbox: false }), {
    message: 'creating the owner "other" failed: status 401 this token is not known',
  });
});

test('the_demo_account_is_connected_once', async () => {
  const { token } = await ensureOwner(address, 'admin', { name: 'demo', sandbox: true });
  const first = await ensureDemoAccount(address, token, 'simulated');
  const second = await ensureDemoAccount(address, token, 'simulated');
  assert.equal(second.id, first.id);
  assert.equal(accounts.length, 1);
  assert.deepEqual(accounts[0].credential, { type: 'token', value: 'simulated' });
});
