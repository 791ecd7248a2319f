// The core says what to ask, the answers are handed to it, until it has its report. The core never sees the credential.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { say, Stop } from '../output.mjs';
import { inRoot } from '../paths.mjs';
import { sendCall } from './calls.mjs';

const FIXTURES = inRoot('fixtures', 'pixverse');
const CARGO = ['run', '--quiet', '--locked', '--manifest-path', inRoot('Cargo.toml'), '--example', 'probe'];
// Six pages of fifty rows and a dozen details, and all fixtures.
const MOST_BYTES = 200_000_000;

// A function that hands the core what is known and answers with what it says. Without the credential in its
// environment: the core and its build have no use for it.
export function buildProbe() {
  const { PIXVERSE_TOKEN: _token, PIXVERSE_ACCESS_KEY: _key, ...env } = process.env;
  return (asked) => {
    const input = JSON.stringify(asked);
    const { status, stdout } = spawnSync('cargo', CARGO, { input, env, maxBuffer: MOST_BYTES, stdio: ['pipe', 'pipe', 'inherit'] });
    if (status !== 0) throw new Stop('the probe of the core failed');
    return JSON.parse(stdout);
  };
}

export async function conversation(ask, { account, workspace, simulator }, credential) {
  const asked = { account, workspace, simulator, credential_kind: credential.kind, replies: [], fixtures: fixtures() };
  for (;;) {
    const next = ask(asked);
    if (next.refused) throw new Stop(next.refused);
    if (!next.calls) return next;
    for (const call of next.calls) {
      say(`- ${call.name}`);
      asked.replies.push(await sendCall(call, credential, simulator));
    }
  }
}

function fixtures() {
  return readdirSync(FIXTURES).sort().map((name) => [name, readFileSync(join(FIXTURES, name), 'utf8')]);
}
