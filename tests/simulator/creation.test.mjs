// Creations of the library interface: rows that name their sources, the state machine, and how jobs end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, control, list, rowId, started, walk } from './client.mjs';

const VIDEO = { model: 'v6', quality: '720p', duration: 5, create_count: 1 };

async function create(simulator, path, body, options) {
  const { json } = await call(simulator, 'POST', path, { ...options, body });
  assert.equal(json.ErrCode, 0, `${path}: ${json.ErrMsg}`);
  return json.Resp;
}

const codeOf = async (simulator, path, body) => (await call(simulator, 'POST', path, { body })).json.ErrCode;
const video = async (simulator, id) => (await call(simulator, 'POST', 'video/list/detail', { body: { video_id: id } })).json.Resp;
const advance = (simulator, advance_s) => control(simulator, 'POST', 'clock', { advance_s });
const text = (simulator, prompt = 'a kite') => create(simulator, 'video/t2v', { ...VIDEO, prompt });

/** Sources to make from: finished ones of the seeded library. */
function material(simulator) {
  const assets = simulator.state.library().world.assets.filter((a) => a.listed && a.url_state === 'full');
  const of = (media_type, making) => assets.filter((a) => a.media_type === media_type && a.making === making && [1, null].includes(a.status));
  const [clip] = of('video', 'created');
  return { clip, still: of('image', 'created').at(-1), upload: of('image', 'uploaded').at(-1), film: of('video', 'uploaded')[0], tune: of('audio', 'uploaded')[0] };
}

/** path → body, and the edges the truth must have: relation and source, in order. */
function everyCreation({ clip, still, upload, film, tune }) {
  const clipMembers = {
    original_video_id: Number(clip.id), customer_video_path: clip.key, customer_video_url: `https://media.pixverse.ai/${clip.key}`, customer_video_duration: 5,
  };
  const loop = { customer_img_paths: [upload.key, still.key, upload.key], prompts: ['a', 'b'], durations: [5, 3] };
  const cast = { customer_img_paths: [still.key, upload.key], fusion_name_list: ['mira', 'hall'], fusion_type_list: ['subject', 'background'], fusion_id_list: [1, 2] };
  const mixed = { customer_img_paths: [still.key], customer_video_paths: [clip.key], customer_audio_paths: [tune.key] };
  const change = { original_video_id: Number(clip.id), cut_time_ms: 40, key_frame_path: 'upload/kf.png', customer_img_paths: [upload.key] };
  const words = { ...VIDEO, prompt: 'on it goes' };
  return [
    ['video/t2v', { ...words, aspect_ratio: '9:16' }, []],
    ['video/i2v', { ...words, customer_img_path: still.key }, [['SOURCE_IMAGE', still]]],
    ['video/i2v', { ...words, customer_img_url: `https://media.pixverse.ai/${encodeURIComponent(upload.key)}` }, [['SOURCE_IMAGE', upload]]],
    ['video/frames', { ...words, ...loop }, [['TRANSITION_INPUT', upload], ['TRANSITION_INPUT', still], ['TRANSITION_INPUT', upload]]],
    ['video/extend', { ...words, ...clipMembers }, [['SOURCE_VIDEO', clip]]],
    ['video/extend', { ...words, customer_video_path: film.key }, [['SOURCE_VIDEO', film]]],
    ['video/fusion', { ...words, ...cast }, [['FUSION_CHARACTER', still], ['FUSION_BACKGROUND', upload]]],
    ['video/fusion', { ...words, ...mixed }, [['FUSION_REFERENCE', still], ['FUSION_REFERENCE', clip], ['SOURCE_AUDIO', tune]]],
    ['video/modify', { ...words, ...change }, [['SOURCE_VIDEO', clip], ['REFERENCE_IMAGE', upload]]],
    ['video/mimic', { ...VIDEO, ...clipMembers, customer_img_paths: [still.key], video_detection_result: 1 }, [['SOURCE_IMAGE', still], ['CONTROL_INPUT', clip]]],
    ['video/upscale', { ...clipMembers, upscale: 1, quality: '2160p', platform: 'web' }, [['SOURCE_VIDEO', clip]]],
    ['image/t2i', { prompt: 'ink', model: 'gpt-image-2.0', quality: '1080p', aspect_ratio: '1:1', create_count: 1 }, []],
    ['image/i2i', { prompt: 'oil', model: 'gpt-image-2.0', quality: '1080p', create_count: 1, customer_img_paths: [still.key, upload.key] }, [['SOURCE_IMAGE', still], ['SOURCE_IMAGE', upload]]],
    ['video/i2v', { ...VIDEO, template_id: 302325299692608, customer_img_path: still.key }, [['SOURCE_IMAGE', still]]],
  ];
}

