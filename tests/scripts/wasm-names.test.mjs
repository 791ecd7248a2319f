import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withoutNames } from '../../scripts/lib/wasm-names.mjs';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
// One function type without parameters and results.
const TYPES = [1, 4, 1, 0x60, 0, 0];

function custom(name, size) {
  const content = [name.length, ...Buffer.from(name), ...Array(size).fill(7)];
  return [0, 0x80 | (content.length & 0x7f), content.length >> 7, ...content];
}

test('names_and_producers_go_and_everything_else_stays', () => {
  const features = custom('target_features', 300);
  const wasm = Buffer.from([...HEADER, ...TYPES, ...custom('name', 1000), ...features, ...custom('producers', 5)]);
  assert.deepEqual(withoutNames(wasm), Buffer.from([...HEADER, ...TYPES, ...features]));
});

test('a_module_without_names_stays_as_it_is', () => {
  const wasm = Buffer.from([...HEADER, ...TYPES]);
  assert.deepEqual(withoutNames(wasm), wasm);
  assert.equal(WebAssembly.validate(withoutNames(wasm)), true);
});
