import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allowedLocalMedia, headersFor, writeHeaders } from '../../scripts/lib/page-headers.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const folder = temporaryFolder();

const policyOf = (text) => /^\/\*\n {2}Content-Security-Policy: (.*)$/m.exec(text)[1];

test('the_deployed_page_loads_nothing_from_elsewhere_but_media', () => {
  const policy = policyOf(headersFor([]));
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; /);
  assert.match(policy, /img-src 'self' https:\/\/media\.pixverse\.ai https:\/\/cdn\.pixverse\.ai https:\/\/\*\.pixverse\.ai;/);
  assert.doesNotMatch(policy, /unsafe|http:|data:|blob:/);
});

test('a_local_run_adds_its_simulator_and_nothing_that_is_not_on_this_machine', () => {
  const policy = policyOf(headersFor(['http://127.0.0.1:8788']));
  assert.match(policy, /img-src [^;]* http:\/\/127\.0\.0\.1:8788;/);
  assert.doesNotMatch(policy, /script-src[^;]*127/);
  for (const origin of ['http://example.com', 'http://127.0.0.1:1/ x', 'https://127.0.0.1:1', 'http://127.0.0.1:1 *']) {
    assert.throws(() => headersFor([origin]), /is no origin on this machine/, origin);
  }
});

test('the_rules_of_a_single_file_take_the_place_of_the_common_ones', () => {
  const docs = headersFor([]).split('\n/docs\n')[1];
  assert.match(docs, /^ {2}! Content-Security-Policy\n {2}Content-Security-Policy: default-src 'none'; style-src 'sha256-/);
});

test('a_build_under_a_running_start_keeps_what_that_start_allows', () => {
  assert.deepEqual(allowedLocalMedia(folder), []);
  writeHeaders(headersFor(['http://127.0.0.1:8788']), folder);
  assert.deepEqual(allowedLocalMedia(folder), ['http://127.0.0.1:8788']);
});
