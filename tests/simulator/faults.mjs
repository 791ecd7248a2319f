// Faults that hit single requests: queued through the control plane, taken by the first requests they match.
// What a fault does to a page of rows (short, empty, without members) is done by listing.mjs.

import { errorBody } from './envelope.mjs';

const KINDS = {
  err_code: 'ErrCode `code` with HTTP `status` (200); `lower_case` for the other envelope',
  http: 'HTTP `status` with `body` and `headers`',
  html: 'an HTML page with HTTP `status` (200)',
  rate_limit: 'HTTP 429, with Retry-After if `retry_after` is given',
  unavailable: 'HTTP 503',
  cut: 'the connection ends without an answer; with `after: true` the request was carried out',
  truncated: 'half of the JSON answer',
  data_null: 'a list answer with data: null',
  empty_page: 'a list answer without rows that says there is more',
  short_page: 'a list answer with 60 % of the rows asked for',
  missing_members: 'a list answer without the named `members`',
  partial: 'a creation of which `fail` (1) outputs fail at once',
  latency: 'real milliseconds `ms` before the answer',
};

/** `path` is what follows /creative_platform/, or '*'; `match` compares members of the body; `skip` lets some pass. */
export function addFault(state, wanted) {
  const { path = '*', times = 1, skip = 0, match = {}, kind } = wanted;
  if (!Object.hasOwn(KINDS, kind)) throw new RangeError(`unknown fault kind ${kind}; one of ${Object.keys(KINDS).join(', ')}`);
  const fault = { ...wanted, path, times, skip, match, kind, hits: 0 };
  state.faults.push(fault);
  return fault;
}

export function takeFault(state, path, body) {
  for (const fault of state.faults) {
    if (fault.hits >= fault.times || (fault.path !== '*' && fault.path !== path) || !matches(fault.match, body)) continue;
    if (fault.skip > 0) {
      fault.skip -= 1;
      continue;
    }
    fault.hits += 1;
    return fault;
  }
  return null;
}

const matches = (match, body) => Object.entries(match).every(([name, value]) => JSON.stringify(body?.[name]) === JSON.stringify(value));

const json = { 'content-type': 'application/json; charset=utf-8' };
const HTML = '<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Something went wrong</h1></body></html>';

/** The answer that takes the place of the provider's, or null when the fault works elsewhere. */
export function faultAnswer(fault) {
  switch (fault?.kind) {
    case 'err_code':
      return { status: fault.status ?? 200, headers: json, body: errorBody(fault.code ?? 99999, fault.message, fault.lower_case), code: fault.code };
    case 'http':
      return { status: fault.status ?? 500, headers: fault.headers ?? { 'content-type': 'text/plain' }, body: fault.body ?? '' };
    case 'html':
      return { status: fault.status ?? 200, headers: { 'content-type': 'text/html' }, body: HTML };
    case 'rate_limit': {
      const wait = fault.retry_after === undefined ? {} : { 'retry-after': String(fault.retry_after) };
      return { status: 429, headers: { 'content-type': 'text/plain', ...wait }, body: 'Too Many Requests' };
    }
    case 'unavailable':
      return { status: 503, headers: { 'content-type': 'text/plain' }, body: 'Service Unavailable' };
    case 'cut':
      return fault.after ? null : { cut: true };
    default:
      return null;
  }
}

/** What a fault does to an answer that was made: half of it, or nothing reaches the client. */
export function spoil(fault, answer) {
  if (fault?.kind === 'cut') return { ...answer, cut: true };
  if (fault?.kind === 'truncated') return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
  return answer;
}

export function describeFaults() {
  return KINDS;
}
