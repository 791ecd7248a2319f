import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withoutNames } from '../../scripts/lib/wasm-names.mjs';

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const custom = (name, content) => [0, 1 + name.length + content.length, name.length, ...Buffer.from(name), ...content];

test('names_go_and_everything_else_stays', () => {
  const types = [1, 4, 1, 0x60, 0, 0];
  const producers = custom('producers', [0]);
  const module = Buffer.from([...header, ...types, ...custom('name', [0, 2, 1, 0x61]), ...producers]);
  const stripped = withoutNames(module);
  assert.deepEqual([...stripped], [...header, ...types, ...producers]);
  assert.ok(WebAssembly.validate(stripped));
});

test('a_module_without_names_stays_as_it_is', () => {
  const module = Buffer.from([...header, ...custom('producers', new Array(100).fill(0))]);
  assert.deepEqual(withoutNames(module), module);
});

test('a_long_section_has_a_number_of_two_bytes', () => {
  const names = [0, 0x85 + 0, 0x02, 4, ...Buffer.from('name'), ...new Array(256).fill(0)];
  assert.deepEqual([...withoutNames(Buffer.from([...header, ...names]))], header);
});
