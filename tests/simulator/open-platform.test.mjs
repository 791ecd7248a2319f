// The open platform: uploads, every generate path, results, credits of its own, trace ids, refusals.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, control, list, open, started } from './client.mjs';
import { picture } from './media.mjs';
import { OPERATIONS } from './open-operations.mjs';

const BASE = { prompt: 'paper crane takes off', model: 'v5.5', duration: 5, quality: '720p' };

async function resp(promise) {
  const { json } = await promise;
  assert.equal(json.ErrCode, 0, json.ErrMsg);
  return json.Resp;
}

const post = (simulator, path, body, more) => resp(open(simulator, 'POST', path, { body, ...more }));
const codeOf = async (simulator, path, body, more) => (await open(simulator, 'POST', path, { body, ...more })).json.ErrCode;
const result = (simulator, id) => resp(open(simulator, 'GET', `video/result/${id}`));
const advance = (simulator, advance_s) => control(simulator, 'POST', 'clock', { advance_s });
const uploaded = (simulator, n) => resp(open(simulator, 'POST', 'image/upload', { form: new URLSearchParams({ image_url: `https://pictures.example/${n}.png` }) }));
const still = async (simulator, n = 1) => (await uploaded(simulator, n)).img_id;
const media = async (simulator, name) => (await resp(open(simulator, 'POST', 'media/upload', { form: new URLSearchParams({ file_url: `https://pictures.example/${name}` }) }))).media_id;
const text = async (simulator, more) => (await post(simulator, 'video/text/generate', { ...BASE, aspect_ratio: '16:9', ...more })).video_id;

async function clip(simulator) {
  const id = await text(simulator);
  await control(simulator, 'POST', 'jobs/settle', { id, surface: 'open' });
  return id;
}

test('the key opens the account, and its credits are its own', async (t) => {
  const simulator = await started(t);
  assert.deepEqual(await resp(open(simulator, 'GET', 'account/balance')), { account_id: 390000000000100, credit_monthly: 1200, credit_package: 0 });
  assert.equal((await open(simulator, 'GET', 'account/balance', { key: null })).json.ErrCode, 10003);
  assert.equal((await open(simulator, 'GET', 'account/balance', { key: 'demo-token' })).json.ErrCode, 10001);
  assert.equal((await call(simulator, 'GET', 'getUserInfo', { token: 'demo-api-key' })).json.ErrCode, 10001);
  await text(simulator);
  assert.equal((await resp(open(simulator, 'GET', 'account/credits'))).credit_monthly, 1150);
  assert.equal((await call(simulator, 'GET', 'user/credits')).json.Resp.credit_monthly, 1200);
});

test('uploads come as a file or a url, in either kind of form', async (t) => {
  const simulator = await started(t);
  const form = new FormData();
  form.set('image', new Blob([picture('mine')], { type: 'image/png' }), 'mine.png');
  const { img_id, img_url } = await resp(open(simulator, 'POST', 'image/upload', { form }));
  assert.equal(typeof img_id, 'number');
  const key = decodeURIComponent(new URL(img_url).pathname.slice(1));
  assert.deepEqual(Buffer.from(await (await fetch(`${simulator.url}/media/${key}`)).arrayBuffer()), picture('mine'));
  const byUrl = new FormData();
  byUrl.set('image_url', 'https://pictures.example/a.webp?size=1');
  assert.match((await resp(open(simulator, 'POST', 'image/upload', { form: byUrl }))).img_url, /\.webp$/);
  const film = new FormData();
  film.set('file', new Blob(['film'], { type: 'video/mp4' }), 'v.mp4');
  film.set('media_type', 'video');
  assert.equal((await resp(open(simulator, 'POST', 'media/upload', { form: film }))).media_type, 'video');
  assert.equal((await resp(open(simulator, 'POST', 'media/upload', { form: new URLSearchParams({ file_url: 'https://pictures.example/a.mp3' }) }))).media_type, 'audio');
  await control(simulator, 'POST', 'quirks', { upload_members: 'pascal' });
  assert.deepEqual(Object.keys(await resp(open(simulator, 'POST', 'image/upload', { form: new URLSearchParams({ image_url: 'https://pictures.example/b.jpg' }) }))), ['ImgID', 'ImgUrl']);
});

