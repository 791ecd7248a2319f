// JSON in and out without losing a digit, and the provider's envelope {ErrCode, ErrMsg, Resp}.
// Which code an answer carries is decided by the handlers; this file only spells it.

/** A refusal of the provider: code, text, and the HTTP status it travels with (200 unless a quirk says otherwise). */
export class ApiError extends Error {
  constructor(code, message, status) {
    super(message ?? MESSAGES[code] ?? 'error');
    this.code = code;
    this.status = status;
  }
}

/** Texts are ours: the exact ones are not known for most codes. */
const MESSAGES = {
  10001: 'token is invalid', 10002: 'token is expired', 10003: 'user is not login', 10005: 'user logged in elsewhere',
  10054: 'slow_down', 10055: 'authorization_pending', 10056: 'expired_token',
  400011: 'empty parameter', 400017: 'invalid parameter', 400018: 'prompt is too long', 400019: 'negative prompt is too long',
  400032: 'image id is invalid',
  500008: 'requested data not found', 500020: 'no permission', 500043: 'all credits used up', 500044: 'concurrency limit reached',
  500030: 'image is too large', 500032: 'image format is not supported', 500033: 'image width or height is out of range', 500052: 'refused by moderation',
  500041: 'upload failed', 500042: 'invalid image path', 500047: 'provided media is invalid', 500054: 'refused by moderation', 500063: 'refused by moderation',
  500090: 'insufficient balance',
  500064: 'content has been deleted', 500069: 'service under high load', 500100: 'database error', 500401: 'workspace not found',
};

const BIG = /"\\u0001int:(-?\d+)"/g;

/** JSON text of a value whose BigInt members come out as plain digits, or as text when `stringIds`. */
export function stringify(value, stringIds = false) {
  const text = JSON.stringify(value, (_, v) => {
    if (typeof v !== 'bigint') return v;
    return stringIds ? String(v) : `\u0001int:${v}`;
  });
  return stringIds ? text : text.replace(BIG, '$1');
}

/** Parses a request body; numbers of 16 digits and more stay text, so that no id is rounded. */
export function parseBody(text) {
  if (text.trim() === '') return {};
  return JSON.parse(text.replace(/([:[,]\s*)(-?\d{16,})(?=\s*[,}\]])/g, '$1"$2"'));
}

/** An id as given in a query or a body, as its digits; null when it is none. */
export function idText(value) {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value);
  if (typeof value === 'string' && /^[1-9]\d*$/.test(value)) return value;
  return null;
}

/** The envelope of a success; `resp` is JSON text already. */
export function successBody(resp) {
  return `{"ErrCode":0,"ErrMsg":"Success","Resp":${resp}}`;
}

export function errorBody(code, message, lowerCase = false) {
  const text = message ?? MESSAGES[code] ?? 'error';
  return lowerCase
    ? JSON.stringify({ err_code: code, err_msg: text, resp: null })
    : JSON.stringify({ ErrCode: code, ErrMsg: text, Resp: null });
}
