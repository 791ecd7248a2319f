import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAtLeast, lockedCrateVersion, parseVersion } from '../../scripts/lib/versions.mjs';

test('a_version_is_read_out_of_what_a_tool_prints', () => {
  assert.deepEqual(parseVersion('rustc 1.95.0 (59807616e 2026-04-14)'), [1, 95, 0]);
  assert.deepEqual(parseVersion('v20.20.2'), [20, 20, 2]);
  assert.deepEqual(parseVersion('rustc 1.97.0-nightly'), [1, 97, 0]);
  assert.deepEqual(parseVersion('20.3'), [20, 3, 0]);
});

test('what_holds_no_version_is_null', () => {
  assert.equal(parseVersion('no toolchain'), null);
  assert.equal(parseVersion(null), null);
});

test('versions_are_compared_as_numbers_part_by_part', () => {
  assert.equal(isAtLeast([1, 91, 0], [1, 91, 0]), true);
  assert.equal(isAtLeast([1, 100, 0], [1, 91, 0]), true);
  assert.equal(isAtLeast([1, 9, 5], [1, 91, 0]), false);
  assert.equal(isAtLeast([20, 2, 9], [20, 3, 0]), false);
  assert.equal(isAtLeast([22, 0, 0], [20, 3, 0]), true);
});

test('a_crate_is_found_by_its_whole_name_in_the_lock_file', () => {
  const lock = `version = 4

[[package]]
name = "wasm-bindgen-futures"
version = "0.4.79"

[[package]]
name = "wasm-bindgen"
version = "0.2.129"
`;
  assert.equal(lockedCrateVersion(lock, 'wasm-bindgen'), '0.2.129');
  assert.equal(lockedCrateVersion(lock, 'worker'), null);
});
