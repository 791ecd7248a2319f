import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';

import { Stop } from '../../scripts/lib/output.mjs';
import { requireFreePort } from '../../scripts/lib/ports.mjs';

async function listen(host) {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  return server;
}

for (const host of ['127.0.0.1', '0.0.0.0']) {
  test(`a_port_taken_on_${host}_is_named_with_the_way_out`, async () => {
    const server = await listen(host);
    const { port } = server.address();
    await assert.rejects(requireFreePort(port, '--simulator-port', 'the simulator'), (error) => {
      assert.ok(error instanceof Stop);
      assert.match(error.message, new RegExp(`^port ${port} for the simulator is already in use: choose another`));
      assert.match(error.message, /`npm start -- --simulator-port \d+`/);
      return true;
    });
    server.close();
    await once(server, 'close');
  });
}

test('a_free_port_stays_free', async () => {
  const server = await listen('127.0.0.1');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  await requireFreePort(port, '--port', 'the service');
  await requireFreePort(port, '--port', 'the service');
});
