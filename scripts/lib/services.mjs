// The two servers of a local run: the Worker under wrangler dev, and the Pixverse simulator.

import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { Stop } from './output.mjs';
import { inRoot, logs, root, workerState } from './paths.mjs';
import { answers, until } from './poll.mjs';
import { HOST } from './ports.mjs';
import { launch } from './processes.mjs';
import { errorLine } from './run.mjs';
import { WRANGLER_ENV, wranglerCommand } from './wrangler.mjs';

const READY_WITHIN_MS = 60_000;

// `vars` are handed to the Worker as bindings. Resolves when /health answers.
export async function startWorker(port, vars) {
  const given = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  const [command, args] = wranglerCommand(
    ...['dev', '--local', '--ip', HOST, '--port', String(port), '--inspector-port', '0'],
    // Beside static assets the usual address of the scheduler reaches the files' router, which answers 500.
    ...['--test-scheduled', '--persist-to', workerState, '--show-interactive-dev-session=false', ...given],
  );
  return startServer({ name: 'worker', command, args, env: WRANGLER_ENV, port, health: '/health' });
}

export async function startSimulator(port) {
  const args = [inRoot('tests', 'simulator', 'main.mjs'), '--port', String(port), '--seed', '1'];
  return startServer({ name: 'simulator', command: process.execPath, args, port, health: '/__sim/health' });
}

// The token that opens the simulator's demo account.
export async function demoCredential(simulatorAddress) {
  const response = await fetch(`${simulatorAddress}/__sim/accounts`);
  const accounts = await response.json();
  const token = accounts.find((account) => account.name === 'demo')?.tokens[0];
  if (!token) throw new Stop('the simulator has no token for its demo account');
  return token;
}

// Output goes straight into the log file: a slow reader can never block a server. `ended` resolves when it ends.
async function startServer({ name, command, args, env, port, health }) {
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${name}.log`);
  const output = openSync(log, 'w');
  const child = launch(command, args, { cwd: root, stdio: ['ignore', output, output], env: { ...process.env, ...env } });
  let hasEnded = false;
  child.ended.then(() => (hasEnded = true));
  const address = `http://${HOST}:${port}`;
  const isReady = await until(() => answers(address + health), {
    deadlineMs: READY_WITHIN_MS,
    isOver: () => hasEnded,
  });
  const server = { name, address, ended: child.ended, whyItEnded: () => whyItEnded(name, log) };
  if (!isReady) throw hasEnded ? server.whyItEnded() : new Stop(`the ${name} does not answer (see ${relative(root, log)})`);
  return server;
}

function whyItEnded(name, log) {
  return new Stop(`the ${name} ended: ${errorLine(readFileSync(log, 'utf8'))} (all of it: ${relative(root, log)})`);
}
