// `npm run probe` against the simulator: what it asks, what it says, what it writes, and what it never gives away.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { requireRead } from '../../scripts/lib/probe/calls.mjs';
import { readCredential } from '../../scripts/lib/probe/credential.mjs';
import { parseProbeOptions } from '../../scripts/lib/probe/options.mjs';
import { writeFixtures } from '../../scripts/lib/probe/results.mjs';
import { control, list, rowId, started } from './client.mjs';

const ENTRY = fileURLToPath(new URL('../../scripts/driftline.mjs', import.meta.url));

// Runs the probe as a person does; answers what it printed, how it ended, and the files that it wrote.
async function probe(t, simulator, args, env = { PIXVERSE_TOKEN: 'demo-token' }) {
  const home = mkdtempSync(join(tmpdir(), 'driftline-probe-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const { PIXVERSE_TOKEN: _token, PIXVERSE_ACCESS_KEY: _key, ...rest } = process.env;
  const child = spawn(process.execPath, [ENTRY, 'probe', '--simulator', simulator.url, ...args], {
    env: { ...rest, ...env, DRIFTLINE_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const written = Object.fromEntries(files.map((file) => [file.name, readFileSync(join(file.parentPath, file.name), 'utf8')]));
  return { code, output, written };
}

// The line of a difference, with the heading under which it stands.
function under(output, heading, line) {
  const lines = output.split('\n');
  const at = lines.findIndex((text) => text.startsWith(heading));
  const next = lines.findIndex((text, i) => i > at && !text.startsWith('  '));
  return at >= 0 && lines.slice(at + 1, next).some((text) => text.startsWith(`  ${line}`));
}

test('what_is_new_and_what_has_another_type_is_told_and_no_credential_or_text_is', async (t) => {
  const simulator = await started(t, { videos: 40, images: 20 });
  const [first] = (await list(simulator, 'video', 1, 0, 1)).json.Resp.data;
  const newest = { id: rowId(first) };
  await control(simulator, 'PATCH', 'rows', {
    media_type: 'video', id: newest.id, status: 23,
    set: { brand_new: { owner: 'Ann Smith lives in Bern', key: 'demo-token' }, prompt: ['a', 'list'], video_status: 23 },
  });
  await control(simulator, 'DELETE', 'log');
  const { code, output, written } = await probe(t, simulator, ['--account', 'demo']);
  assert.equal(code, 0, output);

  const rows = await control(simulator, 'GET', `rows?media_type=video&id=${newest.id}`);
  const mode = rows.create_mode ?? rows.customer_paths?.create_mode ?? 'no mode';
  for (const road of ['listed', 'detail']) {
    const heading = `video, ${mode}, ${road}: `;
    assert.ok(under(output, heading, 'new       $.brand_new.owner  string (text of 23 characters)'), output);
    assert.ok(under(output, heading, 'changed   $.prompt  array'), output);
    assert.ok(under(output, heading, 'new word  status  23, not understood'), output);
  }
  const names = Object.keys(written);
  assert.ok(names.includes(`video-${mode.replaceAll(/[^a-z0-9]/gi, '-')}-detail.json`), names.join());
  assert.ok(names.some((name) => name.startsWith('audio-tts-')) && names.includes('image-uploaded-listed.json'), names.join());
  const all = [output, ...Object.values(written)].join('\n');
  for (const left of ['demo-token', 'Ann Smith', String(newest.id)]) assert.ok(!all.includes(left), left);
  const ids = simulator.truth().assets.map((asset) => String(asset.id)).filter((id) => all.includes(id));
  assert.deepEqual(ids, []);

  const asked = new Set((await control(simulator, 'GET', 'log')).map((entry) => entry.path));
  assert.deepEqual([...asked].sort(), ['asset/library/list', 'audio/detail', 'getUserInfo', 'image/detail', 'video/list/detail']);
});

test('a_library_like_the_fixtures_has_no_changed_type_and_every_word_but_one_mode_is_understood', async (t) => {
  const simulator = await started(t, { videos: 60, images: 40 });
  const { code, output, written } = await probe(t, simulator, ['--account', 'demo'], { PIXVERSE_ACCESS_KEY: 'demo-access-key' });
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /^ {2}changed/m);
  const words = [...output.matchAll(/^ {2}new word {2}(.*), not understood$/gm)].map(([, word]) => word);
  assert.deepEqual([...new Set(words)], ['create_mode  avatar']);
  assert.doesNotMatch(output, /not written|not asked|failed/);
  assert.ok(Object.keys(written).length > 20, Object.keys(written).join());
});

test('a_credential_of_another_account_ends_it_before_anything_is_listed', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'DELETE', 'log');
  const { code, output, written } = await probe(t, simulator, ['--account', 'somebody']);
  assert.equal(code, 1);
  assert.match(output, /another account/);
  assert.deepEqual((await control(simulator, 'GET', 'log')).map((entry) => entry.path), ['getUserInfo']);
  assert.deepEqual(written, {});
});

test('a_refusal_that_repeats_the_credential_is_told_in_our_own_words', async (t) => {
  const simulator = await started(t);
  await control(simulator, 'POST', 'faults', { path: 'getUserInfo', kind: 'err_code', code: 10005, message: 'demo-token ended' });
  const { code, output } = await probe(t, simulator, ['--account', 'demo']);
  assert.equal(code, 1);
  assert.match(output, /a login elsewhere ended this credential/);
  assert.doesNotMatch(output, /demo-token/);
});

test('a_page_that_does_not_come_is_told_and_the_rest_is_looked_at', async (t) => {
  const simulator = await started(t, { videos: 10, images: 10 });
  await control(simulator, 'POST', 'faults', { path: 'asset/library/list', kind: 'unavailable', match: { tab: 'video' }, times: 2 });
  const { code, output, written } = await probe(t, simulator, ['--account', 'demo']);
  assert.equal(code, 0, output);
  assert.match(output, /page of video\/created: failed/);
  assert.ok(Object.keys(written).some((name) => name.startsWith('image-')), output);
  assert.ok(!Object.keys(written).some((name) => name.startsWith('video-')));
});

for (const [what, call] of [
  ['a_call_that_writes', { method: 'POST', url: 'https://app-api.pixverse.ai/creative_platform/asset/library/delete' }],
  ['a_read_by_another_verb', { method: 'GET', url: 'https://app-api.pixverse.ai/creative_platform/asset/library/list' }],
  ['a_longer_path', { method: 'POST', url: 'https://app-api.pixverse.ai/creative_platform/asset/library/list/../delete' }],
  ['another_host', { method: 'GET', url: 'https://app-api.pixverse.ai.example/creative_platform/getUserInfo' }],
]) {
  test(`${what}_is_not_sent`, () => assert.throws(() => requireRead(call), /the probe/));
}

test('a_simulator_is_the_only_host_where_one_is_named', () => {
  const url = 'https://app-api.pixverse.ai/creative_platform/getUserInfo';
  assert.doesNotThrow(() => requireRead({ method: 'GET', url }));
  assert.throws(() => requireRead({ method: 'GET', url }, 'http://127.0.0.1:8788'), /does not call/);
});

test('a_credential_is_no_argument_and_is_not_repeated', () => {
  for (const args of [['--token', 'very-secret'], ['--account', 'a', 'very-secret'], ['--very-secret']]) {
    assert.throws(() => parseProbeOptions(args), (error) => /a credential is never one/.test(error.message) && !/very-secret/.test(error.message));
  }
  assert.throws(() => parseProbeOptions([]), /--account is missing/);
});

test('without_a_terminal_and_a_variable_there_is_no_credential', async () => {
  await assert.rejects(readCredential('ann', { env: {}, input: { isTTY: false } }), /PIXVERSE_TOKEN/);
  const bad = readCredential('ann', { env: { PIXVERSE_TOKEN: 'two words' }, input: {} });
  await assert.rejects(bad, (error) => /no credential has/.test(error.message) && !/two words/.test(error.message));
});

test('a_typed_credential_is_not_shown', async () => {
  const keys = [];
  const input = {
    isTTY: true, raw: [], setRawMode(on) { this.raw.push(on); }, setEncoding() { return this; }, resume() {}, pause() {}, off() {},
    on(_, take) { keys.push(take); return this; },
  };
  let shown = '';
  const credential = readCredential('ann', { env: {}, input, output: { write: (text) => (shown += text) } });
  for (const text of ['to', 'kex', '\u007f', 'n-1\r']) keys[0](text);
  assert.deepEqual(await credential, { kind: 'token', value: 'token-1' });
  assert.deepEqual(input.raw, [true, false]);
  assert.doesNotMatch(shown, /toke/);
});

test('nothing_is_written_where_the_credential_would_be', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'driftline-probe-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'kept.json'), '{}');
  assert.throws(() => writeFixtures([{ name: 'a.json', text: 'x' }, { name: 'b.json', text: 'a secret-one' }], 'secret-one', folder), /repeated the credential/);
  assert.deepEqual(readdirSync(folder), ['kept.json']);
});
