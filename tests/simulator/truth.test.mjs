// The truth: the same for the same seed, complete, and in agreement with what the rows name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { control, rowId, SIX_WALKS, started, walk } from './client.mjs';
import { RECIPES } from './modes.mjs';

const named = (thing) => `${thing.media_type}/${thing.making ?? '-'}/${thing.id ?? '-'}/${thing.key ?? '-'}`;

test('the same seed gives the same truth and the same bytes, another seed another', async (t) => {
  const [one, two, other] = [await started(t, { seed: 7 }), await started(t, { seed: 7 }), await started(t, { seed: 8 })];
  assert.equal(one.truth().digest, two.truth().digest);
  assert.notEqual(one.truth().digest, other.truth().digest);
  assert.deepEqual(await walk(one, 'video', 1), await walk(two, 'video', 1));
});

test('the parent of every edge is an asset or a stub, every stub is used', async (t) => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const truth = (await started(t, { seed })).truth();
    const known = new Set([...truth.assets, ...truth.stubs].map(named));
    const used = new Set(truth.edges.map((edge) => named(edge.parent)));
    for (const edge of truth.edges) assert.ok(known.has(named(edge.parent)), JSON.stringify(edge));
    for (const stub of truth.stubs) assert.ok(used.has(named(stub)));
    assert.equal(new Set(truth.assets.map((a) => `${a.media_type}/${a.making}/${a.id}`)).size, truth.assets.length);
  }
});

test('positions count from 0 without gaps, in the order of the relations', async (t) => {
  const { edges } = (await started(t)).truth();
  const byChild = new Map();
  for (const edge of edges) {
    const child = `${edge.child.media_type}/${edge.child.id}`;
    byChild.set(child, [...(byChild.get(child) ?? []), edge]);
  }
  for (const list of byChild.values()) assert.deepEqual(list.map((e) => e.position), list.map((_, i) => i));
});

test('every create mode, placement, kind of parent and a chain of extensions is there', async (t) => {
  const simulator = await started(t);
  const truth = simulator.truth();
  const recipes = new Set(simulator.state.library().world.assets.filter((a) => a.recipe).map((a) => `${a.media_type}/${a.recipe}`));
  const wanted = Object.entries(RECIPES).flatMap(([type, list]) => Object.keys(list).map((name) => `${type}/${name}`));
  assert.deepEqual([...recipes].sort(), wanted.sort());
  for (const placement of ['nested', 'flat', 'both']) assert.ok(truth.assets.some((a) => a.placement === placement && a.sources > 0));
  const parents = new Set(truth.edges.map((e) => (e.parent.id ? `${e.parent.media_type}/${e.parent.making}` : 'stub by key')));
  for (const kind of ['image/created', 'image/uploaded', 'video/created', 'video/uploaded', 'stub by key']) assert.ok(parents.has(kind), kind);
  const extended = new Map(truth.edges.filter((e) => e.operation === 'video_extend').map((e) => [e.child.id, e.parent.id]));
  assert.ok([...extended.values()].some((parent) => extended.has(parent)), 'a chain');
  const stills = truth.edges.filter((e) => e.relation === 'TRANSITION_INPUT');
  assert.ok(stills.some((e) => e.position > 1 && stills.some((f) => f.child.id === e.child.id && f.position === 0 && named(f.parent) === named(e.parent))), 'a loop');
  const codes = new Set(truth.assets.map((a) => a.status_code));
  for (const code of [1, 5, 7, 8, 10, null]) assert.ok(codes.has(code), `status ${code}`);
});

test('every row names the parents that the truth gives it', async (t) => {
  for (const seed of [1, 2, 3]) {
    const simulator = await started(t, { seed });
    const rows = new Map();
    for (const [tab, source] of SIX_WALKS) {
      for (const row of await walk(simulator, tab, source, { limit: 100 })) rows.set(`${tab}/${source}/${rowId(row)}`, JSON.stringify(row));
    }
    for (const { child, parent, named_by } of simulator.truth().edges) {
      const row = rows.get(`${child.media_type}/1/${child.id}`);
      if (named_by.includes('id')) assert.ok(row.includes(`"original_video_id":${parent.id}`), `${child.id} by id ${parent.id}`);
      if (named_by.includes('key')) assert.ok(row.includes(parent.key) || row.includes(encodeURIComponent(parent.key)), `${child.id} by ${parent.key}`);
    }
  }
});

