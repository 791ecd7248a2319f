import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hasPlaceholderDatabase } from '../../scripts/lib/deployment.mjs';

test('an_id_of_zeros_is_the_placeholder', () => {
  assert.equal(hasPlaceholderDatabase('database_id = "00000000-0000-0000-0000-000000000000"\n'), true);
});

test('a_real_id_is_no_placeholder', () => {
  assert.equal(hasPlaceholderDatabase('database_id = "5c5e3a1e-0000-4000-8000-000000000001"\n'), false);
});

test('a_missing_or_commented_id_counts_as_placeholder', () => {
  assert.equal(hasPlaceholderDatabase('# database_id = "5c5e3a1e-0000-4000-8000-000000000001"\n'), true);
});