const OPERATION = {
  'video/t2v': 'text_to_video', 'video/i2v': 'image_to_video', 'video/frames': 'video_transition', 'video/extend': 'video_extend', 'video/fusion': 'fusion',
  'video/modify': 'video_modify', 'video/mimic': 'motion_control', 'video/upscale': 'video_upscale', 'image/t2i': 'text_to_image', 'image/i2i': 'image_to_image',
};

test('every creation is in the listing, the detail and the truth at once, with its sources', async (t) => {
  const simulator = await started(t, { quirks: { video_slots: 0, image_slots: 0 } });
  await control(simulator, 'POST', 'credits', { monthly: 100_000 });
  for (const [path, body, sources] of everyCreation(material(simulator))) {
    const media_type = path.startsWith('image') ? 'image' : 'video';
    const made = await create(simulator, path, body);
    const id = made[`${media_type}_id`];
    assert.deepEqual([made.success_ids, made[`${media_type}_ids`], made.fail_count], [[id], [id], 0], path);
    const [top] = (await list(simulator, media_type, 1, 0, 1)).json.Resp.data;
    assert.equal(rowId(top), String(id), path);
    assert.equal(top[`${media_type}_status`], 10);
    assert.deepEqual([top.output_width, top.output_height], [0, 0]);
    const detail = await call(simulator, 'POST', media_type === 'image' ? 'image/detail' : 'video/list/detail', { body: { [`${media_type}_id`]: id } });
    assert.deepEqual(detail.json.Resp, top);
    const truth = simulator.truth();
    const asset = truth.assets.find((a) => a.media_type === media_type && a.making === 'created' && a.id === String(id));
    assert.deepEqual([asset.status, asset.operation], ['processing', body.template_id ? 'template' : OPERATION[path]]);
    const edges = truth.edges.filter((e) => e.child.media_type === media_type && e.child.id === String(id));
    assert.deepEqual(edges.map((e) => [e.relation, e.parent.id, e.parent.making, e.position]), sources.map(([relation, s], i) => [relation, s.id, s.making, i]), path);
    const row = JSON.stringify(top);
    for (const { parent, named_by } of edges) {
      if (named_by.includes('id')) assert.ok(row.includes(`"original_video_id":${parent.id}`), path);
      if (named_by.includes('key')) assert.ok(row.includes(parent.key) || row.includes(encodeURIComponent(parent.key)), path);
    }
  }
});

