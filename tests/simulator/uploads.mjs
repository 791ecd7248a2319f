// Uploads of the library interface: a token for the object store, the store's PUT, and the calls that make a row of the object.
// The store takes what is signed with keys that it gave out: OSS V1, HMAC-SHA1 over verb, type, date, own headers and resource.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ApiError, stringify } from './envelope.mjs';
import { faultAnswer, spoil, takeFault } from './faults.mjs';
import { urlOf } from './inputs.mjs';
import { sizeOfPicture } from './measure.mjs';
import { keyOf } from './named-sources.mjs';
import { markOf } from './outcomes.mjs';
import { Prng } from './prng.mjs';

const UPLOAD = /^upload\/[\w.-]+\.(png|jpe?g|webp|gif|mp4|mov|webm|mp3|wav|m4a|aac|ogg)$/i;
const LONGEST_SIDE = 4000;
const BUCKET = 'pixverse-fe-upload';
const BELIEVED_MS = 15 * 60 * 1000;
const TYPE_NUMBER = { image: 0, video: 1, audio: 2 };

/** POST getUploadToken: keys for the object store. */
export function uploadToken({ state, account }) {
  const number = state.upload_tokens.size + 1;
  const rng = new Prng(`upload/${state.options.seed}/${number}`);
  const keys = { Ak: `STS.sim${number}`, Sk: rng.uuid(), Token: `sts-${rng.uuid()}` };
  state.upload_tokens.set(keys.Token, { ...keys, account: account.name });
  return JSON.stringify(keys);
}

const xml = (status, code) => ({ status, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`, code });

/** The object store: PUT of one object. */
export function putObject(state, { key, headers, bytes }) {
  const fault = takeFault(state, 'oss', { key });
  const answer = faultAnswer(fault) ?? spoil(fault, storeObject(state, key, headers, bytes));
  state.record({
    method: 'PUT', path: 'oss', query: {}, headers: redacted(headers), body: { key, size: bytes.length }, account: state.upload_tokens.get(headers['x-oss-security-token'])?.account ?? null,
    status: answer.cut ? null : answer.status, err_code: answer.code ?? null, fault: fault?.kind ?? null,
  });
  return answer;
}

const redacted = ({ authorization, 'x-oss-security-token': token, ...rest }) => ({
  ...rest, ...(authorization ? { authorization: '[redacted]' } : {}), ...(token ? { 'x-oss-security-token': '[redacted]' } : {}),
});

function storeObject(state, key, headers, bytes) {
  const keys = state.upload_tokens.get(headers['x-oss-security-token']);
  if (!keys) return xml(403, 'InvalidSecurityToken');
  const refused = signatureFault(keys, key, headers);
  if (refused) return xml(403, refused);
  if (!UPLOAD.test(key)) return xml(403, 'AccessDenied');
  if (headers['x-oss-forbid-overwrite'] === 'true' && state.objects.has(key)) return xml(409, 'FileAlreadyExists');
  const etag = createHash('md5').update(bytes).digest('hex').toUpperCase();
  state.objects.set(key, { type: headers['content-type'] ?? 'application/octet-stream', bytes, ...sizeOfPicture(bytes) });
  return { status: 200, headers: { etag: `"${etag}"` }, body: '', code: 0 };
}

/** What is wrong with the signature of a PUT, or null. The store believes a date for a quarter of an hour, by the clock of the machine. */
function signatureFault(keys, key, headers) {
  const date = Date.parse(headers['x-oss-date'] ?? headers.date ?? '');
  if (Number.isNaN(date)) return 'AccessDenied';
  if (Math.abs(Date.now() - date) > BELIEVED_MS) return 'RequestTimeTooSkewed';
  const given = Buffer.from(headers.authorization ?? '');
  const expected = Buffer.from(`OSS ${keys.Ak}:${createHmac('sha1', keys.Sk).update(stringToSign(key, headers)).digest('base64')}`);
  return given.length === expected.length && timingSafeEqual(given, expected) ? null : 'SignatureDoesNotMatch';
}

/** What a client signs for a PUT of an object. */
export function stringToSign(key, headers) {
  const own = Object.keys(headers).filter((name) => name.startsWith('x-oss-')).sort().map((name) => `${name}:${headers[name].trim()}\n`);
  const lines = ['PUT', headers['content-md5'] ?? '', headers['content-type'] ?? '', headers['x-oss-date'] ?? headers.date ?? ''];
  return `${lines.join('\n')}\n${own.join('')}/${BUCKET}/${key}`;
}

/** POST media/batch_upload_media {images: [{name, size, path, fileName}]} */
export function registerImages(ctx) {
  const { images } = ctx.body;
  if (!Array.isArray(images) || images.length === 0) throw new ApiError(400011, 'empty parameter: images');
  return stringify({ result: images.map((image) => imageResult(ctx, image ?? {})) }, ctx.quirks.string_ids);
}

function imageResult(ctx, { name, path, size, fileName }) {
  const object = objectAt(ctx, path);
  if (!object) return { id: 0, url: '', path: path ?? '', size: 0, name: name ?? '', category: 0, err_msg: 'file not found', asset_id: 0, asset_type: 0, width: 0, height: 0 };
  if (Math.max(object.width ?? 0, object.height ?? 0) > LONGEST_SIDE) throw new ApiError(400, 'image width or height is out of range');
  if (markOf(fileName ?? name) === 'forbidden') throw new ApiError(500054);
  const asset = register(ctx, 'image', { key: keyOf(path), name: name ?? fileName, size_bytes: size ?? object.bytes.length, ...measured(object) });
  return {
    id: BigInt(asset.id), url: urlOf(asset.key), path: asset.key, size: asset.size_bytes, name: asset.name, category: 0, err_msg: '',
    asset_id: BigInt(asset.id), asset_type: TYPE_NUMBER.image, width: asset.width, height: asset.height,
  };
}

const measured = ({ width, height }) => (width > 0 ? { width, height } : {});

/** POST media/upload {name, path, type: 1 video | 2 audio, file_name} */
export function registerMedia(ctx) {
  const { name, path, type, file_name } = ctx.body;
  const media_type = { 1: 'video', 2: 'audio' }[type];
  if (!media_type) throw new ApiError(400017, 'invalid parameter: type');
  const object = objectAt(ctx, path);
  if (!object) throw new ApiError(500041, 'upload failed: file not found');
  if (markOf(file_name ?? name) === 'forbidden') throw new ApiError(500054);
  const asset = register(ctx, media_type, { key: keyOf(path), name: name ?? file_name, size_bytes: object.bytes.length });
  return stringify({
    id: BigInt(asset.id), asset_id: BigInt(asset.id), asset_type: TYPE_NUMBER[media_type], path: asset.key, url: urlOf(asset.key), name: asset.name,
    size: asset.size_bytes, duration: asset.duration_s,
  }, ctx.quirks.string_ids);
}

function objectAt({ state }, path) {
  const key = keyOf(path);
  if (key === null || !UPLOAD.test(key)) throw new ApiError(500042);
  return state.objects.get(key);
}

/** The row of an object; the same one when it is registered again. */
function register({ library, state }, media_type, members) {
  const there = library.world.assets.find((a) => a.listed && a.making === 'uploaded' && a.media_type === media_type && a.key === members.key);
  return there ?? library.place(media_type, 'uploaded', { ...members, created_ms: state.clock_ms, status: null, url_state: 'full' });
}
