import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { digest, readStamp, writeStamp } from '../../scripts/lib/stamp.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const folder = temporaryFolder();
const source = join(folder, 'src');
const file = join(source, 'deep', 'lib.rs');
mkdirSync(join(source, 'deep'), { recursive: true });

function digestOf(content, words = ['rustc 1.95.0']) {
  writeFileSync(file, content);
  return digest(folder, [source, join(folder, 'Cargo.toml')], words);
}

test('equal_inputs_have_equal_digests', () => {
  assert.equal(digestOf('one'), digestOf('one'));
});

test('a_changed_file_changes_the_digest', () => {
  assert.notEqual(digestOf('one'), digestOf('two'));
});

test('a_file_that_does_not_count_changes_nothing', () => {
  const counting = () => digest(folder, [source], [], (path) => path !== file);
  writeFileSync(file, 'one');
  const before = counting();
  writeFileSync(file, 'two');
  assert.equal(counting(), before);
});

test('a_changed_word_changes_the_digest', () => {
  assert.notEqual(digestOf('one'), digestOf('one', ['rustc 1.96.0']));
});

test('a_new_file_changes_the_digest_and_removing_it_restores_it', () => {
  const before = digestOf('one');
  const added = join(source, 'added.rs');
  writeFileSync(added, '');
  assert.notEqual(digestOf('one'), before);
  rmSync(added);
  assert.equal(digestOf('one'), before);
});

test('an_empty_file_differs_from_a_missing_one', () => {
  const before = digestOf('one');
  writeFileSync(join(folder, 'Cargo.toml'), '');
  assert.notEqual(digestOf('one'), before);
  rmSync(join(folder, 'Cargo.toml'));
});

test('a_stamp_is_read_back_as_written', () => {
  const path = join(folder, 'state', 'build.json');
  writeStamp(path, { inputs: 'a' });
  assert.deepEqual(readStamp(path), { inputs: 'a' });
});

test('a_missing_or_broken_stamp_is_none', () => {
  const path = join(folder, 'broken.json');
  assert.equal(readStamp(path), null);
  writeFileSync(path, '{');
  assert.equal(readStamp(path), null);
});
