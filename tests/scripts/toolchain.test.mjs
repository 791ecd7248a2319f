import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Stop } from '../../scripts/lib/output.mjs';
import { parseCargoProgress, pinnedTools } from '../../scripts/lib/toolchain.mjs';

test('the_build_tools_have_the_versions_of_the_crates_they_belong_to', () => {
  const lock = `
[[package]]
name = "wasm-bindgen"
version = "0.2.129"

[[package]]
name = "worker"
version = "0.8.7"
`;
  const tools = pinnedTools(lock).map(({ tool, version }) => `${tool.crate} ${version}`);
  assert.deepEqual(tools, ['worker-build 0.8.7', 'wasm-bindgen-cli 0.2.129']);
});

test('a_lock_file_without_them_stops_the_set_up', () => {
  assert.throws(() => pinnedTools('version = 4\n'), Stop);
});

test('the_last_progress_that_cargo_printed_counts', () => {
  const chunk = '    Building [==>    ] 12/234: serde\r    Building [===>   ] 13/234: syn, url\r';
  assert.deepEqual(parseCargoProgress(chunk), [13, 234]);
  assert.equal(parseCargoProgress('   Compiling serde v1.0.0 (1/2)\n'), null);
});