test('an upload is refused as documented', async (t) => {
  const simulator = await started(t);
  const upload = (path, members) => open(simulator, 'POST', path, { form: new URLSearchParams(members) });
  const code = async (path, members) => (await upload(path, members)).json.ErrCode;
  assert.equal(await code('image/upload', {}), 400011);
  assert.equal(await code('image/upload', { image_url: 'file:///etc/passwd' }), 500042);
  assert.equal(await code('image/upload', { image_url: 'https://pictures.example/a.tiff' }), 500032);
  assert.equal(await code('media/upload', { file_url: 'https://pictures.example/a.mp4', media_type: 'audio' }), 400017);
  const { status, json } = await upload('image/upload', { image_url: 'https://pictures.example/sim:forbidden.png' });
  assert.deepEqual([status, json], [500, { err_code: 500052, err_msg: 'refused by moderation', resp: null }]);
  const large = picture('x');
  large.writeUInt32BE(4001, 20);
  const form = new FormData();
  form.set('image', new Blob([large]), 'x.png');
  assert.equal((await open(simulator, 'POST', 'image/upload', { form })).json.ErrCode, 500033);
});

/** path → [body, the edges: relation, source, in order]. */
async function everyOperation(simulator) {
  const [{ img_id: a, img_url }, b] = [await uploaded(simulator, 1), await still(simulator, 2)];
  const [film, tune, made] = [await media(simulator, 'v.mp4'), await media(simulator, 's.mp3'), await clip(simulator)];
  const loop = [{ img_id: a, duration: 5, prompt: 'x' }, { img_id: b, duration: 3 }, { img_id: a }];
  const cast = [{ type: 'subject', img_id: a, ref_name: 'mira' }, { type: 'background', img_id: b, ref_name: 'hall' }];
  const fromMade = { source_video_id: made, quality: '720p' };
  const forAgent = { img_references: [{ img_url }], video_references: [{ video_url: (await result(simulator, made)).url }] };
  return {
    'video/text/generate': [{ ...BASE, aspect_ratio: '9:16' }, []],
    'video/img/generate': [{ ...BASE, img_id: a }, [['SOURCE_IMAGE', a]]],
    'video/transition/generate': [{ ...BASE, first_frame_img: a, last_frame_img: b }, [['TRANSITION_INPUT', a], ['TRANSITION_INPUT', b]]],
    'video/multi_transition/generate': [{ model: 'v5', quality: '540p', multi_transition: loop }, [['TRANSITION_INPUT', a], ['TRANSITION_INPUT', b], ['TRANSITION_INPUT', a]]],
    'video/fusion/generate': [{ ...BASE, prompt: '@mira in @hall ', aspect_ratio: '1:1', image_references: cast }, [['FUSION_CHARACTER', a], ['FUSION_BACKGROUND', b]]],
    'video/extend/generate': [{ ...BASE, source_video_id: made }, [['SOURCE_VIDEO', made]]],
    'video/lip_sync/generate': [{ video_media_id: film, audio_media_id: tune }, [['SOURCE_VIDEO', film], ['SOURCE_AUDIO', tune]]],
    'video/sound_effect/generate': [{ source_video_id: made, sound_effect_content: 'waves', original_sound_switch: false }, [['SOURCE_VIDEO', made]]],
    'video/restyle/generate': [{ source_video_id: made, restyle_id: 31 }, [['SOURCE_VIDEO', made]]],
    'video/swap/generate': [{ ...fromMade, img_id: a, keyframe_id: 1, mask_id: '1' }, [['SOURCE_VIDEO', made], ['REFERENCE_IMAGE', a]]],
    'video/mimic/generate': [{ video_media_id: film, img_id: b, quality: '540p' }, [['SOURCE_IMAGE', b], ['CONTROL_INPUT', film]]],
    'video/modify/generate': [{ ...fromMade, prompt: 'put @img0 there', img_ids: [a, b] }, [['SOURCE_VIDEO', made], ['REFERENCE_IMAGE', a], ['REFERENCE_IMAGE', b]]],
    'video/upscale/generate': [{ source_video_id: made }, [['SOURCE_VIDEO', made]]],
    'video/avatar/generate': [{ img_id: a, quality: '720p', lip_sync_tts_speaker_id: '1', lip_sync_tts_content: 'good evening' }, [['SOURCE_IMAGE', a]]],
    'video/agent/generate': [{ agent_id: 41, model: 'pro', prompt: 'with our cup', ...forAgent }, [['REFERENCE_IMAGE', a], ['REFERENCE_VIDEO', made]]],
    'video/music_mv_agent/generate': [{ audio_media_id: tune, img_references: [{ img_id: b }, { img_id: a }] }, [['REFERENCE_IMAGE', b], ['REFERENCE_IMAGE', a], ['SOURCE_AUDIO', tune]]],
    'image/template/generate': [{ template_id: 302325299692608, img_ids: [b, a] }, [['SOURCE_IMAGE', b], ['SOURCE_IMAGE', a]]],
  };
}

