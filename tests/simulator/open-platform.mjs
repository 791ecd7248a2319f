// The provider's paths under /openapi/v2/: credential, trace id, handler, envelope. It shares accounts and faults with the
// library interface, and neither ids nor credits; what it makes no listing shows.

import { answerLogged, readJson, refusal, success } from './api.mjs';
import { ApiError, stringify } from './envelope.mjs';
import { parseForm } from './forms.mjs';
import { generate, selectMasks } from './open-generate.mjs';
import { OPERATIONS } from './open-operations.mjs';
import { imageResult, videoResult } from './open-results.mjs';
import { uploadImage, uploadMedia } from './open-uploads.mjs';
import { isoTime } from './rows.mjs';

const SPEAKERS = ['Ada', 'Brook', 'Chen'].map((name, i) => ({ speaker_id: String(i + 1), name }));
const RESTYLES = ['oil', 'clay', 'ink'].map((name, i) => ({ restyle_id: 31 + i, name }));

const balance = ({ account: { account_id, open_wallet: w } }) => JSON.stringify({ account_id, credit_monthly: w.monthly, credit_package: w.bought });

const ROUTES = {
  'GET account/balance': balance,
  'GET account/credits': balance,
  'POST account/billing/usage-detail': usage,
  'POST image/upload': uploadImage,
  'POST media/upload': uploadMedia,
  'GET video/lip_sync/tts_list': () => JSON.stringify({ total: SPEAKERS.length, data: SPEAKERS }),
  'GET video/tts_speaker': () => JSON.stringify({ total: SPEAKERS.length, data: SPEAKERS }),
  'GET video/restyle/list': () => JSON.stringify({ total: RESTYLES.length, data: RESTYLES }),
  'POST video/mask/selection': selectMasks,
  ...Object.fromEntries(Object.keys(OPERATIONS).map((path) => [`POST ${path}`, generate(path)])),
};
const RESULTS = { video: videoResult, image: imageResult };

/** Answers like answerApi; the paths in log and faults begin with `openapi/v2/`. */
export async function answerOpen(state, request) {
  const form = parseForm(request.headers['content-type'], request.bytes);
  const [body, broken] = form ? [form.fields, false] : readJson(request.bytes.toString('utf8'));
  const named = { ...request, path: `openapi/v2/${request.path}` };
  return answerLogged(state, named, body, (fault) => handle(state, { ...request, body, form, broken, fault }));
}

function authenticate(state, headers) {
  if (!headers['api-key']) throw new ApiError(10003);
  const credential = state.credentials.get(headers['api-key']);
  if (credential?.kind !== 'api_key') throw new ApiError(10001);
  return state.accounts.get(credential.account);
}

function handle(state, { method, path, headers, query, body, form, broken, fault }) {
  const ctx = { state, quirks: state.quirks, headers, query, body, form, fault };
  try {
    ctx.account = authenticate(state, headers);
    if (broken) throw new ApiError(400017, 'invalid parameter: body', 400);
    const trace = headers['ai-trace-id'] && state.quirks.trace_reuse ? `${headers['ai-trace-id']} ${method} ${path}` : null;
    if (trace && ctx.account.traces.has(trace)) return ctx.account.traces.get(trace);
    const answer = answered(ctx, method, path);
    if (trace && answer.code === 0) ctx.account.traces.set(trace, answer);
    return { ...answer, cut: ctx.cut };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refusal(error, state.quirks, ctx.account?.name);
  }
}

function answered(ctx, method, path) {
  const account = ctx.account.name;
  const [, type, id] = /^(video|image)\/result\/([^/]+)$/.exec(path) ?? [];
  if (type && method === 'GET') return { ...success(RESULTS[type](ctx, id)), account };
  const route = `${method} ${path}`;
  if (Object.hasOwn(ROUTES, route)) return { ...success(ROUTES[route](ctx)), account };
  return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found', account };
}

/** POST account/billing/usage-detail {start_time, end_time, cursor, limit, credits_status, creation_type}: newest first. */
function usage({ account, body, state }) {
  const { cursor = 0, limit = 20, credits_status, creation_type, start_time, end_time } = body;
  const at = Number(cursor) || 0;
  const time = (text, otherwise) => (text ? Date.parse(`${String(text).replace(' ', 'T')}Z`) : otherwise);
  const [from, to] = [time(start_time, -Infinity), time(end_time, Infinity)];
  const rows = account.open_wallet.records.filter((r) => r.time_ms >= from && r.time_ms <= to)
    .map((r) => ({ ...r, type: typeOf(account, r), status: r.kind === 'used' ? 'consume' : 'refund' }))
    .filter((r) => (!credits_status || r.status === credits_status) && (!creation_type || r.type === creation_type));
  const page = rows.slice(at, at + Math.min(limit, 100));
  const next = at + page.length < rows.length ? String(at + page.length) : '';
  return stringify({
    list: page.map((r) => ({ id: BigInt(r.id), creation_type: r.type, credits: r.credits, credits_status: r.status, create_time: isoTime(r.time_ms) })), next_cursor: next,
  }, state.quirks.string_ids);
}

const typeOf = (account, record) => account.open.find(record.media_type, 'created', record.id)?.extra.type ?? record.operation;
