import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ensureSecrets, parseVars } from '../../scripts/lib/secrets.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const folder = temporaryFolder();

test('the_first_start_makes_both_secrets', () => {
  const path = join(folder, 'first');
  const { CREDENTIAL_KEY, ADMIN_TOKEN } = ensureSecrets(path);
  assert.equal(Buffer.from(CREDENTIAL_KEY, 'base64').length, 32);
  assert.ok(ADMIN_TOKEN.length >= 40);
});

test('the_file_is_readable_by_its_owner_alone', { skip: process.platform === 'win32' }, () => {
  const path = join(folder, 'mode');
  ensureSecrets(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a_second_start_changes_nothing', () => {
  const path = join(folder, 'second');
  ensureSecrets(path);
  const before = readFileSync(path, 'utf8');
  ensureSecrets(path);
  assert.equal(readFileSync(path, 'utf8'), before);
});

test('what_a_person_wrote_is_kept_and_only_the_missing_is_added', () => {
  const path = join(folder, 'own');
  writeFileSync(path, '# mine\nADMIN_TOKEN=chosen\nOTHER="x"');
  const vars = ensureSecrets(path);
  assert.equal(vars.ADMIN_TOKEN, 'chosen');
  assert.ok(vars.CREDENTIAL_KEY);
  assert.ok(readFileSync(path, 'utf8').startsWith('# mine\nADMIN_TOKEN=chosen\nOTHER="x"\n'));
});

test('two_machines_have_different_secrets', () => {
  assert.notDeepEqual(ensureSecrets(join(folder, 'a')), ensureSecrets(join(folder, 'b')));
});

test('values_are_read_with_and_without_quotes', () => {
  const text = 'A="1 # 2"\n B = \'3\'\nC=4 # four\n# D=5\nE=\nA=6\n';
  assert.deepEqual(parseVars(text), { A: '6', B: '3', C: '4', E: '' });
});

test('a_key_copied_from_the_example_but_left_empty_is_filled', () => {
  const path = join(folder, 'example');
  writeFileSync(path, 'CREDENTIAL_KEY=""\n');
  assert.equal(Buffer.from(ensureSecrets(path).CREDENTIAL_KEY, 'base64').length, 32);
});
