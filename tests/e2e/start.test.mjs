// `npm start` as a person sees it: it ends by saying where it is, says the same at the second start, and Ctrl-C leaves
// nothing behind. It runs on ports and in a state folder of its own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { until } from '../../scripts/lib/poll.mjs';
import { runningProcesses } from './running-processes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'driftline-start-'));
const running = new Set();

after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

function launch(args) {
  const child = spawn(process.execPath, ['scripts/driftline.mjs', 'start', ...args], {
    cwd: root,
    env: { ...process.env, DRIFTLINE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const started = { child, printed: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (started.printed += chunk));
  started.exit = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code;
  });
  return started;
}

async function startAndWait(args) {
  const started = launch(args);
  const isOver = () => !running.has(started.child);
  const ready = await until(() => started.printed.includes('Ctrl-C ends everything'), { deadlineMs: 240_000, isOver });
  assert.ok(ready, started.printed);
  return started;
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

// The process and everything below it.
function descendants(pid) {
  const table = runningProcesses();
  const found = new Set([String(pid)]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [child, parent] of table) if (found.has(parent)) found.add(child);
  }
  return [...found].filter((id) => table.has(id));
}

const tokenIn = (printed) => /^ {2}token +(\S+)$/m.exec(printed)?.[1];

test('a_start_says_where_it_is_a_second_says_the_same_and_ctrl_c_leaves_nothing', async () => {
  const [port, simulatorPort] = await freePorts(2);
  const args = ['--port', String(port), '--simulator-port', String(simulatorPort)];
  const tokens = [];
  for (const round of ['first', 'second']) {
    const started = await startAndWait(args);
    assert.ok(started.printed.includes(`address  http://127.0.0.1:${port}\n`), started.printed);
    assert.equal(started.printed.match(/^ {2}# /gm).length, 3, 'three commands to try');
    tokens.push(tokenIn(started.printed));
    const health = await fetch(`http://127.0.0.1:${port}/health`);
    assert.equal(health.status, 200);
    await health.arrayBuffer();

    const ticked = await fetch(`http://127.0.0.1:${port}/__scheduled`);
    assert.deepEqual([ticked.status, await ticked.text()], [200, 'Ran scheduled event']);
    assert.doesNotMatch(started.printed, /scheduler tick failed/);

    const family = descendants(started.child.pid);
    assert.ok(family.length >= 4, `the ${round} start runs workerd, wrangler and the simulator`);
    started.child.kill('SIGINT');
    assert.equal(await started.exit, 0, started.printed);
    assert.deepEqual(family.filter((pid) => runningProcesses().has(pid)), []);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/health`));
    await assert.rejects(fetch(`http://127.0.0.1:${simulatorPort}/__sim/health`));
  }
  assert.ok(tokens[0]);
  assert.equal(tokens[1], tokens[0]);
});

test('a_taken_port_is_one_line', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address();
  const started = launch(['--port', String(port)]);
  assert.equal(await started.exit, 1);
  assert.match(started.printed, new RegExp(`^driftline: port ${port} for the service is already in use: .*--port \\d+.*\\n$`));
  await once(taken.close(), 'close');
});
