// Media made through Driftline, in workerd: every operation of the library interface, a lost answer, a refusal, the open
// platform with its webhook. Afterwards the library is scanned: one asset a clip, and every edge as the simulator knows it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fromTables, fromTruth } from './comparison.mjs';
import { connect, over, settledDigest, startLibrary, sync } from './library.mjs';

const SIMULATOR = { videos: 30, images: 24, now_ms: Date.now(), quirks: { finish_after_looks: 2, video_slots: 40, image_slots: 40 } };

async function generate(api, request, headers = {}) {
  const { status, headers: answered, body } = await api('POST', '/api/v1/generations', request, headers);
  assert.equal(status, 202, JSON.stringify(body));
  assert.equal(answered.get('location'), `/api/v1/generations/${body.id}`);
  return body.id;
}

// Finished clips and stills of the library, as inputs.
async function picked(api, media_type, count) {
  const { body } = await api('GET', `/api/v1/assets?media_type=${media_type}&status=completed&limit=100`);
  const usable = body.items.filter((asset) => asset.making === 'created' && asset.remote_url);
  assert.ok(usable.length >= count, `${usable.length} ${media_type}s to pick from`);
  return usable.slice(0, count).map((asset) => asset.id);
}

test('every operation of the library ends in one asset with the edges that the provider knows', async (t) => {
  const { harness, simulator, api } = await startLibrary(t, { simulator: SIMULATOR });
  const account = await connect(api);
  await sync(api, account);
  const [still, other, third] = await picked(api, 'image', 3);
  const [clip] = await picked(api, 'video', 1);
  const source = (asset_id, relation, position = 0, more = {}) => ({ asset_id, relation, position, ...more });
  const asked = [
    { operation: 'text_to_video', prompt: 'a paper crane takes off' },
    { operation: 'image_to_video', prompt: 'she turns', inputs: [source(still, 'SOURCE_IMAGE')] },
    { operation: 'video_transition', prompt: 'dusk falls', inputs: [source(still, 'TRANSITION_INPUT'), source(other, 'TRANSITION_INPUT', 1)] },
    { operation: 'video_transition', prompt: 'from one to the next', model: 'v5', parameters: { prompts: ['one', 'two'], durations: [5, 5] },
      inputs: [still, other, third].map((id, place) => source(id, 'TRANSITION_INPUT', place)) },
    { operation: 'video_extend', prompt: 'and on it goes', inputs: [source(clip, 'SOURCE_VIDEO')] },
    { operation: 'fusion', prompt: '@image1 meets @image2', inputs: [source(still, 'FUSION_REFERENCE'), source(other, 'FUSION_REFERENCE', 1)] },
    { operation: 'video_modify', prompt: 'put @image1 on the table', inputs: [source(clip, 'SOURCE_VIDEO'), source(still, 'REFERENCE_IMAGE', 1)] },
    { operation: 'motion_control', inputs: [source(still, 'SOURCE_IMAGE'), source(clip, 'CONTROL_INPUT', 1)] },
    { operation: 'video_upscale', inputs: [source(clip, 'SOURCE_VIDEO')] },
    { operation: 'text_to_image', prompt: 'a lantern' },
    { operation: 'image_to_image', prompt: 'the same at night', inputs: [source(still, 'SOURCE_IMAGE'), source(other, 'SOURCE_IMAGE', 1)] },
  ];
  const ids = [];
  for (const request of asked) ids.push(await generate(api, { account_id: account.id, parameters: {}, inputs: [], ...request }));
  const made = [];
  for (const [place, id] of ids.entries()) {
    const generation = await over(api, id);
    assert.equal(generation.state, 'completed', `${asked[place].operation}: ${JSON.stringify(generation)}`);
    assert.equal(generation.sent, 1);
    assert.equal(generation.outputs.length, 1);
    const { body: asset } = await api('GET', `/api/v1/assets/${generation.outputs[0].asset_id}`);
    assert.equal(asset.source_generation_id, id);
    assert.equal(asset.origin, 'generated');
    assert.equal(asset.status, 'completed');
    assert.ok(asset.remote_url, 'it has real media');
    const { body: graph } = await api('GET', `/api/v1/assets/${asset.id}/lineage?direction=ancestors&depth=1`);
    const parents = graph.edges.filter((edge) => edge.child === asset.id).map((edge) => [edge.parent, edge.relation, edge.position]);
    assert.deepEqual(parents, (asked[place].inputs ?? []).map((input) => [input.asset_id, input.relation, input.position]), asked[place].operation);
    made.push(asset.id);
  }

  // The second road: the same clips are listed now.
  await sync(api, account);
  await settledDigest(api);
  const tables = await fromTables(harness);
  const truth = fromTruth(await simulator.truth('demo'));
  assert.deepEqual(tables.assets, truth.assets);
  assert.deepEqual(tables.edges, truth.edges);
  for (const [place, id] of made.entries()) {
    const { body: asset } = await api('GET', `/api/v1/assets/${id}`);
    assert.equal(asset.id, id, 'the public id stays');
    assert.deepEqual([asset.origin, asset.source_generation_id], ['both', ids[place]]);
    const { body: told } = await api('GET', `/api/v1/assets/${id}/explain`);
    const feeds = new Set(JSON.stringify(told).match(/"(generation|listing)"/g));
    assert.deepEqual([...feeds].sort(), ['"generation"', '"listing"'], 'explain shows both roads');
  }
  const { body: report } = await api('GET', '/api/v1/drift?kind=lineage_disagrees&state=open');
  assert.deepEqual(report.items, [], 'the two roads agree about every source');
});

