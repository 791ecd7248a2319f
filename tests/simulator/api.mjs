// The provider's paths under /creative_platform/, and how a request becomes an answer:
// fault, credential, library, handler, envelope. HTTP itself is server.mjs.

import * as account from './account.mjs';
import { create, CREATION_PATHS } from './creation.mjs';
import * as details from './details.mjs';
import * as device from './device.mjs';
import * as frames from './frames.mjs';
import * as listing from './listing.mjs';
import * as uploads from './uploads.mjs';
import { ApiError, errorBody, parseBody, successBody } from './envelope.mjs';
import { faultAnswer, spoil, takeFault } from './faults.mjs';

const OPEN = {
  'POST oauth/device/authorize': device.authorize,
  'POST oauth/device/token': device.token,
};

const ROUTES = {
  'GET getUserInfo': account.getUserInfo,
  'GET user/credits': account.credits,
  'GET user/credits/concurrency': account.concurrency,
  'POST user/credits/records/v2': account.creditRecords,
  'POST account/message': account.messages,
  'GET team/workspace/list': account.workspaces,
  'POST team/workspace/switch': account.switchWorkspace,
  'GET asset/folder/list': account.folders,
  'POST asset/library/list': listing.listLibrary,
  'POST video/list/personal': listing.listVideos,
  'POST image/list/personal': listing.listImages,
  'POST video/list/detail': details.videoDetail,
  'POST image/detail': details.imageDetail,
  'GET audio/detail': details.audioDetail,
  'GET music/detail': details.musicDetail,
  'POST video/download': details.videoDownload,
  'POST image/download': details.imageDownload,
  'POST asset/download': details.assetDownload,
  'POST asset/library/delete': details.deleteAssets,
  'POST video/delete': details.deleteVideos,
  'POST image/delete': details.deleteImages,
  'POST getUploadToken': uploads.uploadToken,
  'POST media/batch_upload_media': uploads.registerImages,
  'POST media/upload': uploads.registerMedia,
  'POST video/frame/at_time': frames.atTime,
  'POST video/frame/last': frames.last,
  'POST video/mimic/precheck': frames.precheck,
  ...Object.fromEntries(CREATION_PATHS.map((path) => [`POST ${path}`, create(path)])),
};

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers `{ status, headers, body, cut?, code, account }` and writes the log. */
export async function answerApi(state, request) {
  const [body, broken] = readJson(request.text);
  return answerLogged(state, request, body, (fault) => handle(state, { ...request, body, broken, fault }));
}

/** What both interfaces have around a handler: faults, latency, the log, the echo of the trace id. */
export async function answerLogged(state, { method, path, headers, query }, body, run) {
  const fault = takeFault(state, path, body);
  const wait = fault?.kind === 'latency' ? fault.ms : state.quirks.latency_ms;
  if (wait > 0) await new Promise((done) => setTimeout(done, wait));
  const answer = faultAnswer(fault) ?? spoil(fault, run(fault));
  state.record({
    method, path, query: Object.fromEntries(query), headers: redact(headers), body: redactBody(body), account: answer.account ?? null,
    status: answer.cut ? null : answer.status, err_code: answer.code ?? null, fault: fault?.kind ?? null,
  });
  const echo = headers['ai-trace-id'] ? { 'ai-trace-id': headers['ai-trace-id'] } : {};
  return { ...answer, headers: { ...answer.headers, ...echo } };
}

/** `[body, broken]`: the JSON object of a body, or an empty one. */
export function readJson(text) {
  try {
    const body = parseBody(text);
    return body !== null && typeof body === 'object' && !Array.isArray(body) ? [body, false] : [{}, true];
  } catch {
    return [{}, true];
  }
}

function handle(state, { method, path, headers, query, body, broken, fault }) {
  const ctx = { state, quirks: state.quirks, headers, query, body, fault };
  const route = `${method} ${path}`;
  try {
    if (broken) throw new ApiError(400017, 'invalid parameter: body', 400);
    if (Object.hasOwn(OPEN, route)) return success(OPEN[route](ctx));
    ctx.account = account.authenticate(state, headers);
    if (!Object.hasOwn(ROUTES, route)) return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found', account: ctx.account.name };
    ctx.library = account.libraryFor(ctx.account, headers);
    return { ...success(ROUTES[route](ctx)), account: ctx.account.name, cut: ctx.cut };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refusal(error, state.quirks, ctx.account?.name);
  }
}

export function success(resp) {
  return { status: 200, headers: { 'content-type': JSON_TYPE }, body: successBody(resp), code: 0 };
}

export function refusal(error, quirks, name) {
  const body = errorBody(error.code, error.message, error.lower_case ?? quirks.lower_case_errors);
  return { status: error.status ?? quirks.error_status, headers: { 'content-type': JSON_TYPE }, body, code: error.code, account: name };
}

const SECRET_HEADERS = ['token', 'access-key', 'api-key', 'authorization', 'cookie'];

function redact(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, SECRET_HEADERS.includes(name) ? '[redacted]' : value]));
}

const redactBody = (body) => ('device_code' in body ? { ...body, device_code: '[redacted]' } : body);