test('every generate path makes a job with the right sources, and no listing shows it', async (t) => {
  const simulator = await started(t, { quirks: { open_slots: 0 } });
  await control(simulator, 'POST', 'credits', { surface: 'open', monthly: 100_000 });
  const listed = (await list(simulator, 'video', 1, 0, 1)).json.Resp.total;
  const bodies = await everyOperation(simulator);
  assert.deepEqual(Object.keys(bodies).sort(), Object.keys(OPERATIONS).sort());
  for (const [path, [body, sources]] of Object.entries(bodies)) {
    const made = await post(simulator, path, body);
    const media_type = path.startsWith('image') ? 'image' : 'video';
    const id = made[`${media_type}_id`];
    assert.ok(Number.isSafeInteger(id) && made.credits > 0, path);
    const edges = simulator.truth('demo', 'open').edges.filter((e) => e.child.media_type === media_type && e.child.id === String(id));
    assert.deepEqual(edges.map((e) => [e.relation, e.parent.id]), sources.map(([relation, source]) => [relation, String(source)]), path);
    assert.equal((await resp(open(simulator, 'GET', `${media_type}/result/${id}`))).status, 5, path);
  }
  assert.equal((await list(simulator, 'video', 1, 0, 1)).json.Resp.total, listed);
  assert.equal((await call(simulator, 'POST', 'video/list/detail', { body: { video_id: await clip(simulator) } })).json.ErrCode, 500008);
});

test('a video result grows from 5 to 1 and names no sources', async (t) => {
  const simulator = await started(t);
  const id = (await post(simulator, 'video/img/generate', { ...BASE, img_id: await still(simulator), seed: 77 })).video_id;
  const early = await result(simulator, id);
  assert.deepEqual([early.status, early.outputWidth, early.outputHeight, early.seed], [5, 0, 0, 77]);
  assert.equal((await fetch(`${simulator.url}/media/${early.path}`)).status, 404);
  await advance(simulator, 10);
  const done = await result(simulator, id);
  assert.deepEqual(Object.keys(done).sort(), [
    'aspect_ratio', 'create_time', 'credits', 'customer_paths', 'duration', 'has_audio', 'id', 'modify_time', 'negative_prompt', 'outputHeight',
    'outputWidth', 'path', 'prompt', 'quality', 'resolution_ratio', 'seed', 'size', 'status', 'style', 'url',
  ]);
  assert.deepEqual([done.id, done.status, done.outputWidth, done.outputHeight, done.credits, done.size], [id, 1, 1280, 720, 50, 5]);
  assert.equal(done.url, `https://media.pixverse.ai/${encodeURIComponent(done.path)}`);
  assert.ok(!JSON.stringify(done.customer_paths).includes('upload/'));
  assert.equal((await fetch(`${simulator.url}/media/${done.path}`)).status, 200);
});

test('an image result names the ids it was made from', async (t) => {
  const simulator = await started(t);
  const ids = [await still(simulator, 1), await still(simulator, 2)];
  const { image_id } = await post(simulator, 'image/template/generate', { template_id: 302325299692608, img_ids: ids });
  await advance(simulator, 10);
  const done = await resp(open(simulator, 'GET', `image/result/${image_id}`));
  assert.deepEqual([done.image_id, done.status, done.template_id, done.customer_paths.gen_img_req_img_ids], [image_id, 1, 302325299692608, ids]);
  assert.ok(done.outputWidth > 0);
});

test('outcomes, refunds and billing', async (t) => {
  const simulator = await started(t);
  const ids = [];
  for (const outcome of ['filtered', 'failed', 'stuck', 'deleted']) ids.push(await text(simulator, { prompt: `sim:${outcome}` }));
  await advance(simulator, 60);
  assert.deepEqual(await Promise.all(ids.map(async (id) => (await result(simulator, id)).status)), [7, 8, 5, 6]);
  assert.equal((await resp(open(simulator, 'GET', 'account/balance'))).credit_monthly, 1100);
  const usage = await post(simulator, 'account/billing/usage-detail', { start_time: '2026-10-20 00:00:00', end_time: '2026-11-10 00:00:00', limit: 4 });
  assert.deepEqual([usage.list.length, usage.next_cursor], [4, '4']);
  const refunds = await post(simulator, 'account/billing/usage-detail', { credits_status: 'refund', creation_type: 'text_to_video' });
  assert.deepEqual(refunds.list.map((r) => r.credits), [50, 50]);
});