test('a lost answer, a refusal, a repeated key and a clip that is given up are each told as they are', async (t) => {
  const { harness, simulator, api } = await startLibrary(t, { simulator: SIMULATOR });
  const account = await connect(api);
  const request = (prompt, more = {}) => ({ account_id: account.id, operation: 'text_to_video', prompt, parameters: {}, inputs: [], ...more });

  const lost = await generate(api, request('a kite sim:cut'));
  const refused = await generate(api, request('a kite sim:filtered'));
  const failed = await generate(api, request('a kite sim:failed'));
  const kept = await generate(api, request('a boat'), { 'idempotency-key': 'boat-1' });
  const again = await generate(api, request('a boat'), { 'idempotency-key': 'boat-1' });
  assert.equal(again, kept, 'a repeated key gives the first answer');

  const found = await over(api, lost);
  assert.equal(found.state, 'completed', JSON.stringify(found));
  assert.ok(found.history.length > 2, 'the history says how it went');
  const truth = await simulator.truth('demo');
  const clips = truth.assets.filter((one) => one.media_type === 'video' && one.making === 'created');
  assert.equal(clips.length, SIMULATOR.videos + 4, 'nothing was made twice');

  const filtered = await over(api, refused);
  assert.equal(filtered.state, 'filtered');
  assert.equal(filtered.outputs[0].remote_url, null);
  assert.deepEqual([filtered.credits.charged > 0, filtered.credits.returned], [true, filtered.credits.charged]);
  assert.equal((await over(api, failed)).state, 'failed');
  assert.equal((await over(api, kept)).state, 'completed');

  const wrong = await api('POST', '/api/v1/generations', request('', { model: 'v0', parameters: { duration: 99, wings: 2 } }));
  assert.equal(wrong.status, 422);
  assert.ok(wrong.body.errors.length >= 3, JSON.stringify(wrong.body));
  await harness.tick();
});

