import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseDependencyFile } from '../../scripts/lib/worker-build.mjs';

test('the_files_behind_a_library_are_read_from_cargos_list', () => {
  const text = '/p/target/driftline.wasm: /p/src/lib.rs /p/with\\ space/page.html\n';
  assert.deepEqual(parseDependencyFile(text), ['/p/src/lib.rs', '/p/with space/page.html']);
});

test('an_empty_list_names_no_file', () => {
  assert.deepEqual(parseDependencyFile('\n'), []);
});
