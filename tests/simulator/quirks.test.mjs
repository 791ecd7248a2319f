// Each switch does what it says, and lets a careful client through all the same where it should.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, control, idsInTruth, list, rowId, started, walk } from './client.mjs';

const videoIds = (simulator) => idsInTruth(simulator.truth(), 'video', 'created');
const quirky = (t, quirks, options = {}) => started(t, { ...options, quirks });

for (const error_status of [200, 400, 401, 500]) {
  test(`error_status: an error travels with HTTP ${error_status}`, async (t) => {
    const simulator = await quirky(t, { error_status });
    const { status, json } = await call(simulator, 'POST', 'video/list/detail', { body: { video_id: 1 } });
    assert.deepEqual([status, json.ErrCode], [error_status, 500008]);
  });
}

test('lower_case_errors: the other spelling of the envelope', async (t) => {
  const simulator = await quirky(t, { lower_case_errors: true, error_status: 500 });
  const { json } = await call(simulator, 'GET', 'getUserInfo', { token: null });
  assert.deepEqual(json, { err_code: 10003, err_msg: 'user is not login', resp: null });
});

test('default_window_days: without a filter the past is hidden', async (t) => {
  const simulator = await started(t);
  const all = (await list(simulator, 'video', 1, 0)).json.Resp.total;
  const recent = (await list(simulator, 'video', 1, 0, 50, { filter: undefined })).json.Resp.total;
  assert.deepEqual([all, recent > 0 && recent < 60], [240, true]);
  await control(simulator, 'POST', 'quirks', { default_window_days: 0 });
  assert.equal((await list(simulator, 'video', 1, 0, 50, { filter: undefined })).json.Resp.total, 240);
});

test('empty_filter_window_days: an empty filter hides the past too, and a window shows it', async (t) => {
  const simulator = await quirky(t, { empty_filter_window_days: 31 });
  const recent = (await list(simulator, 'video', 1, 0)).json.Resp.total;
  assert.ok(recent > 0 && recent < 60, String(recent));
  const filter = { start_time: 1577836800, end_time: 1900000000 };
  assert.equal((await list(simulator, 'video', 1, 0, 50, { filter })).json.Resp.total, 240);
});

test('max_limit: no page is longer', async (t) => {
  const simulator = await started(t);
  assert.equal((await list(simulator, 'video', 1, 0, 1000)).json.Resp.data.length, 100);
});

test('missing_members: has_more, total and next_offset can be gone', async (t) => {
  const simulator = await quirky(t, { missing_members: ['has_more', 'total', 'next_offset'] });
  assert.deepEqual(Object.keys((await list(simulator, 'video', 1, 0)).json.Resp), ['data']);
});

test('data_null: nothing is null, not an empty list', async (t) => {
  const simulator = await quirky(t, { data_null: true });
  assert.equal((await list(simulator, 'video', 1, 1000)).json.Resp.data, null);
  assert.equal((await list(simulator, 'video', 1, 0, 5)).json.Resp.data.length, 5);
});

for (const short_pages of ['next_offset', 'hidden']) {
  test(`short_pages ${short_pages}: shorter pages, nothing lost by next_offset`, async (t) => {
    const simulator = await quirky(t, { short_pages });
    const { data, has_more } = (await list(simulator, 'video', 1, 0)).json.Resp;
    assert.ok(data.length < 50 && has_more);
    assert.deepEqual((await walk(simulator, 'video', 1)).map(rowId).sort(), videoIds(simulator));
  });
}

test('empty_page: a page without rows in the middle is not the end', async (t) => {
  const simulator = await quirky(t, { empty_page: { at: 100, size: 50 } });
  const { data, has_more, next_offset } = (await list(simulator, 'video', 1, 100)).json.Resp;
  assert.deepEqual([data, has_more, next_offset], [[], true, 150]);
  assert.deepEqual((await walk(simulator, 'video', 1)).map(rowId).sort(), videoIds(simulator));
});

test('next_offset overlap: rows come twice, none is lost', async (t) => {
  const simulator = await quirky(t, { next_offset: 'overlap' });
  const ids = (await walk(simulator, 'video', 1)).map(rowId);
  assert.ok(ids.length > 240);
  assert.deepEqual([...new Set(ids)].sort(), videoIds(simulator));
});

test('next_offset scaled: the cursor is not a count of rows', async (t) => {
  const simulator = await quirky(t, { next_offset: 'scaled' });
  assert.equal((await list(simulator, 'video', 1, 0)).json.Resp.next_offset, 500);
  assert.deepEqual((await walk(simulator, 'video', 1)).map(rowId).sort(), videoIds(simulator));
});

test('insert_between_pages: the list shifts, rows come twice', async (t) => {
  const simulator = await quirky(t, { insert_between_pages: { count: 3, times: 2 } });
  const before = videoIds(simulator);
  const ids = (await walk(simulator, 'video', 1)).map(rowId);
  assert.equal(ids.length, 246);
  assert.deepEqual([...new Set(ids)].sort(), before);
  assert.equal(videoIds(simulator).length, 246);
});

test('delete_between_pages: a walk by offset misses rows that are still there', async (t) => {
  const simulator = await quirky(t, { delete_between_pages: { count: 2, times: 1 } });
  const ids = new Set((await walk(simulator, 'video', 1)).map(rowId));
  const still = videoIds(simulator);
  assert.equal(still.length, 238);
  assert.equal(still.filter((id) => !ids.has(id)).length, 2);
});

test('volatile: only likes and queue data differ between listings', async (t) => {
  const simulator = await quirky(t, { volatile: true });
  const [one, two] = [await walk(simulator, 'video', 1), await walk(simulator, 'video', 1)];
  const steady = ({ likes, queue_data, ...rest }) => rest;
  assert.ok(one.every((row, i) => row.likes !== two[i].likes));
  assert.deepEqual(one.map(steady), two.map(steady));
});