test('rows spell the sources under the names of their create mode', async (t) => {
  const simulator = await started(t, { quirks: { video_slots: 0, image_slots: 0 } });
  await control(simulator, 'POST', 'credits', { monthly: 100_000 });
  const things = material(simulator);
  const rows = [];
  for (const [path, body] of everyCreation(things)) {
    const made = await create(simulator, path, body, { headers: { 'x-platform': 'CLI' } });
    if (path.startsWith('video')) rows.push([path, await video(simulator, made.video_id)]);
    else rows.push([path, (await call(simulator, 'POST', 'image/detail', { body: { image_id: made.image_id } })).json.Resp]);
  }
  const paths = (i) => rows[i][1].customer_paths;
  assert.equal(rows[0][1].aspect_ratio, '9:16');
  assert.equal(paths(1).customer_img_path, things.still.key);
  assert.equal(paths(2).customer_img_url, `https://media.pixverse.ai/${encodeURIComponent(things.upload.key)}`);
  assert.deepEqual([paths(3).customer_img_paths, paths(3).prompts, paths(3).durations], [[things.upload.key, things.still.key, things.upload.key], ['a', 'b'], [5, 3]]);
  assert.deepEqual([rows[4][1].original_video_id, rows[4][1].extended, paths(4).customer_video_path], [Number(things.clip.id), 1, things.clip.key]);
  assert.equal(paths(4).customer_video_last_frame_url, paths(4).customer_video_first_frame_url, 'the CLI gives the first frame twice');
  assert.deepEqual([rows[5][1].original_video_id, paths(5).customer_video_path], [0, things.film.key]);
  assert.deepEqual([paths(6).fusion_name_list, paths(6).fusion_type_list], [['mira', 'hall'], ['subject', 'background']]);
  assert.deepEqual([paths(7).customer_video_paths, paths(7).customer_audio_paths], [[things.clip.key], [things.tune.key]]);
  assert.deepEqual([paths(8).key_frame_path, paths(8).cut_time_ms], ['upload/kf.png', 40]);
  assert.deepEqual([rows[9][1].create_mode, paths(9).customer_img_paths], ['motion_control', [things.still.key]]);
  assert.deepEqual([rows[10][1].upscaled, rows[10][1].quality], [1, '2160p']);
  assert.deepEqual(rows[12][1].customer_img_paths, [things.still.key, things.upload.key]);
  assert.deepEqual([rows[13][1].create_mode, rows[13][1].template_id], ['effect', 302325299692608]);
});

test('a job goes 10, then 5 or 9, then 1, and its file is there only at the end', async (t) => {
  const simulator = await started(t, { seed: 3 });
  const ids = [];
  for (let i = 0; i < 4; i += 1) ids.push((await text(simulator)).video_id);
  const file = async (row) => (await fetch(`${simulator.url}/media/${row.video_path}`)).status;
  const first = await video(simulator, ids[0]);
  assert.deepEqual([first.video_status, first.output_width, await file(first)], [10, 0, 404]);
  await advance(simulator, 2);
  const running = await Promise.all(ids.map((id) => video(simulator, id)));
  for (const row of running) assert.ok([5, 9].includes(row.video_status) && row.output_width === 0, `status ${row.video_status}`);
  assert.equal((await fetch(`${simulator.url}/media/${first.video_path}`)).status, 404, 'the promised file is still missing');
  await advance(simulator, 8);
  for (const id of ids) {
    const row = await video(simulator, id);
    assert.deepEqual([row.video_status, row.output_width, row.output_height], [1, 1280, 720]);
    assert.equal(await file(row), 200);
  }
});

test('the clock stands still: without a push a job never ends', async (t) => {
  const simulator = await started(t);
  const { video_id } = await text(simulator);
  for (let i = 0; i < 20; i += 1) assert.equal((await video(simulator, video_id)).video_status, 10);
});

test('a job can end by how often it was looked at, in the detail or in the listing', async (t) => {
  const simulator = await started(t, { quirks: { finish_after_looks: 3 } });
  const { video_id } = await text(simulator);
  const seen = [(await video(simulator, video_id)).video_status];
  const [row] = (await list(simulator, 'video', 1, 0, 1)).json.Resp.data;
  seen.push(row.video_status, (await video(simulator, video_id)).video_status);
  assert.ok([5, 9].includes(seen[1]));
  assert.deepEqual([seen[0], seen[2]], [10, 1]);
});

test('jobs end as a wish, a prompt or the control plane says', async (t) => {
  const simulator = await started(t, { quirks: { video_slots: 0 } });
  await control(simulator, 'POST', 'jobs/next', [
    { outcome: 'filtered' }, { outcome: 'failed', match: { prompt: 'other' } }, { outcome: 'filtered_file', path: 'video/i2v' }, { outcome: 'unusual' },
  ]);
  const ids = [];
  for (const prompt of ['one', 'two', 'three', 'other', 'go sim:stuck please', 'sim:failed']) ids.push((await text(simulator, prompt)).video_id);
  await advance(simulator, 3600);
  const rows = await Promise.all(ids.map((id) => video(simulator, id)));
  assert.deepEqual(rows.map((r) => (r.video_status === 9 ? 5 : r.video_status)), [7, 17, 1, 8, 5, 8]);
  assert.ok(rows[0].url.endsWith('default.mp4') && rows[0].output_width === 0);
  const settled = await control(simulator, 'POST', 'jobs/settle', { id: ids[4], outcome: 'completed' });
  assert.deepEqual([settled[0].status, settled[0].ended], [1, true]);
  assert.equal((await video(simulator, ids[4])).video_status, 1);
  await assert.rejects(control(simulator, 'POST', 'jobs/next', { outcome: 'melted' }), /unknown outcome/);
});