test('a reused trace id gets the earlier answer; a new one gets a new job', async (t) => {
  const simulator = await started(t);
  const send = (trace) => post(simulator, 'video/text/generate', { ...BASE, aspect_ratio: '16:9' }, { headers: { 'Ai-trace-id': trace } });
  const first = await send('t1');
  assert.deepEqual(await send('t1'), first);
  assert.notDeepEqual(await send('t2'), first);
  assert.equal((await control(simulator, 'GET', 'jobs')).length, 2);
  const look = (trace) => resp(open(simulator, 'GET', `video/result/${first.video_id}`, { headers: { 'ai-trace-id': trace } }));
  assert.equal((await look('t3')).status, 5);
  await advance(simulator, 10);
  assert.deepEqual([(await look('t3')).status, (await look('t4')).status], [5, 1], 'the old answer looks stuck');
  await control(simulator, 'POST', 'quirks', { trace_reuse: false });
  assert.equal((await look('t3')).status, 1);
});

test('a cut connection leaves a job, which the same trace id finds', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'POST', 'faults', { path: 'openapi/v2/video/text/generate', kind: 'cut', after: true });
  const send = () => post(simulator, 'video/text/generate', { ...BASE, aspect_ratio: '16:9' }, { headers: { 'ai-trace-id': 'once' } });
  await assert.rejects(send());
  const { video_id } = await send();
  assert.deepEqual((await control(simulator, 'GET', 'jobs')).map((j) => j.id), [String(video_id)]);
  const again = () => post(simulator, 'video/text/generate', { ...BASE, aspect_ratio: '16:9', prompt: 'sim:cut' }, { headers: { 'ai-trace-id': 'twice' } });
  await assert.rejects(again());
  assert.notEqual((await again()).video_id, video_id);
  assert.equal((await control(simulator, 'GET', 'jobs')).length, 2);
});

test('what the documented limits forbid is refused', async (t) => {
  const simulator = await started(t, { ids: 'number' });
  const a = await still(simulator);
  const inLibrary = Number(simulator.state.library().list('video', 'created').find((v) => v.status === 1).id);
  const running = await text(simulator);
  const [made, tune] = [await clip(simulator), await media(simulator, 's.mp3')];
  const words = { ...BASE, aspect_ratio: '16:9' };
  const misnamed = [{ type: 'subject', img_id: a, ref_name: 'b' }];
  const refused = [
    ['video/text/generate', BASE, 400011],
    ['video/text/generate', { ...BASE, aspect_ratio: '2:1' }, 400017],
    ['video/text/generate', { ...words, duration: 7 }, 400017],
    ['video/text/generate', { ...words, quality: '2160p' }, 400017],
    ['video/text/generate', { ...words, seed: -1 }, 400017],
    ['video/text/generate', { ...words, motion_mode: 'fast' }, 400017],
    ['video/text/generate', { ...words, model: 'v9' }, 400017],
    ['video/text/generate', { ...words, model: 'v5', prompt: 'x'.repeat(2049) }, 400018],
    ['video/text/generate', { ...words, prompt: 'sim:forbidden' }, 500063],
    ['video/text/generate', { ...words, webhook_id: 'other' }, 400017],
    ['video/img/generate', BASE, 400011],
    ['video/img/generate', { ...BASE, img_id: 17 }, 400032],
    ['video/extend/generate', BASE, 400011],
    ['video/extend/generate', { ...BASE, source_video_id: inLibrary }, 500047],
    ['video/extend/generate', { ...BASE, source_video_id: running }, 500047],
    ['video/extend/generate', { ...BASE, source_video_id: made, video_media_id: 5 }, 400017],
    ['video/lip_sync/generate', { source_video_id: made }, 400011],
    ['video/sound_effect/generate', { source_video_id: made }, 400011],
    ['video/fusion/generate', { ...words, prompt: '@a', image_references: misnamed }, 400017],
    ['video/multi_transition/generate', { model: 'v5', quality: '540p', multi_transition: [{ img_id: a }] }, 400017],
    ['video/mimic/generate', { img_id: a, quality: '1080p', source_video_id: made }, 400017],
    ['video/agent/generate', { prompt: 'x' }, 400011],
    ['video/agent/generate', { agent_id: 41 }, 400011],
    ['video/agent/generate', { agent_id: 41, prompt: 'x', model: 'v6' }, 400017],
    ['video/agent/generate', { agent_id: 41, prompt: 'x', img_references: [{ img_id: a }] }, 400017],
    ['video/agent/generate', { agent_id: 41, prompt: 'x', img_references: [{ img_url: 'https://pictures.example/1.png' }] }, 500047],
    ['video/music_mv_agent/generate', { img_references: [{ img_id: a }] }, 400011],
    ['video/music_mv_agent/generate', { audio_media_id: String(tune) }, 400013],
    ['video/music_mv_agent/generate', { audio_media_id: tune, img_references: [{ img_id: String(a) }] }, 400013],
    ['video/music_mv_agent/generate', { audio_media_id: made }, 500047],
  ];
  for (const [path, body, code] of refused) assert.equal(await codeOf(simulator, path, body), code, `${path} ${JSON.stringify(body).slice(0, 160)}`);
  assert.equal((await open(simulator, 'GET', 'video/result/17')).json.ErrCode, 500008);
  assert.equal((await open(simulator, 'GET', `video/result/${inLibrary}`)).json.ErrCode, 500008);
  assert.equal((await open(simulator, 'POST', 'video/text/generate', { form: '{', headers: { 'content-type': 'application/json' } })).json.ErrCode, 400017);
});

