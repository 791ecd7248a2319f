// The main job: a seeded library of 1,000 clips and 600 stills is imported through workerd, D1 and Queues, and every
// asset and every edge is compared with the simulator's truth; then in other orders and by other ways to the same digest.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fromTables, fromTruth } from './comparison.mjs';
import { connect, ended, newOwner, settledDigest, startLibrary, sync } from './library.mjs';

const LIBRARY = { videos: 1000, images: 600 };

test('an imported library equals the truth, and every other road leads to the same digest', async (t) => {
  const { harness, simulator, api } = await startLibrary(t, { simulator: LIBRARY });
  const account = await connect(api);
  const run = await sync(api, account);
  assert.equal(run.state, 'done', JSON.stringify(run));
  assert.equal(run.complete, true);
  addsUp(run.counts);
  const truth = await simulator.truth('demo');
  assert.equal(run.counts.created, truth.assets.length);
  const first = await settledDigest(api);
  const tables = await fromTables(harness);
  const expected = fromTruth(truth);
  assert.deepEqual(tables.assets, expected.assets);
  assert.deepEqual(tables.stubs, expected.stubs);
  assert.deepEqual(tables.edges, expected.edges);

  await t.test('a second import finds nothing new', async () => {
    const again = await sync(api, account, { strategy: 'full' });
    assert.deepEqual(
      [again.counts.created, again.counts.updated, again.counts.unchanged],
      [0, 0, truth.assets.length],
    );
    assert.equal((await settledDigest(api)).digest, first.digest);
  });

  for (const create_lineage of ['inline', 'deferred', 'none']) {
    await t.test(`create_lineage ${create_lineage} ends in the same tables`, async () => {
      const other = await newOwner(harness, create_lineage);
      const theirs = await connect(other.api);
      const run = await sync(other.api, theirs, { create_lineage });
      assert.equal(run.state, 'done', JSON.stringify(run));
      if (create_lineage === 'none') {
        const before = await other.api('GET', '/api/v1/digest');
        assert.ok(before.body.pending_lineage > 0, 'nothing was linked yet');
        const job = await other.api('POST', '/api/v1/lineage/refresh', { provider_id: 'pixverse', scope: 'current_user' });
        assert.equal(job.status, 202);
        const done = await ended(other.api, job.headers.get('location'));
        assert.equal(done.state, 'done', JSON.stringify(done));
        assert.equal(done.failed, 0);
        assert.equal(done.new_edges, truth.edges.length);
      }
      assert.deepEqual(await settledDigest(other.api), first);
    });
  }

  await t.test('another order, other likes and every message twice change nothing', async () => {
    const quirks = { order: 'shuffle:5', volatile: true };
    await fetch(`${simulator.url}/__sim/quirks`, { method: 'POST', body: JSON.stringify(quirks) });
    const other = await newOwner(harness, 'shuffled');
    const theirs = await connect(other.api);
    const path = `/api/v1/providers/pixverse/accounts/${theirs.id}/sync-assets`;
    const { body: started } = await other.api('POST', path, {});
    for (;;) {
      const { body } = await other.api('GET', `/api/v1/runs/${started.id}`);
      if (body.state !== 'active') break;
      const row = await (await harness.d1()).prepare('SELECT step FROM jobs WHERE id = ?1').bind(started.id).first();
      await harness.queue('driftline-sync', [{ job: started.id, step: row.step }, { job: started.id, step: row.step }]);
    }
    const run = (await other.api('GET', `/api/v1/runs/${started.id}`)).body;
    addsUp(run.counts);
    assert.equal(run.counts.created, truth.assets.length);
    assert.deepEqual(await settledDigest(other.api), first);
  });
});

function addsUp(counts) {
  const { seen, created, updated, unchanged, skipped, quarantined } = counts;
  assert.equal(seen, created + updated + unchanged + skipped + quarantined, JSON.stringify(counts));
}
