// The owners of a local run and their tokens: "me" for real accounts, "demo" for the simulator. Made once through
// the service's own interface and remembered in .driftline/dev.json, so that every start prints the same tokens.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { Stop } from './output.mjs';
import { ownersFile } from './paths.mjs';
import { readStamp } from './stamp.mjs';

// A client of one service with one token; answers { status, body }.
export function client(address, token) {
  return async (method, path, body) => {
    const response = await fetch(address + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    return { status: response.status, body: parseBody(await response.text()) };
  };
}

// The owner's {name, owner_id, token}: the remembered one while its token works, else a new one (the local state was
// wiped). Where only the memory was lost, the service gives the owner of that name one more token.
export async function ensureOwner(address, adminToken, { name, sandbox }) {
  const remembered = readStamp(ownersFile)?.[name];
  if (remembered && (await isTokenGood(address, remembered.token))) return remembered;
  const answer = await client(address, adminToken)('POST', '/api/v1/owners', { name, sandbox });
  if (![200, 201].includes(answer.status)) throw refused(`creating the owner "${name}"`, answer);
  const owner = { name, owner_id: answer.body.owner_id, token: answer.body.token };
  remember(name, owner);
  return owner;
}

// The demo owner's account at the simulator, connected at the first start. Returns the account.
export async function ensureDemoAccount(address, token, simulatorToken) {
  const api = client(address, token);
  const listed = await api('GET', '/api/v1/accounts');
  if (listed.status !== 200) throw refused('listing the demo accounts', listed);
  const known = accountsIn(listed.body).find((account) => account.label === 'Demo');
  if (known) return known;
  const answer = await api('POST', '/api/v1/accounts', {
    provider_id: 'pixverse',
    api: 'library',
    label: 'Demo',
    credential: { type: 'token', value: simulatorToken },
  });
  if (answer.status !== 201) throw refused('connecting the demo account', answer);
  return answer.body;
}

// A list answer is either the array itself or a page that holds it.
function accountsIn(body) {
  return Array.isArray(body) ? body : (body.accounts ?? body.items ?? body.data ?? []);
}

// Only a refused token is a lost one: any other trouble is not mended by one more owner.
async function isTokenGood(address, token) {
  const { status } = await client(address, token)('GET', '/api/v1/accounts');
  return status !== 401 && status !== 403;
}

function remember(name, owner) {
  mkdirSync(dirname(ownersFile), { recursive: true });
  const all = { ...readStamp(ownersFile), [name]: owner };
  writeFileSync(ownersFile, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  chmodSync(ownersFile, 0o600);
}

function refused(what, { status, body }) {
  return new Stop(`${what} failed: status ${status} ${body.detail ?? body.title ?? ''}`.trimEnd());
}

function parseBody(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