test('slots and credits run out', async (t) => {
  const simulator = await started(t, { quirks: { open_slots: 1 } });
  const body = { ...BASE, aspect_ratio: '16:9' };
  await text(simulator);
  assert.equal(await codeOf(simulator, 'video/text/generate', body), 500044);
  await advance(simulator, 10);
  await control(simulator, 'POST', 'credits', { surface: 'open', monthly: 30 });
  assert.equal(await codeOf(simulator, 'video/text/generate', body), 500090);
  await control(simulator, 'POST', 'credits', { surface: 'open', monthly: 0 });
  assert.equal(await codeOf(simulator, 'video/text/generate', body), 500043);
});

test('masks are chosen at once and cost credits; catalogues answer', async (t) => {
  const simulator = await started(t);
  const { mask_info, keyframe_id, credits } = await post(simulator, 'video/mask/selection', { source_video_id: await clip(simulator) });
  assert.deepEqual([mask_info.length, keyframe_id, credits], [2, 1, 5]);
  assert.equal((await resp(open(simulator, 'GET', 'account/balance'))).credit_monthly, 1145);
  const speakers = await resp(open(simulator, 'GET', 'video/lip_sync/tts_list?page_num=1&page_size=30'));
  assert.deepEqual([speakers.total, typeof speakers.data[0].speaker_id], [3, 'string']);
});

test('ids of 18 digits are whole in every answer and accepted as numbers and as text', async (t) => {
  const simulator = await started(t, { ids: 'big' });
  const { text: uploaded } = await open(simulator, 'POST', 'image/upload', { form: new URLSearchParams({ image_url: 'https://pictures.example/a.png' }) });
  const [, img_id] = /"img_id":(627\d{15}),/.exec(uploaded);
  const body = JSON.stringify({ ...BASE, img_id: 0 }).replace('"img_id":0', `"img_id":${img_id}`);
  const made = await open(simulator, 'POST', 'video/img/generate', { form: body, headers: { 'content-type': 'application/json' } });
  const [, video_id] = /"video_id":(627\d{15}),/.exec(made.text);
  assert.match((await open(simulator, 'GET', `video/result/${video_id}`)).text, new RegExp(`"id":${video_id},`));
  assert.equal(await codeOf(simulator, 'video/img/generate', { ...BASE, img_id }), 0);
  assert.deepEqual(simulator.truth('demo', 'open').edges.map((e) => e.parent.id), [img_id, img_id]);
});

test('the log has the whole path and no key', async (t) => {
  const simulator = await started(t);
  await open(simulator, 'GET', 'account/balance', { headers: { 'ai-trace-id': 'x1' } });
  const log = await control(simulator, 'GET', 'log?path=openapi/v2/account/balance');
  assert.deepEqual([log.length, log[0].account, log[0].headers['api-key']], [1, 'demo', '[redacted]']);
});