test('what was delivered can be refused later, and the other way round', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'POST', 'jobs/next', [{ outcome: 'completed_then_filtered' }, { outcome: 'filtered_then_completed' }]);
  const ids = [(await text(simulator)).video_id, (await text(simulator)).video_id];
  const statuses = async () => (await Promise.all(ids.map((id) => video(simulator, id)))).map((r) => r.video_status);
  await advance(simulator, 10);
  assert.deepEqual(await statuses(), [1, 7]);
  await advance(simulator, 90);
  assert.deepEqual(await statuses(), [7, 1]);
  const truth = simulator.truth();
  assert.deepEqual(ids.map((id) => truth.assets.find((a) => a.making === 'created' && a.media_type === 'video' && a.id === String(id)).status), ['filtered', 'completed']);
});

test('a code that is known of videos only says nothing of an image', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'POST', 'jobs/next', { outcome: 'unusual', times: 2 });
  await text(simulator);
  await create(simulator, 'image/t2i', { prompt: 'ink', model: 'qwen-image' });
  await advance(simulator, 10);
  const ended = simulator.truth().assets.filter((a) => a.status_code === 17 && a.created_ms === simulator.state.options.now_ms);
  assert.deepEqual(ended.map((a) => [a.media_type, a.status]), [['video', 'filtered'], ['image', 'unknown']]);
});

test('all jobs can be settled at once, and a row that is patched settles its job', async (t) => {
  const simulator = await started(t);
  const ids = [(await text(simulator)).video_id, (await text(simulator)).video_id];
  await control(simulator, 'PATCH', 'rows', { media_type: 'video', id: ids[0], status: 8 });
  await control(simulator, 'POST', 'jobs/settle', { all: true });
  const jobs = await control(simulator, 'GET', 'jobs');
  assert.deepEqual(jobs.map((j) => [j.status, j.ended, j.refunded]), [[8, true, true], [1, true, false]]);
});

test('what cannot be made from is refused, and nothing is made', async (t) => {
  const simulator = await started(t);
  const before = simulator.truth().assets.length;
  const unfinished = simulator.state.library().list('video', 'created').find((a) => a.status === 5);
  const refused = [
    ['video/t2v', {}, 400011],
    ['video/t2v', { prompt: 'x', model: '' }, 400011],
    ['video/t2v', { prompt: 'x'.repeat(5001) }, 400018],
    ['video/t2v', { prompt: 'x', create_count: 9 }, 400017],
    ['video/t2v', { prompt: 'a sim:forbidden thing' }, 500063],
    ['video/i2v', { prompt: 'x' }, 400011],
    ['video/i2v', { customer_img_path: 'https://elsewhere.example/a.png' }, 500047],
    ['video/frames', { customer_img_paths: ['upload/a.png'] }, 400011],
    ['video/frames', { customer_img_paths: ['upload/a.png', 'upload/b.png'], prompts: [] }, 400017],
    ['video/extend', { original_video_id: 17 }, 500047],
    ['video/extend', { original_video_id: Number(unfinished.id) }, 500047],
    ['video/upscale', {}, 400011],
    ['video/mimic', { original_video_id: 17 }, 400011],
  ];
  for (const [path, body, code] of refused) {
    assert.equal(await codeOf(simulator, path, { ...VIDEO, ...body }), code, `${path} ${JSON.stringify(body).slice(0, 120)}`);
  }
  assert.equal(simulator.truth().assets.length, before);
  assert.deepEqual(await control(simulator, 'GET', 'jobs'), []);
});

