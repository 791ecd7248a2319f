// Uploads of the library interface: token, PUT, registration, and the row under asset_source 0.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { call, control, list, started } from './client.mjs';
import { clip, picture } from './media.mjs';
import { stringToSign } from './uploads.mjs';

const STILL = 'upload/5f5f0000-0000-4000-8000-000000000001.png';
const FILM = 'upload/5f5f0000-0000-4000-8000-000000000002.mp4';

async function token(simulator) {
  return (await call(simulator, 'POST', 'getUploadToken')).json.Resp;
}

async function put(simulator, key, bytes, { Ak, Sk, Token }, more = {}) {
  const headers = {
    'x-oss-date': new Date().toUTCString(), 'x-oss-security-token': Token, 'x-oss-forbid-overwrite': 'true', 'content-type': 'image/png', ...more,
  };
  const signature = createHmac('sha1', Sk).update(stringToSign(key, headers)).digest('base64');
  return fetch(`${simulator.url}/${key}`, { method: 'PUT', headers: { authorization: `OSS ${Ak}:${signature}`, ...headers }, body: bytes });
}

const register = async (simulator, images) => (await call(simulator, 'POST', 'media/batch_upload_media', { body: { images } })).json;

test('a picture is put, registered, listed, and can be made from', async (t) => {
  const simulator = await started(t);
  const keys = await token(simulator);
  const bytes = picture('mine');
  const stored = await put(simulator, STILL, bytes, keys);
  assert.equal(stored.status, 200);
  assert.match(stored.headers.get('etag'), /^"[0-9A-F]{32}"$/);
  const [result] = (await register(simulator, [{ name: 'mine.png', size: bytes.length, path: STILL, fileName: 'mine.png' }])).Resp.result;
  assert.deepEqual([result.path, result.err_msg, result.width, result.height], [STILL, '', 160, 90]);
  const [row] = (await list(simulator, 'image', 0, 0, 1)).json.Resp.data;
  assert.deepEqual([row.asset_id, row.path, row.name, row.asset_source], [result.asset_id, STILL, 'mine.png', 0]);
  assert.deepEqual(Buffer.from(await (await fetch(`${simulator.url}/media/${STILL}`)).arrayBuffer()), bytes);
  const made = await call(simulator, 'POST', 'video/i2v', { body: { model: 'v6', quality: '720p', customer_img_path: STILL } });
  const { assets, edges } = simulator.truth();
  assert.equal(assets.find((a) => a.key === STILL).making, 'uploaded');
  assert.equal(edges.find((e) => e.child.id === String(made.json.Resp.video_id)).parent.id, String(result.asset_id));
});

test('a film and a tune are registered one by one', async (t) => {
  const simulator = await started(t);
  const keys = await token(simulator);
  await put(simulator, FILM, clip('film'), keys, { 'content-type': 'video/mp4' });
  const { Resp } = (await call(simulator, 'POST', 'media/upload', { body: { name: 'v.mp4', path: FILM, type: 1, file_name: 'v.mp4' } })).json;
  assert.deepEqual([Resp.path, Resp.url, typeof Resp.duration], [FILM, `https://media.pixverse.ai/${encodeURIComponent(FILM)}`, 'number']);
  const [row] = (await list(simulator, 'video', 0, 0, 1)).json.Resp.data;
  assert.deepEqual([row.path, row.asset_id], [FILM, Resp.asset_id]);
  const audio = FILM.replace('.mp4', '.mp3');
  await put(simulator, audio, Buffer.from('tune'), keys);
  await call(simulator, 'POST', 'media/upload', { body: { name: 's.mp3', path: audio, type: 2 } });
  assert.equal((await list(simulator, 'audio', 0, 0, 1)).json.Resp.data[0].path, audio);
});

test('the store wants a token that was given out, and keeps what it has', async (t) => {
  const simulator = await started(t);
  const keys = await token(simulator);
  assert.equal((await put(simulator, STILL, Buffer.from('x'), { ...keys, Token: 'guessed' })).status, 403);
  assert.equal((await put(simulator, STILL, Buffer.from('x'), { ...keys, Ak: 'other' })).status, 403);
  assert.equal((await put(simulator, 'upload/../a.png', Buffer.from('x'), keys)).status, 404);
  assert.equal((await put(simulator, STILL, Buffer.from('x'), keys)).status, 200);
  assert.equal((await put(simulator, STILL, Buffer.from('y'), keys)).status, 409);
  const log = JSON.stringify(await control(simulator, 'GET', 'log'));
  for (const secret of [keys.Token, keys.Sk, keys.Ak]) assert.ok(!log.includes(secret));
});

