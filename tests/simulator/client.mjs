// What the tests say to a simulator: a started one that is closed by itself, provider calls, a walk, control calls.
// Assertions stay in the tests.

import { createSimulator } from './server.mjs';

/** Starts a simulator that ends with the test. */
export async function started(t, options = {}) {
  const simulator = await createSimulator(options);
  t.after(() => simulator.close());
  return simulator;
}

/** A provider call as the official CLI sends it; answers `{ status, headers, text, json }`. */
export async function call(simulator, method, path, { body, headers = {}, token = 'demo-token' } = {}) {
  const response = await fetch(`${simulator.url}/creative_platform/${path}`, {
    method,
    headers: { ...(token ? { token } : {}), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: tryJson(text) };
}

/** A call of the open platform; `body` goes as JSON, `form` as it is (URLSearchParams or FormData). */
export async function open(simulator, method, path, { body, form, headers = {}, key = 'demo-api-key' } = {}) {
  const response = await fetch(`${simulator.url}/openapi/v2/${path}`, {
    method,
    headers: { ...(key ? { 'api-key': key } : {}), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: form ?? (body === undefined ? undefined : JSON.stringify(body)),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: tryJson(text) };
}

function tryJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function list(simulator, tab, asset_source, offset, limit = 50, more = {}, options = {}) {
  return call(simulator, 'POST', 'asset/library/list', { ...options, body: { tab, asset_source, folder_id: 0, offset, limit, filter: {}, ...more } });
}

export const SIX_WALKS = ['video', 'image', 'audio'].flatMap((tab) => [[tab, 1], [tab, 0]]);

/** A row's own id as text, by the order the CLI reads it. */
export function rowId(row) {
  return String(row.video_id ?? row.image_id ?? row.audio_id ?? row.asset_id ?? row.id);
}

/** Walks one listing by `next_offset` until the server says done; answers the rows in the order seen. */
export async function walk(simulator, tab, asset_source, { limit = 50, more, options } = {}) {
  const rows = [];
  for (let offset = 0, pages = 0; pages < 1000; pages += 1) {
    const { json } = await list(simulator, tab, asset_source, offset, limit, more, options);
    const { data, has_more, next_offset } = json.Resp;
    rows.push(...(data ?? []));
    if (!has_more) return rows;
    offset = next_offset;
  }
  throw new Error('a walk without end');
}

/** A control call; answers the JSON, and throws what the control plane refused. */
export async function control(simulator, method, path, body) {
  const response = await fetch(`${simulator.url}/__sim/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const json = await response.json();
  if (!response.ok) throw Object.assign(new Error(json.error), { status: response.status });
  return json;
}

/** The ids that the truth has for one walk. */
export function idsInTruth(truth, media_type, making) {
  return truth.assets.filter((a) => a.media_type === media_type && a.making === making).map((a) => a.id).sort();
}
