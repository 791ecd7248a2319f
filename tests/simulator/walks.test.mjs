// The six walks and the detail calls: what the seed made is what a client sees, all of it and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, idsInTruth, list, rowId, SIX_WALKS, started, walk } from './client.mjs';

const making = (source) => (source === 1 ? 'created' : 'uploaded');

test('six walks to the end give exactly the seeded ids', async (t) => {
  const simulator = await started(t);
  const truth = simulator.truth();
  for (const [tab, source] of SIX_WALKS) {
    const rows = await walk(simulator, tab, source, { limit: 37 });
    assert.deepEqual(rows.map(rowId).sort(), idsInTruth(truth, tab, making(source)), `${tab} ${source}`);
  }
  assert.equal(truth.assets.length, 240 + 160 + 20 + 60 + 10 + 3);
});

test('rows come newest first, fifty videos sharing one second', async (t) => {
  const simulator = await started(t);
  const times = (await walk(simulator, 'video', 1, { limit: 100 })).map((row) => row.created_at);
  assert.deepEqual(times, times.slice().sort().reverse());
  const counts = [...countEach(times).values()];
  assert.ok(Math.max(...counts) >= 50);
});

function countEach(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

test('every detail call gives the listed row, byte for byte', async (t) => {
  const simulator = await started(t);
  const pieces = {
    video: (id) => ['POST', 'video/list/detail', { body: { video_id: Number(id) } }],
    image: (id) => ['POST', 'image/detail', { body: { image_id: Number(id) } }],
    audio: (id) => ['GET', `audio/detail?asset_source=1&audio_id=${id}`, {}],
  };
  for (const tab of ['video', 'image', 'audio']) {
    const { text, json } = await list(simulator, tab, 1, 0, 100);
    for (const row of json.Resp.data) {
      const answer = await call(simulator, ...pieces[tab](rowId(row)));
      const body = answer.text.slice('{"ErrCode":0,"ErrMsg":"Success","Resp":'.length, -1);
      const detail = tab === 'audio' ? body.slice('{"audio":'.length, -1) : body;
      assert.ok(text.includes(detail), `${tab} ${rowId(row)}`);
      assert.deepEqual(JSON.parse(detail), row);
    }
  }
});

test('uploaded audio has a detail call of its own', async (t) => {
  const simulator = await started(t);
  const [row] = await walk(simulator, 'audio', 0);
  const { json } = await call(simulator, 'GET', `audio/detail?asset_source=0&asset_id=${row.asset_id}`);
  assert.deepEqual(json.Resp.audio, row);
});

test('an unknown id is 500008, never an empty answer', async (t) => {
  const simulator = await started(t);
  for (const [method, path, body] of [
    ['POST', 'video/list/detail', { video_id: 99999 }], ['POST', 'image/detail', { image_id: 99999 }], ['POST', 'video/list/detail', {}],
    ['GET', 'audio/detail?asset_source=1&audio_id=99999'], ['GET', 'audio/detail?asset_source=0&asset_id=99999'], ['GET', 'music/detail?audio_id=1'],
  ]) {
    const { status, json } = await call(simulator, method, path, { body });
    assert.deepEqual([status, json.ErrCode, json.Resp], [200, 500008, null], path);
  }
});

test('the older personal lists show the same created rows', async (t) => {
  const simulator = await started(t, { quirks: { personal_rows_key: 'image_list' } });
  const body = { offset: 0, limit: 100, polling: true, filter: {}, web_offset: 0, app_offset: 0 };
  const videos = await call(simulator, 'POST', 'video/list/personal', { body });
  assert.deepEqual(videos.json.Resp.data, (await list(simulator, 'video', 1, 0, 100)).json.Resp.data);
  const images = await call(simulator, 'POST', 'image/list/personal', { body });
  assert.deepEqual(images.json.Resp.image_list, (await list(simulator, 'image', 1, 0, 100)).json.Resp.data);
});

test('a time window and off-peak narrow a list, both kinds of sort turn an audio list', async (t) => {
  const simulator = await started(t);
  const all = await walk(simulator, 'video', 1, { limit: 100 });
  const since = Date.parse(all[20].created_at) / 1000;
  const until = Date.parse(all[10].created_at) / 1000;
  const window = await walk(simulator, 'video', 1, { more: { filter: { start_time: since, end_time: until } } });
  assert.deepEqual(window, all.slice(10, 21));
  const cheap = await walk(simulator, 'video', 1, { more: { filter: { off_peak: 1 } } });
  assert.deepEqual(cheap, all.filter((row) => row.off_peak === 1));
  const down = await walk(simulator, 'audio', 1, { more: { sort_field: 'created_at', sort_type: 'Desc' } });
  const up = await walk(simulator, 'audio', 1, { more: { sort_field: 'created_at', sort_type: 'Asc' } });
  assert.deepEqual(up, down.slice().reverse());
});

test('a nonsense request is an error, not a page', async (t) => {
  const simulator = await started(t);
  for (const more of [{ tab: 'films' }, { asset_source: 2 }, { limit: 0 }, { limit: 'ten' }, { offset: -1 }]) {
    assert.equal((await list(simulator, 'video', 1, 0, 10, more)).json.ErrCode, 400017, JSON.stringify(more));
  }
  const broken = await fetch(`${simulator.url}/creative_platform/asset/library/list`, { method: 'POST', headers: { token: 'demo-token' }, body: '{"tab":' });
  assert.equal((await broken.json()).ErrCode, 400017);
});

/** CPU milliseconds of this process: what the machine does besides has no say. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

test('a library of ten thousand starts within a second and pages quickly', async (t) => {
  const before = cpuMs();
  const simulator = await started(t, { videos: 6000, images: 4000 });
  assert.ok(cpuMs() - before < 1000);
  await list(simulator, 'video', 1, 0, 50);
  const first = cpuMs();
  for (let page = 1; page <= 20; page += 1) await list(simulator, 'video', 1, page * 50, 50);
  assert.ok((cpuMs() - first) / 20 < 25);
});
