// The switches: what they are called, what they start at, which values they take.
// They hold for the whole simulator until changed; a fault (faults.mjs) hits single requests.

import { isOutcome } from './outcomes.mjs';

const flag = (value) => typeof value === 'boolean';
const count = (value) => Number.isInteger(value) && value >= 0;
const oneOf = (...values) => (value) => values.includes(value);
const members = (value, names) => value !== null && typeof value === 'object' && Object.keys(value).every((k) => names.includes(k));

/** name → [start, accepts, what it does] */
const QUIRKS = {
  error_status: [200, oneOf(200, 400, 401, 500), 'HTTP status of every ErrCode ≠ 0'],
  lower_case_errors: [false, flag, 'errors as {err_code, err_msg, resp}'],
  latency_ms: [0, count, 'real milliseconds before every provider answer'],
  order: ['newest', (v) => /^(newest|oldest|shuffle:\d+)$/.test(v), 'order of every list'],
  max_limit: [100, count, 'a larger `limit` is cut to this'],
  default_window_days: [31, count, 'days shown when the body has no `filter`; 0 shows all'],
  empty_filter_window_days: [0, count, 'days shown when the `filter` is empty, as if it were left out; 0 shows all'],
  missing_members: [[], (v) => Array.isArray(v), 'members left out of list answers: has_more, total, next_offset'],
  data_null: [false, flag, 'an empty page says data: null'],
  short_pages: [false, oneOf(false, 'next_offset', 'hidden'), 'pages with fewer rows than asked: more by next_offset, or hidden rows that take up offsets'],
  empty_page: [null, (v) => v === null || members(v, ['at', 'size']), 'offsets {at, size} in the middle that hold no rows'],
  next_offset: ['plain', oneOf('plain', 'overlap', 'scaled'), 'next_offset other than offset + rows: repeats up to 5 rows, or counts in tens'],
  insert_between_pages: [null, (v) => v === null || members(v, ['count', 'times', 'tab', 'recipe']), 'new rows on top after a page'],
  delete_between_pages: [null, (v) => v === null || members(v, ['count', 'times', 'tab']), 'the newest rows vanish after a page'],
  volatile: [false, flag, 'likes and queue_data differ at each listing'],
  blank_urls: [false, oneOf(false, 'url', 'all'), 'a third of the rows lose url (or url and path) when listed again'],
  garbage_rows: [[], (v) => Array.isArray(v), 'put into every page: null, text, number, list, no_id, zero_id'],
  asset_named_rows: [false, flag, 'created rows say asset_id and asset_status only'],
  string_ids: [false, flag, 'ids as JSON text'],
  big_ids: [false, flag, 'ids of 18 digits, above 2^53; changing it builds the libraries anew'],
  personal_rows_key: ['data', oneOf('data', 'list', 'image_list', 'items', 'array'), 'where image/list/personal puts its rows'],
  broken_detail: [false, oneOf(false, 'not_found', 'empty', 'null', 'wrong'), 'what every detail call answers'],
  upload_details: [false, flag, 'video/list/detail and image/detail also know uploads'],
  job_outcome: ['completed', isOutcome, 'how jobs end unless a wish or a prompt says otherwise'],
  job_queue_s: [2, count, 'seconds that a job stays at 10'],
  job_s: [6, count, 'seconds until a job ends, and up to 4 more by its id'],
  finish_after_looks: [0, count, 'a job ends when its row was shown so often; 0: by the clock alone'],
  unfinished_url: ['varied', oneOf('varied', 'preallocated', 'placeholder', 'blank'), 'what the url of an unfinished row is'],
  created_placement: [null, oneOf(null, 'nested', 'flat', 'both'), 'where rows of new media put their sources; null: as usual for their kind'],
  video_slots: [5, count, 'jobs at a time; 0: no limit'],
  image_slots: [5, count, 'the same for images'],
  open_slots: [5, count, 'jobs at a time on the open platform; 0: no limit'],
  trace_reuse: [true, flag, 'open platform: a repeated Ai-trace-id gets the earlier answer'],
  upload_members: ['snake', oneOf('snake', 'pascal'), 'open platform: img_id and img_url, or ImgID and ImgUrl'],
  shared_slots: [false, flag, 'videos and images share the slots'],
  webhook_key_order: ['insertion', oneOf('insertion', 'sorted'), 'order of the members in the signed string'],
  webhook_bad_signature: [false, flag, 'signed with another secret'],
  webhook_age_s: [0, count, 'how far the timestamp lies in the past'],
  webhook_same_nonce: [false, flag, 'later attempts carry the nonce of the first'],
  webhook_copies: [1, (v) => Number.isInteger(v) && v > 0, 'how often each attempt is sent'],
  webhook_reversed: [false, flag, 'the newest of what is due goes first'],
  webhook_real_time: [false, flag, 'timestamps of the real time though the clock stands still'],
  single_session: [false, flag, 'a new login makes older tokens of the account answer 10005'],
  device_interval_s: [5, count, 'interval told to device flow clients'],
  device_auto_approve_after: [0, count, 'approve at this many polls; 0 waits for a person'],
  device_slow_down: [0, count, 'so many polls answer 10054 first'],
  device_denied_code: [10056, count, 'ErrCode after a person said no; the real one is not known'],
};

export function startingQuirks() {
  return structuredClone(Object.fromEntries(Object.entries(QUIRKS).map(([name, [start]]) => [name, start])));
}

/** Sets switches in place; refuses names and values it does not know, changing nothing. */
export function setQuirks(quirks, wanted) {
  for (const [name, value] of Object.entries(wanted)) {
    if (!Object.hasOwn(QUIRKS, name)) throw new RangeError(`unknown quirk ${name}`);
    if (!QUIRKS[name][1](value)) throw new RangeError(`quirk ${name} does not take ${JSON.stringify(value)}: ${QUIRKS[name][2]}`);
  }
  Object.assign(quirks, structuredClone(wanted));
}

export function describeQuirks() {
  return Object.fromEntries(Object.entries(QUIRKS).map(([name, [start, , meaning]]) => [name, { start, meaning }]));
}
