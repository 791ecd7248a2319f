import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseStartOptions } from '../../scripts/lib/arguments.mjs';
import { inspectArguments } from '../../scripts/lib/inspect-arguments.mjs';
import { parseSimulateOptions } from '../../scripts/lib/simulate-arguments.mjs';

test('without_options_the_demo_starts_on_the_documented_ports', () => {
  assert.deepEqual(parseStartOptions([]), { help: false, demo: true, port: 8787, simulatorPort: 8788 });
});

test('every_option_is_read', () => {
  const options = parseStartOptions(['--no-demo', '--port', '9001', '--simulator-port=9002']);
  assert.deepEqual(options, { help: false, demo: false, port: 9001, simulatorPort: 9002 });
});

for (const port of ['0', '65536', 'x', '-1', '80.5']) {
  test(`the_port_${port}_is_refused`, () => {
    assert.throws(() => parseStartOptions([`--port=${port}`]), /is not a port/);
  });
}

test('equal_ports_are_refused', () => {
  assert.throws(() => parseStartOptions(['--port', '8788']), /both 8788/);
});

test('an_unknown_option_is_named', () => {
  assert.throws(() => parseStartOptions(['--prot', '1']), /--prot/);
});

test('a_file_alone_is_inspected_as_its_name_says', () => {
  assert.deepEqual(inspectArguments(['fixtures/pixverse/image-upload.json']), [
    '--provider',
    'pixverse',
    '--media-type',
    'image',
    'fixtures/pixverse/image-upload.json',
  ]);
});

test('given_arguments_and_batches_are_left_alone', () => {
  const given = ['--provider', 'other', '--media-type', 'audio', '-'];
  assert.deepEqual(inspectArguments(given), given);
  assert.deepEqual(inspectArguments(['--batch', 'rows.jsonl']), ['--batch', 'rows.jsonl']);
});

test('a_simulation_begins_behind_the_seeds_of_the_test_suite', () => {
  assert.deepEqual(parseSimulateOptions([]), { help: false, seeds: '10000', from: '2000' });
  assert.deepEqual(parseSimulateOptions(['--seeds', '1', '--from=7']), { help: false, seeds: '1', from: '7' });
});

test('a_seed_that_is_no_whole_number_is_refused', () => {
  assert.throws(() => parseSimulateOptions(['--from', '-1']), /--from|ambiguous/);
  assert.throws(() => parseSimulateOptions(['--seeds', '1.5']), /--seeds 1.5 is not a whole number/);
});