const SOURCE_MEMBER = /^(customer_(img|video|audio)_(path|url)s?|customer_(first|last)_frame(_url)?|image_paths)$/;

/** Every object key under a source member of the row, at the top or nested. */
function sourceKeys(row) {
  const keys = new Set();
  for (const members of [row, row.customer_paths ?? {}]) {
    for (const [name, value] of Object.entries(members)) {
      if (!SOURCE_MEMBER.test(name)) continue;
      for (const entry of [value].flat()) keys.add(decodeURIComponent((entry.url ?? entry).replace('https://media.pixverse.ai/', '')));
    }
  }
  return [...keys].sort();
}

test('a row names no source that the truth does not have', async (t) => {
  const simulator = await started(t, { seed: 4, videos: 600, images: 300 });
  const expected = new Map();
  for (const { child, parent, named_by } of simulator.truth().edges) {
    const slot = `${child.media_type}/${child.id}`;
    if (named_by.includes('key')) expected.set(slot, (expected.get(slot) ?? new Set()).add(parent.key));
  }
  for (const tab of ['video', 'image', 'audio']) {
    for (const row of await walk(simulator, tab, 1, { limit: 100 })) {
      assert.deepEqual(sourceKeys(row), [...(expected.get(`${tab}/${rowId(row)}`) ?? [])].sort(), rowId(row));
    }
  }
});

test('the output of a row is never among its sources', async (t) => {
  const { edges } = (await started(t)).truth();
  for (const { child, parent } of edges) assert.notEqual(`${child.media_type}/${child.id}`, `${parent.media_type}/${parent.id}`);
});

test('an upload and a created image have the same digits, and are two things', async (t) => {
  const { assets } = (await started(t)).truth();
  const uploads = assets.filter((a) => a.media_type === 'image' && a.making === 'uploaded').map((a) => a.id);
  const twins = assets.filter((a) => a.media_type === 'image' && a.making === 'created' && uploads.includes(a.id));
  assert.equal(twins.length, 1);
});

test('a deleted parent becomes a stub of its children', async (t) => {
  const simulator = await started(t);
  const edge = simulator.truth().edges.find((e) => e.parent.making === 'created' && e.parent.media_type === 'image' && e.parent.key);
  await control(simulator, 'DELETE', 'rows', { media_type: 'image', making: 'created', id: edge.parent.id });
  const after = simulator.truth();
  assert.ok(!after.assets.some((a) => a.id === edge.parent.id && a.making === 'created'));
  assert.ok(after.stubs.some((stub) => stub.key === edge.parent.key));
});

test('two accounts have libraries of their own and share the paths of some uploads', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'POST', 'accounts', { name: 'second', share_uploads_with: 'demo', share: 10, videos: 30, images: 20, uploaded_images: 15 });
  const [first, second] = [simulator.truth('demo'), simulator.truth('second')];
  const ids = new Set(first.assets.map((a) => a.id));
  assert.ok(second.assets.every((a) => !ids.has(a.id)));
  const keys = new Set(first.assets.map((a) => a.key).filter(Boolean));
  assert.equal(second.assets.filter((a) => keys.has(a.key)).length, 10);
  const rows = await walk(simulator, 'video', 1, { options: { token: 'second-token' } });
  assert.equal(rows.length, 30);
  const together = simulator.truth('*');
  const shared = new Set(second.assets.map((a) => a.key).filter((key) => keys.has(key)));
  for (const edge of together.edges.filter((e) => shared.has(e.parent.key))) {
    const [keeper] = together.assets.filter((a) => a.key === edge.parent.key).map((a) => a.id).sort();
    assert.equal(edge.parent.id, keeper, 'the smallest id keeps a shared path');
  }
  assert.equal(together.assets.length, first.assets.length + second.assets.length);
});
