// The media: real files, a different picture per path, nothing at a promised url.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { started } from './client.mjs';
import { shownBy } from './shown-by.mjs';

const get = async (simulator, path, headers = {}) => {
  const response = await fetch(`${simulator.url}/media/${path}`, { headers });
  return { status: response.status, type: response.headers.get('content-type'), body: Buffer.from(await response.arrayBuffer()) };
};

test('a picture is a PNG of 160×90, the same for the same path, encoded or not', async (t) => {
  const simulator = await started(t);
  const plain = await get(simulator, 'upload/9d6e.png');
  const encoded = await get(simulator, 'upload%2F9d6e.png');
  const other = await get(simulator, 'upload/9d6f.png');
  assert.equal(plain.type, 'image/png');
  assert.deepEqual([plain.body.readUInt32BE(16), plain.body.readUInt32BE(20)], [160, 90]);
  const idat = plain.body.indexOf('IDAT');
  const pixels = inflateSync(plain.body.subarray(idat + 4, idat + 4 + plain.body.readUInt32BE(idat - 4)));
  assert.equal(pixels.length, 90 * (1 + 160 * 3));
  assert.deepEqual(plain.body, encoded.body);
  assert.notDeepEqual(plain.body, other.body);
});

test('a picture has the proportions of its asset, and no two assets look the same', async (t) => {
  const simulator = await started(t);
  const stills = simulator.truth().assets.filter((a) => a.media_type === 'image' && a.url_state === 'full').slice(0, 30);
  const seen = new Set();
  for (const { key } of stills) {
    const { width, height } = shownBy(simulator.state, key);
    const { body } = await get(simulator, key);
    const shown = [body.readUInt32BE(16), body.readUInt32BE(20)];
    assert.ok(Math.abs(shown[0] / shown[1] / (width / height) - 1) < 0.02, `${shown} of ${width}×${height}`);
    seen.add(body.toString('base64'));
  }
  assert.ok(stills.length > 20);
  assert.equal(seen.size, stills.length);
});

test('what was made from a picture is drawn with its motif, and differs', async (t) => {
  const simulator = await started(t);
  const { world } = simulator.state.library('demo');
  const made = world.assets.find((a) => a.media_type === 'video' && a.sources[0]?.target.media_type === 'image' && a.sources[0].target.sources?.length === 0);
  const [clip, still] = [made, made.sources[0].target].map(({ key }) => shownBy(simulator.state, key));
  assert.equal(clip.motif, still.motif);
  assert.equal(still.motif, still.name);
  assert.notEqual(clip.name, still.name);
});

test('a clip is an mp4, or its poster for a client that wants an image; a sound is a WAV', async (t) => {
  const simulator = await started(t);
  const clip = await get(simulator, 'pixverse/mp4/media/web/ori/x.mp4');
  assert.deepEqual([clip.type, clip.body.subarray(4, 8).toString()], ['video/mp4', 'ftyp']);
  assert.equal((await get(simulator, 'pixverse/mp4/media/web/ori/x.mp4', { accept: 'image/avif,image/webp' })).type, 'image/png');
  const sound = await get(simulator, 'upload/x.mp3');
  assert.deepEqual([sound.type, sound.body.subarray(0, 4).toString()], ['audio/wav', 'RIFF']);
});

test('a promised url is a 404 until the job is done', async (t) => {
  const simulator = await started(t);
  const promised = simulator.truth().assets.find((a) => a.url_state === 'preallocated');
  assert.equal((await get(simulator, promised.key)).status, 404);
  const body = JSON.stringify({ media_type: promised.media_type, id: promised.id, status: 1 });
  await fetch(`${simulator.url}/__sim/rows`, { method: 'PATCH', body });
  assert.equal((await get(simulator, promised.key)).status, 200);
});

test('nothing escapes: odd paths are a 404 or a picture, never a file of this machine', async (t) => {
  const simulator = await started(t);
  assert.equal((await get(simulator, '%E0%A4%A')).status, 404);
  assert.equal((await get(simulator, '..%2F..%2Fetc%2Fpasswd')).type, 'image/png');
});
