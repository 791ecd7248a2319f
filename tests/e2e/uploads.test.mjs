// Files that the library does not have, in workerd: fetched from their url, signed into the object store, registered, and one
// asset on every road. The simulator computes every signature again.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { picture } from '../simulator/media.mjs';
import { fromTables, fromTruth } from './comparison.mjs';
import { connect, over, settledDigest, startLibrary, sync } from './library.mjs';

const SIMULATOR = { videos: 6, images: 4, now_ms: Date.now(), quirks: { finish_after_looks: 2, video_slots: 40, image_slots: 40 } };

async function made(api, account, url) {
  const input = { url, relation: 'SOURCE_IMAGE' };
  const request = { account_id: account.id, operation: 'image_to_video', prompt: 'it turns', parameters: {}, inputs: [input] };
  const { status, body } = await api('POST', '/api/v1/generations', request);
  assert.equal(status, 202, JSON.stringify(body));
  return over(api, body.id);
}

async function parentOf(api, generation) {
  assert.equal(generation.state, 'completed', JSON.stringify(generation));
  const child = generation.outputs[0].asset_id;
  const { body } = await api('GET', `/api/v1/assets/${child}/lineage?direction=ancestors&depth=1`);
  assert.deepEqual(body.edges.map((edge) => [edge.child, edge.relation]), [[child, 'SOURCE_IMAGE']]);
  return (await api('GET', `/api/v1/assets/${body.edges[0].parent}`)).body;
}

const puts = (simulator) => simulator.state.log.filter((entry) => entry.path === 'oss');

async function stored(harness) {
  const d1 = await harness.d1();
  const tables = ['generations', 'uploads', 'jobs', 'observations', 'quarantine', 'idempotency', 'accounts'];
  return JSON.stringify(await Promise.all(tables.map((table) => d1.prepare(`SELECT * FROM ${table}`).all())));
}

test('a file from elsewhere is uploaded once, signed, and is one asset with its lineage on both roads', async (t) => {
  const { harness, simulator, api } = await startLibrary(t, { simulator: SIMULATOR });
  const account = await connect(api);
  await sync(api, account);
  const url = `${simulator.url}/elsewhere/plain/cat.png`;

  const first = await made(api, account, url);
  const upload = await parentOf(api, first);
  assert.deepEqual([upload.making, upload.operation, upload.origin, upload.name], ['uploaded', null, 'generated', 'cat.png']);
  assert.deepEqual(puts(simulator).map((entry) => [entry.status, entry.headers['content-type']]), [[200, 'image/png']]);
  const [object] = simulator.state.objects.values();
  assert.deepEqual(object.bytes, picture('elsewhere/cat.png'), 'the bytes of the file, to the last');
  for (const { Ak, Sk, Token } of simulator.state.upload_tokens.values()) {
    const text = await stored(harness);
    for (const secret of [Ak, Sk, Token]) assert.ok(!text.includes(secret), 'no key of the store is kept');
  }

  // The second road: the upload and the clip are listed now.
  await sync(api, account);
  await settledDigest(api);
  const tables = await fromTables(harness);
  const truth = fromTruth(await simulator.truth('demo'));
  assert.deepEqual(tables.assets, truth.assets);
  assert.deepEqual(tables.edges, truth.edges);
  const again = await parentOf(api, first);
  assert.deepEqual([again.id, again.origin], [upload.id, 'both']);
  assert.deepEqual((await api('GET', '/api/v1/drift?kind=lineage_disagrees&state=open')).body.items, []);

  const second = await made(api, account, url);
  assert.equal((await parentOf(api, second)).id, upload.id);
  assert.equal(puts(simulator).length, 1, 'the same url is uploaded once');
  assert.equal(simulator.state.upload_tokens.size, 1);
});

test('whatever the rest of the web does to a url is survived, or told by its code', async (t) => {
  const { simulator, api } = await startLibrary(t, { simulator: SIMULATOR });
  const account = await connect(api);
  const hand = (how, name, media_type = 'image') => {
    const url = name.startsWith('http') ? name : `${simulator.url}/elsewhere/${how}/${name}`;
    return api('POST', `/api/v1/accounts/${account.id}/uploads`, { url, media_type });
  };
  const keys = [];
  for (const [how, name, media_type] of [['plain', 'a.png'], ['chunked', 'b.png'], ['untyped', 'c.png'], ['moved', 'd.png'], ['plain', 'e.mp4', 'video'], ['plain', 'f.wav', 'audio']]) {
    const { status, headers, body } = await hand(how, name, media_type);
    assert.equal(status, 201, `${how}: ${JSON.stringify(body)}`);
    assert.equal(headers.get('location'), `/api/v1/assets/${body.asset_id}`);
    const { body: asset } = await api('GET', `/api/v1/assets/${body.asset_id}`);
    assert.deepEqual([asset.making, asset.media_type, asset.name], ['uploaded', media_type ?? 'image', name]);
    assert.match(body.remote_url, new RegExp(`^https://media\\.pixverse\\.ai/upload/[0-9a-f-]{36}\\.${name.split('.')[1]}$`));
    keys.push(body.remote_url.replace('https://media.pixverse.ai/', ''));
    assert.equal((await hand(how, name, media_type)).status, 200);
  }
  assert.deepEqual([...simulator.state.objects.keys()], keys);
  const bytes = (place) => simulator.state.objects.get(keys[place]).bytes;
  assert.deepEqual([bytes(1), bytes(3)], [picture('elsewhere/b.png'), picture('elsewhere/d.png')]);

  for (const [how, name, status, code] of [
    ['circle', 'a.png', 422, 'input_unreachable'],
    ['inside', 'a.png', 422, 'input_unreachable'],
    ['control', 'a.png', 422, 'input_unreachable'],
    ['missing', 'a.png', 422, 'input_unreachable'],
    ['large', 'a.png', 422, 'input_too_large'],
    ['endless', 'a.png', 422, 'input_too_large'],
    ['page', 'a.png', 422, 'input_not_media'],
    ['', 'http://10.0.0.1/a.png', 422, 'invalid_parameter'],
    ['', 'http://127.0.0.1:9/a.png', 422, 'input_unreachable'],
  ]) {
    const { status: answered, body } = await hand(how, name);
    assert.deepEqual([answered, body.code], [status, code], `${how}: ${JSON.stringify(body)}`);
  }
  assert.equal(simulator.state.objects.size, keys.length, 'nothing of it came into the store');

  // A signature that the store does not believe, and a store that is down for a moment.
  const fault = (body) => fetch(`${simulator.url}/__sim/faults`, { method: 'POST', body: JSON.stringify([body]) });
  await fault({ path: 'oss', kind: 'unavailable' });
  const down = await hand('plain', 'g.png');
  assert.deepEqual([down.status, down.body.code], [502, 'provider_unavailable']);
  assert.equal((await hand('plain', 'g.png')).status, 201);
  // Put, and then the connection ends: the next try finds the object there.
  await fault({ path: 'oss', kind: 'cut', after: true });
  assert.equal((await hand('plain', 'h.png')).status, 502);
  assert.equal((await hand('plain', 'h.png')).status, 201);
  const rows = (await simulator.truth('demo')).assets.filter((asset) => asset.key === [...simulator.state.objects.keys()].at(-1));
  assert.equal(rows.length, 1);
  assert.deepEqual(puts(simulator).map((entry) => entry.status).slice(-2), [null, 409]);
});
