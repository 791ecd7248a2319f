import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isInstalled } from '../../scripts/lib/packages.mjs';

const lock = {
  packages: {
    '': { name: 'driftline' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b-for-another-platform': { version: '2.0.0', optional: true },
  },
};

const record = (packages) => ({ packages });

test('equal_versions_are_installed', () => {
  assert.equal(isInstalled(lock, record({ 'node_modules/a': { version: '1.0.0' } })), true);
});

test('another_version_is_not_installed', () => {
  assert.equal(isInstalled(lock, record({ 'node_modules/a': { version: '1.0.1' } })), false);
});

test('a_missing_package_is_not_installed', () => {
  assert.equal(isInstalled(lock, record({})), false);
});

test('a_package_that_the_lock_file_no_longer_has_is_noticed', () => {
  const packages = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/gone': { version: '1.0.0' } };
  assert.equal(isInstalled(lock, record(packages)), false);
});
