// A panic costs one request, not the Worker. The route that panics exists only where ENABLE_PANIC_ROUTE is "1".

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startHarness } from './harness.mjs';

const harnesses = [];

after(() => Promise.all(harnesses.map((harness) => harness.dispose())));

async function start(vars) {
  const harness = await startHarness({ vars });
  harnesses.push(harness);
  return harness;
}

test('the_request_after_a_panic_works', async () => {
  const harness = await start({ ENABLE_PANIC_ROUTE: '1' });
  const panicked = await harness.fetch('/__panic');
  assert.equal(panicked.status, 500);
  await panicked.text();
  const next = await harness.fetch('/health');
  assert.equal(next.status, 200);
  assert.equal((await next.json()).status, 'ok');
});

test('production_has_no_panic_route', async () => {
  const harness = await start({});
  assert.equal((await harness.fetch('/__panic')).status, 404);
});