test('the store takes what is signed as it documents it, and nothing that was changed on its way', async (t) => {
  // The documentation's own example, with its keys: what is put together here must be signed to the same.
  const documented = {
    'content-md5': 'ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=', 'content-type': 'text/html', date: 'Thu, 17 Nov 2005 18:49:58 GMT',
    'x-oss-meta-author': 'foo@bar.com', 'x-oss-magic': 'abracadabra',
  };
  const text = stringToSign('nelson', documented).replace('/pixverse-fe-upload/', '/oss-example/');
  assert.equal(createHmac('sha1', 'OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV').update(text).digest('base64'), '26NBxoKdsyly4EDv6inkoDft/yA=');
  const simulator = await started(t);
  const keys = await token(simulator);
  const signed = { 'x-oss-date': new Date().toUTCString(), 'x-oss-security-token': keys.Token, 'content-type': 'image/png' };
  const authorization = `OSS ${keys.Ak}:${createHmac('sha1', keys.Sk).update(stringToSign(STILL, signed)).digest('base64')}`;
  const status = async (key, headers) => (await fetch(`${simulator.url}/${key}`, { method: 'PUT', headers, body: 'x' })).status;
  assert.equal(await status(STILL, { ...signed, authorization: `OSS ${keys.Ak}:c2ln` }), 403);
  assert.equal(await status(STILL, signed), 403);
  for (const changed of [{ 'content-type': 'text/html' }, { 'x-oss-forbid-overwrite': 'true' }, { 'x-oss-date': new Date(Date.now() + 5000).toUTCString() }]) {
    assert.equal(await status(STILL, { ...signed, ...changed, authorization }), 403, JSON.stringify(changed));
  }
  assert.equal(await status(FILM, { ...signed, authorization }), 403, 'another object');
  assert.equal((await put(simulator, STILL, Buffer.from('x'), { ...keys, Sk: 'other' })).status, 403);
  assert.equal((await put(simulator, STILL, Buffer.from('x'), keys, { 'x-oss-date': new Date(Date.now() - 16 * 60_000).toUTCString() })).status, 403);
  assert.equal(await status(STILL, { ...signed, authorization }), 200);
});

test('what was not put has no row; a second registration is the first one', async (t) => {
  const simulator = await started(t);
  const total = async () => (await list(simulator, 'image', 0, 0, 1)).json.Resp.total;
  const before = await total();
  assert.equal((await register(simulator, [{ name: 'a', path: STILL }])).Resp.result[0].err_msg, 'file not found');
  assert.equal((await call(simulator, 'POST', 'media/upload', { body: { path: FILM, type: 1 } })).json.ErrCode, 500041);
  assert.equal((await register(simulator, [{ name: 'a', path: 'https://elsewhere.example/a.png' }])).ErrCode, 500042);
  await put(simulator, STILL, picture('x'), await token(simulator));
  const twice = [await register(simulator, [{ name: 'a', path: STILL }]), await register(simulator, [{ name: 'a', path: STILL }])];
  assert.equal(twice[0].Resp.result[0].id, twice[1].Resp.result[0].id);
  assert.equal(await total(), before + 1);
});

test('a picture that is too large, refused, or lost on the way', async (t) => {
  const simulator = await started(t);
  const keys = await token(simulator);
  const large = picture('x');
  large.writeUInt32BE(4001, 16);
  await put(simulator, STILL, large, keys);
  assert.equal((await register(simulator, [{ name: 'a', path: STILL }])).ErrCode, 400);
  const other = STILL.replace('1.png', '9.png');
  await put(simulator, other, picture('y'), keys);
  assert.equal((await register(simulator, [{ name: 'sim:forbidden', path: other }])).ErrCode, 500054);
  await control(simulator, 'POST', 'faults', [{ path: 'oss', kind: 'unavailable' }, { path: 'oss', kind: 'cut', after: true }]);
  const third = STILL.replace('1.png', '3.png');
  assert.equal((await put(simulator, third, picture('z'), keys)).status, 503);
  await assert.rejects(put(simulator, third, picture('z'), keys));
  assert.equal((await put(simulator, third, picture('z'), keys)).status, 409, 'the cut one was stored');
});
