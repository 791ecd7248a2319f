// The Worker answers in workerd, and has every binding that wrangler.toml declares.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startHarness } from './harness.mjs';

let harness;

before(async () => {
  harness = await startHarness();
});

after(() => harness?.dispose());

test('health_answers', async () => {
  const response = await harness.fetch('/health');
  assert.equal(response.status, 200);
  assert.equal((await response.json()).status, 'ok');
});

test('an_unknown_path_is_a_404', async () => {
  const response = await harness.fetch('/no-such-path');
  assert.equal(response.status, 404);
});

test('the_database_answers', async () => {
  const database = await harness.d1();
  const { results } = await database.prepare('SELECT 1 AS one').all();
  assert.deepEqual(results, [{ one: 1 }]);
});

for (const queue of ['driftline-sync', 'driftline-lineage', 'driftline-dead-letters']) {
  test(`a_hint_at_an_unknown_job_is_acked_by_${queue}`, async () => {
    const result = await harness.queue(queue, [{ job: 'job_unknown', step: 0 }]);
    assert.equal(result.outcome, 'ok');
    assert.deepEqual(result.retryMessages, []);
  });
}

test('the_tick_runs_to_its_end', async () => {
  assert.equal((await harness.tick()).outcome, 'ok');
});
