// Sends the calls of a probe. Whatever the core asks for, nothing leaves that is not in this table: all of it reads.

import { randomUUID } from 'node:crypto';

import { Stop } from '../output.mjs';

const LIVE = 'https://app-api.pixverse.ai';

const READS = new Set([
  'GET /creative_platform/getUserInfo',
  'POST /creative_platform/asset/library/list',
  'POST /creative_platform/video/list/detail',
  'POST /creative_platform/image/detail',
  'GET /creative_platform/audio/detail',
]);

const TIMEOUT_MS = 30_000;
// The provider's own client asks about once a second. A simulator does not mind.
const PACE_MS = 1_000;
const MOST_BYTES = 8_000_000;

// Refuses a call that is not for reading, or not for the host that was meant.
export function requireRead({ method, url }, simulator) {
  const { origin, pathname } = new URL(url);
  const meant = simulator === undefined ? LIVE : new URL(simulator).origin;
  if (origin !== meant) throw new Stop(`the probe does not call ${origin}`);
  if (!READS.has(`${method} ${pathname}`)) throw new Stop(`the probe only reads: it does not send ${method} ${pathname}`);
}

// Answers `{ name, status, body }`; where no answer came the status is null. A redirect is not followed: it would carry
// the credential elsewhere.
export async function sendCall(call, credential, simulator) {
  requireRead(call, simulator);
  const headers = { ...Object.fromEntries(call.headers), 'ai-trace-id': randomUUID(), [call.credential_header]: credential.value };
  if (call.body !== null) headers['content-type'] = 'application/json';
  if (simulator === undefined) await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  try {
    const init = { method: call.method, headers, body: call.body ?? undefined, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) };
    const response = await fetch(call.url, init);
    const body = await response.text();
    if (body.length > MOST_BYTES) return { name: call.name, status: null, body: 'the answer is too long' };
    return { name: call.name, status: response.status, body };
  } catch (error) {
    return { name: call.name, status: null, body: error.name === 'TimeoutError' ? 'no answer came in time' : 'the connection failed' };
  }
}