test('a source that no listing has is a stub, the same one for every clip', async (t) => {
  const simulator = await started(t);
  const ids = [];
  for (let i = 0; i < 2; i += 1) ids.push(String((await create(simulator, 'video/i2v', { ...VIDEO, customer_img_path: 'upload/not-listed.png' })).video_id));
  const { edges, stubs } = simulator.truth();
  assert.equal(stubs.filter((s) => s.key === 'upload/not-listed.png').length, 1);
  const stub = { media_type: 'image', key: 'upload/not-listed.png' };
  assert.deepEqual(edges.filter((e) => ids.includes(e.child.id)).map((e) => e.parent), [stub, stub]);
});

test('a workspace keeps what is made in it, and what became of jobs is told once', async (t) => {
  const simulator = await started(t);
  const { video_id } = await create(simulator, 'video/t2v', { ...VIDEO, prompt: 'x' }, { headers: { 'workspace-id': '77' } });
  assert.equal(await codeOf(simulator, 'video/list/detail', { video_id }), 500008);
  assert.ok(simulator.truth('demo', 77).assets.some((a) => a.id === String(video_id)));
  await advance(simulator, 10);
  const message = async () => (await call(simulator, 'POST', 'account/message', { body: {} })).json.Resp.video_list;
  assert.deepEqual([await message(), await message()], [[video_id], []]);
});

test('unfinished rows show what the quirk says, and sources stand where it says', async (t) => {
  const simulator = await started(t, { quirks: { video_slots: 0 } });
  const urls = {};
  for (const unfinished_url of ['blank', 'placeholder', 'preallocated']) {
    await control(simulator, 'POST', 'quirks', { unfinished_url });
    urls[unfinished_url] = (await video(simulator, (await text(simulator)).video_id)).url;
  }
  assert.equal(urls.blank, '');
  assert.match(urls.placeholder, /default\.mp4$/);
  assert.match(urls.preallocated, /%2Fori%2F/);
  const placed = [];
  for (const created_placement of ['flat', 'both', 'nested']) {
    await control(simulator, 'POST', 'quirks', { created_placement });
    const row = await video(simulator, (await create(simulator, 'video/i2v', { ...VIDEO, customer_img_path: 'upload/a.png' })).video_id);
    placed.push([row.customer_img_path ?? null, row.customer_paths?.customer_img_path ?? null]);
  }
  assert.deepEqual(placed, [['upload/a.png', null], ['upload/a.png', 'upload/a.png'], [null, 'upload/a.png']]);
});

test('frames and the look at a character come before the creation', async (t) => {
  const simulator = await started(t);
  const { clip } = material(simulator);
  const resp = async (path, body) => (await call(simulator, 'POST', path, { body })).json.Resp;
  const first = await resp('video/frame/at_time', { video_id: Number(clip.id), time_ms: 0 });
  assert.deepEqual(first, await resp('video/frame/at_time', { video_path: clip.key, time_ms: 0 }));
  assert.equal(first.frame_url, `https://media.pixverse.ai/${encodeURIComponent(first.frame_path)}`);
  assert.match((await resp('video/frame/last', { video_id: Number(clip.id), platform: 'web' })).last_frame, /-last\.jpg$/);
  assert.equal((await resp('video/mimic/precheck', { paths: ['upload/a.png'], type: 1 })).pass, true);
  assert.equal(await codeOf(simulator, 'video/frame/at_time', { video_id: 17, time_ms: 0 }), 500008);
});

test('the same seed and the same requests make the same rows', async (t) => {
  const simulators = [await started(t, { seed: 9 }), await started(t, { seed: 9 })];
  for (const simulator of simulators) {
    await text(simulator, 'one');
    await create(simulator, 'image/i2i', { prompt: 'two', model: 'm', customer_img_paths: ['upload/a.png'], create_count: 2 });
    await advance(simulator, 5);
  }
  assert.equal(simulators[0].truth().digest, simulators[1].truth().digest);
  assert.deepEqual(await walk(simulators[0], 'video', 1), await walk(simulators[1], 'video', 1));
});