test('on the open platform a signed webhook is a hint, and forged, stale or repeated ones change nothing', async (t) => {
  const { harness, simulator, api } = await startLibrary(t, { simulator: { ...SIMULATOR, quirks: { webhook_real_time: true } } });
  const created = await api('POST', '/api/v1/accounts', {
    provider_id: 'pixverse', api: 'open_platform', label: 'Key',
    credential: { type: 'api_key', value: 'demo-api-key' },
    webhook_id: 'demo-webhook', webhook_secret: 'demo-webhook-secret',
  });
  assert.ok(created.status <= 201, JSON.stringify(created.body));
  assert.ok(!JSON.stringify(created.body).includes('demo-webhook-secret'));
  const account = created.body;
  const id = await generate(api, {
    account_id: account.id, operation: 'text_to_video', prompt: 'a fox', model: 'v5',
    parameters: { duration: 5, quality: '540p', aspect_ratio: '16:9' }, inputs: [],
  });
  const control = async (path, body) => (await fetch(`${simulator.url}/__sim/${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
  const path = `/api/v1/webhooks/pixverse/${account.id}`;
  await control('webhooks', { account: 'demo', url: harness.url + path });
  await until(async () => (await api('GET', `/api/v1/generations/${id}`)).body.outputs.length === 1);
  await control('jobs/settle', { all: true });
  const [signed] = await control('webhooks/deliver', { dry: true });
  const post = (body, headers) => harness.fetch(path, { method: 'POST', headers, body });
  const forged = await post(signed.body, { ...signed.headers, 'webhook-signature': 'Zm9yZ2Vk' });
  assert.ok(forged.status >= 400, 'a forged one is refused');
  const accepted = await post(signed.body, signed.headers);
  assert.deepEqual([accepted.status, await accepted.text()], [200, 'ok']);
  const repeated = await post(signed.body, signed.headers);
  assert.deepEqual([repeated.status, await repeated.text()], [200, 'ok']);
  const generation = await over(api, id);
  assert.equal(generation.state, 'completed', JSON.stringify(generation));
  const { body: asset } = await api('GET', `/api/v1/assets/${generation.outputs[0].asset_id}`);
  assert.deepEqual([asset.api, asset.source_generation_id], ['open_platform', id]);
});

async function until(holds, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// What the open platform makes, from files that only a url leads to, a clip that it made itself, and nothing else.
function openRequests(clip) {
  const input = (source, relation, more = {}) => ({ ...source, relation, ...more });
  const [cup, hall, dusk] = ['cup', 'hall', 'dusk'].map((name) => ({ url: `https://pictures.example/${name}.png` }));
  const tune = input({ url: 'https://pictures.example/tune.mp3' }, 'SOURCE_AUDIO');
  const source = input({ asset_id: clip }, 'SOURCE_VIDEO');
  const animated = input(cup, 'SOURCE_IMAGE');
  const guide = input(cup, 'REFERENCE_IMAGE');
  const stills = [cup, hall, dusk].map((still) => input(still, 'TRANSITION_INPUT'));
  const template_id = '302325299692608';
  return [
    { operation: 'text_to_video', prompt: 'a paper crane takes off' },
    { operation: 'image_to_video', prompt: 'it turns', inputs: [animated] },
    { operation: 'image_to_video', inputs: [animated, tune] },
    { operation: 'video_transition', prompt: 'dusk falls', inputs: stills.slice(0, 2) },
    { operation: 'video_transition', prompt: 'from one to the next', inputs: stills },
    { operation: 'fusion', prompt: '@mira in @hall', inputs: [input(cup, 'FUSION_CHARACTER', { name: 'mira' }), input(hall, 'FUSION_BACKGROUND', { name: 'hall' })] },
    { operation: 'video_extend', prompt: 'and on it goes', inputs: [source] },
    { operation: 'lip_sync', inputs: [source, tune] },
    { operation: 'sound_effect', prompt: 'wind', inputs: [source] },
    { operation: 'restyle', parameters: { restyle_id: '31' }, inputs: [source] },
    { operation: 'video_upscale', inputs: [source] },
    { operation: 'motion_control', inputs: [animated, input({ asset_id: clip }, 'CONTROL_INPUT')] },
    { operation: 'video_modify', prompt: '@selection0 becomes @img0', parameters: { mask_ids: ['1'] }, inputs: [source, guide] },
    { operation: 'video_replace', parameters: { mask_id: '1' }, inputs: [source, guide] },
    { operation: 'video_agent', prompt: 'the same with our cup', model: 'pro', parameters: { agent_id: '41' },
      inputs: [guide, input(hall, 'REFERENCE_IMAGE'), input({ asset_id: clip }, 'REFERENCE_VIDEO')] },
    { operation: 'video_agent', parameters: { agent_id: '42', product_url: 'https://shop.example/cups' } },
    { operation: 'music_video', inputs: [guide, input(hall, 'REFERENCE_IMAGE'), tune] },
    { operation: 'template', prompt: 'x', parameters: { template_id } },
    { operation: 'template', parameters: { template_id }, inputs: [animated] },
    { operation: 'template', parameters: { template_id }, inputs: [animated, input(hall, 'SOURCE_IMAGE')] },
    { operation: 'template', media_type: 'image', parameters: { template_id }, inputs: [animated] },
  ];
}

test('every operation of the open platform ends in one asset with the sources that were asked for', async (t) => {
  const { simulator, api } = await startLibrary(t, { simulator: { ...SIMULATOR, quirks: { finish_after_looks: 2, open_slots: 0 } } });
  await fetch(`${simulator.url}/__sim/credits`, { method: 'POST', body: JSON.stringify({ surface: 'open', monthly: 100_000 }) });
  const credential = { type: 'api_key', value: 'demo-api-key' };
  const { body: account } = await api('POST', '/api/v1/accounts', { provider_id: 'pixverse', api: 'open_platform', label: 'Key', credential });
  const ask = (request) => generate(api, { account_id: account.id, ...request });
  const finished = async (id) => {
    const generation = await over(api, id);
    assert.equal(generation.state, 'completed', JSON.stringify(generation));
    assert.deepEqual([generation.sent, generation.outputs.length], [1, 1]);
    return (await api('GET', `/api/v1/assets/${generation.outputs[0].asset_id}`)).body;
  };
  const clip = await finished(await ask({ operation: 'text_to_video', prompt: 'a cup on a table' }));
  const asked = openRequests(clip.id);
  // Whoever asks at the same time uploads at the same time: one request that names every file goes ahead.
  const files = [...new Set(asked.flatMap(({ inputs = [] }) => inputs.flatMap(({ url }) => url ?? [])))];
  const going = files.map((url) => ({ url, relation: url.endsWith('.mp3') ? 'SOURCE_AUDIO' : 'REFERENCE_IMAGE' }));
  await finished(await ask({ operation: 'music_video', inputs: going }));

  const { body: table } = await api('GET', '/api/v1/operations?api=open_platform');
  const rows = table.operations.map(({ operation }) => operation).sort();
  assert.deepEqual(asked.map(({ operation }) => operation).filter((operation) => operation !== 'video_agent').sort(), rows.filter((operation) => operation !== 'video_agent'), 'a request for every row');
  const ids = [];
  for (const request of asked) ids.push(await ask(request));
  // One asset for each url, whoever names it.
  const known = new Map([[clip.id, clip.id]]);
  const truth = new Map();
  for (const [place, { operation, media_type = 'video', inputs = [] }] of asked.entries()) {
    const asset = await finished(ids[place]);
    assert.deepEqual([asset.operation, asset.media_type, asset.api, asset.status, asset.source_generation_id], [operation, media_type, 'open_platform', 'completed', ids[place]]);
    const { body: graph } = await api('GET', `/api/v1/assets/${asset.id}/lineage?direction=ancestors&depth=1`);
    const parents = graph.edges.filter((edge) => edge.child === asset.id);
    for (const [at, { url }] of inputs.entries()) if (url && !known.has(url)) known.set(url, parents[at]?.parent);
    const expected = inputs.map(({ asset_id, url, relation }, position) => [known.get(asset_id ?? url), relation, position, operation]);
    assert.deepEqual(parents.map((edge) => [edge.parent, edge.relation, edge.position, edge.operation]), expected, operation);
    truth.set(`${media_type} ${asset.provider_asset_id}`, inputs.map(({ relation }, position) => [relation, position, operation]));
  }
  assert.equal(new Set(known.values()).size, 5, 'three stills, a sound and a clip');
  const uploads = simulator.state.log.filter(({ path }) => /^openapi.*upload$/.test(path)).map(({ path }) => path);
  assert.deepEqual(uploads.sort(), [...Array(3).fill('openapi/v2/image/upload'), 'openapi/v2/media/upload'], 'each file once');

  // The provider knows the same sources, though its results name none.
  const { edges } = await simulator.truth('demo', 'open');
  for (const [child, sources] of truth) {
    const its = edges.filter((edge) => `${edge.child.media_type} ${edge.child.id}` === child);
    assert.deepEqual(its.map(({ relation, position, operation }) => [relation, position, operation]), sources, child);
  }
});
