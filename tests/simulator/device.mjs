// The device flow: authorize, poll, and the page on which a person says yes or no.
// Codes expire by the simulator's clock; they are counted, not drawn, so that runs repeat.

import { ApiError } from './envelope.mjs';
import { TOKEN_LIFE_S } from './account.mjs';
import { Prng } from './prng.mjs';

const CODE_LIFE_S = 600;
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/** POST oauth/device/authorize */
export function authorize({ state }) {
  const number = state.device.size + 1;
  const rng = new Prng(`device/${state.options.seed}/${number}`);
  const letters = Array.from({ length: 8 }, () => rng.pick(LETTERS)).join('');
  const user_code = `${letters.slice(0, 4)}-${letters.slice(4)}`;
  const device_code = `device-${rng.uuid()}`;
  state.device.set(device_code, { user_code, state: 'pending', polls: 0, expires_ms: state.clock_ms + CODE_LIFE_S * 1000, account: null });
  return JSON.stringify({
    device_code, user_code, verification_uri: `${state.url}/device`, verification_uri_complete: `${state.url}/device?user_code=${user_code}`,
    expires_in: CODE_LIFE_S, interval: state.quirks.device_interval_s,
  });
}

/** POST oauth/device/token {device_code} */
export function token({ state, body, quirks }) {
  const request = state.device.get(body.device_code);
  if (!request || request.state === 'spent' || state.clock_ms >= request.expires_ms) throw new ApiError(10056);
  request.polls += 1;
  if (quirks.device_slow_down > 0) {
    quirks.device_slow_down -= 1;
    throw new ApiError(10054);
  }
  if (request.state === 'denied') throw new ApiError(quirks.device_denied_code, 'access_denied');
  const after = quirks.device_auto_approve_after;
  if (request.state === 'pending' && after > 0 && request.polls >= after) decide(state, request.user_code, 'approved');
  if (request.state === 'pending') throw new ApiError(10055);
  request.state = 'spent';
  const access_token = issueToken(state, request.account);
  return JSON.stringify({ access_token, expires_in: TOKEN_LIFE_S, token_type: 'Bearer' });
}

/** A fresh token of the account; under `single_session` it ends the older ones. */
export function issueToken(state, account) {
  if (state.quirks.single_session) replaceTokens(state, account);
  state.issued += 1;
  const value = `sim-${account}-${state.issued}`;
  state.credentials.set(value, { account, kind: 'token', expires_ms: state.clock_ms + TOKEN_LIFE_S * 1000, replaced: false });
  return value;
}

/** As after a login elsewhere: tokens answer 10005 from now on; access keys go on. */
export function replaceTokens(state, account) {
  for (const credential of state.credentials.values()) {
    if (credential.account === account && credential.kind === 'token') credential.replaced = true;
  }
}

/** Approves or denies by user code, or the newest pending request; answers the request, or null. */
export function decide(state, user_code, verdict, account) {
  const waiting = [...state.device.values()].filter((request) => request.state === 'pending' && state.clock_ms < request.expires_ms);
  const request = user_code ? waiting.find((r) => r.user_code === user_code.trim().toUpperCase()) : waiting.at(-1);
  const name = account ?? state.accounts.keys().next().value;
  if (!request || !state.accounts.has(name)) return null;
  Object.assign(request, { state: verdict, account: name });
  return { user_code: request.user_code, state: verdict, account: name };
}

const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** The page at verification_uri_complete. */
export function devicePage(state, user_code) {
  const choices = [...state.accounts.keys()].map((name) => `<option>${escape(name)}</option>`).join('');
  return page(`<h1>Connect a device</h1>
<p>This is the Pixverse <em>simulator</em>: no real account is involved.</p>
<form method="post" action="/device">
<p><label>Code <input name="user_code" value="${escape(user_code)}" required autocomplete="off"></label></p>
<p><label>Account <select name="account">${choices}</select></label></p>
<p><button name="verdict" value="approved">Approve</button> <button name="verdict" value="denied">Deny</button></p>
</form>`);
}

/** The answer to the page's form. */
export function submitDevicePage(state, form) {
  const verdict = form.get('verdict') === 'denied' ? 'denied' : 'approved';
  const done = decide(state, form.get('user_code') || ' ', verdict, form.get('account') ?? undefined);
  if (!done) return { status: 404, html: page('<h1>No such code</h1><p>It is mistyped, used, or expired.</p>') };
  const text = verdict === 'approved' ? `Connected as ${escape(done.account)}.` : 'Denied.';
  return { status: 200, html: page(`<h1>${text}</h1><p>You can close this page.</p>`) };
}

function page(body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pixverse simulator</title><style>body{font:16px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.4rem 1rem}</style>
<body>${body}</body></html>`;
}