test('blank_urls: a third of the rows lose their urls when listed again', async (t) => {
  const simulator = await quirky(t, { blank_urls: 'url' });
  const had = (row) => row.url !== '';
  const first = (await walk(simulator, 'video', 1)).filter(had).length;
  const again = await walk(simulator, 'video', 1);
  assert.ok(again.filter(had).length < first * 0.8);
  assert.ok(again.some((row) => row.url === '' && row.video_path !== ''));
  await control(simulator, 'POST', 'quirks', { blank_urls: 'all' });
  assert.ok((await walk(simulator, 'video', 1)).filter((row) => row.video_status === 1 && row.video_path === '').length > 40);
});

test('order: oldest first or shuffled, the same rows', async (t) => {
  const simulator = await started(t);
  const newest = (await walk(simulator, 'video', 1)).map(rowId);
  await control(simulator, 'POST', 'quirks', { order: 'oldest' });
  assert.deepEqual((await walk(simulator, 'video', 1)).map(rowId), newest.slice().reverse());
  await control(simulator, 'POST', 'quirks', { order: 'shuffle:5' });
  const shuffled = (await walk(simulator, 'video', 1)).map(rowId);
  assert.notDeepEqual(shuffled, newest);
  assert.deepEqual(shuffled.slice().sort(), newest.slice().sort());
});

test('string_ids: the same digits as text', async (t) => {
  const simulator = await quirky(t, { string_ids: true });
  const rows = await walk(simulator, 'video', 1);
  assert.ok(rows.every((row) => typeof row.video_id === 'string'));
  assert.deepEqual(rows.map(rowId).sort(), videoIds(simulator));
  const { json } = await call(simulator, 'POST', 'video/list/detail', { body: { video_id: rows[0].video_id } });
  assert.deepEqual(json.Resp, rows[0]);
});

test('big_ids: numbers above 2^53, every digit kept both ways', async (t) => {
  const simulator = await quirky(t, { big_ids: true });
  const { text } = await list(simulator, 'video', 1, 0, 100);
  const seen = [...text.matchAll(/"video_id":(\d+)/g)].map((m) => m[1]);
  assert.ok(seen.every((id) => BigInt(id) > 2n ** 53n && !Number.isSafeInteger(Number(id))));
  assert.ok(seen.every((id) => videoIds(simulator).includes(id)));
  const response = await fetch(`${simulator.url}/creative_platform/video/list/detail`, { method: 'POST', headers: { token: 'demo-token' }, body: `{"video_id":${seen[7]}}` });
  assert.ok((await response.text()).includes(`"video_id":${seen[7]},`));
  await control(simulator, 'POST', 'quirks', { big_ids: false });
  assert.ok(videoIds(simulator).every((id) => id.length === 15));
});

test('garbage_rows: things that are no rows stand among the rows', async (t) => {
  const simulator = await quirky(t, { garbage_rows: ['null', 'text', 'number', 'list', 'no_id', 'zero_id'] });
  const { data, total } = (await list(simulator, 'video', 1, 0, 10)).json.Resp;
  assert.deepEqual([data.length, total], [16, 240]);
  assert.equal(data.filter((row) => row?.video_id > 0).length, 10);
});

test('asset_named_rows: created rows by asset_id and asset_status', async (t) => {
  const simulator = await quirky(t, { asset_named_rows: true });
  const [row] = (await list(simulator, 'image', 1, 0, 1)).json.Resp.data;
  assert.ok('asset_id' in row && 'asset_status' in row && !('image_id' in row) && !('image_status' in row));
});

test('broken_detail: not found, empty, null, or somebody else', async (t) => {
  const simulator = await started(t);
  const [, row] = await walk(simulator, 'video', 1);
  const ask = async (broken_detail) => {
    await control(simulator, 'POST', 'quirks', { broken_detail });
    return (await call(simulator, 'POST', 'video/list/detail', { body: { video_id: row.video_id } })).json;
  };
  assert.equal((await ask('not_found')).ErrCode, 500008);
  assert.deepEqual((await ask('empty')).Resp, {});
  assert.equal((await ask('null')).Resp, null);
  assert.notEqual((await ask('wrong')).Resp.video_id, row.video_id);
  assert.deepEqual((await ask(false)).Resp, row);
});

test('upload_details: uploads answer to detail calls', async (t) => {
  const simulator = await started(t);
  const [row] = await walk(simulator, 'video', 0);
  const ask = async () => (await call(simulator, 'POST', 'video/list/detail', { body: { video_id: row.id } })).json;
  assert.equal((await ask()).ErrCode, 500008);
  await control(simulator, 'POST', 'quirks', { upload_details: true });
  assert.deepEqual((await ask()).Resp, row);
});

test('an unknown switch or value is refused and changes nothing', async (t) => {
  const simulator = await started(t);
  await assert.rejects(control(simulator, 'POST', 'quirks', { order: 'oldest', typo: true }), /unknown quirk typo/);
  await assert.rejects(control(simulator, 'POST', 'quirks', { error_status: 418 }), /error_status does not take 418/);
  assert.equal((await control(simulator, 'GET', 'quirks')).now.order, 'newest');
});

test('DELETE brings back the switches that the simulator started with', async (t) => {
  const simulator = await quirky(t, { order: 'oldest' });
  await control(simulator, 'POST', 'quirks', { order: 'newest', volatile: true });
  await control(simulator, 'DELETE', 'quirks');
  const { now } = await control(simulator, 'GET', 'quirks');
  assert.deepEqual([now.order, now.volatile], ['oldest', false]);
});
