import assert from 'node:assert/strict';
import { test } from 'node:test';

import { errorLine } from '../../scripts/lib/run.mjs';
import { countCargoTests } from '../../scripts/lib/stages.mjs';

test('the_first_line_that_calls_itself_an_error_is_quoted', () => {
  assert.equal(errorLine('   Compiling a\nerror: failed to download\n\nCaused by:\n  no route\n'), 'error: failed to download');
  assert.equal(errorLine('error[E0308]: mismatched types\nerror: aborting'), 'error[E0308]: mismatched types');
  assert.equal(errorLine('npm warn x\nnpm error code ENOTFOUND\nnpm error network request failed'), 'npm error network request failed');
});

test('colours_are_taken_out', () => {
  assert.equal(errorLine('\u001b[31m✘ \u001b[41;31m[ERROR]\u001b[0m no such table\n'), '✘ [ERROR] no such table');
});

test('without_an_error_the_last_line_is_quoted', () => {
  assert.equal(errorLine('one\ntwo\n\n'), 'two');
  assert.equal(errorLine(''), 'no output');
});

test('the_passed_tests_of_all_binaries_are_added_up', () => {
  const output = 'test result: ok. 12 passed; 0 failed; 0 ignored\n…\ntest result: ok. 3 passed; 0 failed\n';
  assert.equal(countCargoTests(output), 15);
  assert.equal(countCargoTests(''), 0);
});
