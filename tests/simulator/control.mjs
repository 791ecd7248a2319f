// The control plane under /__sim/: what tests and `npm start` use to set the stage and to look behind it.
// JSON in, JSON out; no credential is asked for, since the simulator listens on loopback.

import { decide, issueToken, replaceTokens } from './device.mjs';
import { stringify } from './envelope.mjs';
import { addFault, describeFaults } from './faults.mjs';
import { JOB_ROUTES } from './control-jobs.mjs';
import { WEBHOOK_ROUTES } from './control-webhooks.mjs';
import { describeQuirks } from './quirks.mjs';
import { rowOf } from './rows.mjs';

const ok = (value) => ({ status: 200, value });
const missing = (what) => ({ status: 404, value: { error: `no such ${what}` } });

const accountView = (state, account) => ({
  name: account.name, account_id: account.account_id, nickname: account.nickname, mail: account.mail,
  tokens: [...state.credentials].filter(([, c]) => c.account === account.name && c.kind === 'token' && !c.replaced).map(([value]) => value),
  access_keys: [...state.credentials].filter(([, c]) => c.account === account.name && c.kind === 'access_key').map(([value]) => value),
  api_keys: [...state.credentials].filter(([, c]) => c.account === account.name && c.kind === 'api_key').map(([value]) => value),
  webhook: account.webhook,
  libraries: [...account.libraries].map(([workspace_id, library]) => ({ workspace_id, listed: library.index.size })),
});

const ROUTES = {
  'GET health': ({ state }) => ok({ ok: true, now: new Date(state.clock_ms).toISOString(), accounts: [...state.accounts.keys()], seed: state.options.seed }),
  'POST reset': ({ state, body }) => {
    state.reset({ ...state.options, ...body });
    return ok({ accounts: [...state.accounts.values()].map((account) => accountView(state, account)) });
  },
  'GET accounts': ({ state }) => ok([...state.accounts.values()].map((account) => accountView(state, account))),
  'POST accounts': ({ state, body }) => ({ status: 201, value: accountView(state, state.addAccount(body)) }),
  'POST accounts/login': ({ state, body }) => {
    if (!state.accounts.has(body.account)) return missing('account');
    if (body.elsewhere) replaceTokens(state, body.account);
    return ok({ token: issueToken(state, body.account) });
  },
  'GET truth': ({ state, query }) => ok(state.truth(query.get('account') ?? undefined, query.get('workspace') ?? undefined)),
  'GET quirks': ({ state }) => ok({ now: state.quirks, known: describeQuirks() }),
  'POST quirks': ({ state, body }) => {
    state.setQuirks(body);
    return ok(state.quirks);
  },
  'DELETE quirks': ({ state }) => {
    state.resetQuirks();
    return ok(state.quirks);
  },
  'GET faults': ({ state }) => ok({ now: state.faults, known: describeFaults() }),
  'POST faults': ({ state, body }) => ({ status: 201, value: (Array.isArray(body) ? body : [body]).map((wanted) => addFault(state, wanted)) }),
  'DELETE faults': ({ state }) => {
    state.faults = [];
    return ok([]);
  },
  'GET clock': ({ state }) => ok(clockView(state)),
  'POST clock': async ({ state, body }) => {
    const next = body.set_ms ?? state.clock_ms + (body.advance_ms ?? 0) + (body.advance_s ?? 0) * 1000;
    if (!Number.isSafeInteger(next)) throw new RangeError('the clock takes set_ms, advance_ms or advance_s');
    state.clock_ms = next;
    await state.catchUp();
    return ok(clockView(state));
  },
  'GET log': ({ state, query }) => ok(state.log.filter((entry) => entry.n > Number(query.get('after') ?? 0) && (!query.has('path') || entry.path === query.get('path')))),
  'DELETE log': ({ state }) => {
    state.log = [];
    return ok([]);
  },
  'GET device': ({ state }) => ok([...state.device.values()].map(({ user_code, state: verdict, polls, account }) => ({ user_code, state: verdict, polls, account }))),
  'POST device/approve': ({ state, body }) => orMissing(decide(state, body.user_code, 'approved', body.account), 'pending code or account'),
  'POST device/deny': ({ state, body }) => orMissing(decide(state, body.user_code, 'denied', body.account), 'pending code or account'),
  ...JOB_ROUTES,
  ...WEBHOOK_ROUTES,
  'POST rows': addRows,
  'GET rows': ({ state, query }) => withRow(state, Object.fromEntries(query), (library, asset) => ok(rowOf(asset, library.owner))),
  'PATCH rows': ({ state, body }) => withRow(state, body, (library, asset) => {
    const job = state.jobs.byAsset.get(asset);
    if (body.status !== undefined && job) state.jobs.settle(job, body.status);
    else if (body.status !== undefined) library.settle(asset, body.status);
    if (body.set !== undefined) library.mutate(asset, body.set);
    return ok(rowOf(asset, library.owner));
  }),
  'DELETE rows': ({ state, body, query }) => withRow(state, { ...Object.fromEntries(query), ...body }, (library, asset) => {
    library.remove(asset);
    return ok({ removed: asset.id });
  }),
};

const clockView = (state) => ({ now_ms: state.clock_ms, now: new Date(state.clock_ms).toISOString(), runs: state.runs });
const orMissing = (value, what) => (value ? ok(value) : missing(what));

/** `{row}` puts in a row as it stands; else `count` assets are made by `recipe` (the seed picks one if absent). */
function addRows({ state, body }) {
  const library = state.library(body.account, body.workspace);
  const { media_type = 'video', making = 'created', recipe, status, count = 1 } = body;
  const made = 'row' in body
    ? [library.addRaw(media_type, making, body.row, body.created_ms ?? state.clock_ms)]
    : Array.from({ length: count }, () => library.add({ media_type, making, recipe, status }, body.created_ms ?? state.clock_ms));
  return { status: 201, value: made.map((asset) => ({ media_type, making, id: asset.id, key: asset.key ?? null })) };
}

/** `{account?, workspace?, media_type, making?, id}`; PATCH adds `status` (the job settles) and `set` (members as given). */
function withRow(state, named, act) {
  const library = state.library(named.account, named.workspace);
  const asset = library.find(named.media_type ?? 'video', named.making ?? 'created', String(named.id));
  return asset ? act(library, asset) : missing('row');
}

/** Answers `{ status, body }`; a request the control plane does not understand is a 400 that says why. */
export async function answerControl(state, { method, path, query, text }) {
  const route = ROUTES[`${method} ${path}`];
  if (!route) return { status: 404, body: stringify({ error: `no ${method} /__sim/${path}`, known: Object.keys(ROUTES) }) };
  try {
    const body = text.trim() === '' ? {} : JSON.parse(text);
    const { status, value } = await route({ state, query, body });
    return { status, body: stringify(value) };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof SyntaxError || error.code === 'ERR_INVALID_URL')) throw error;
    return { status: 400, body: stringify({ error: error.message }) };
  }
}
