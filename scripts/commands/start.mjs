// `npm start`: from a bare machine to a running service with a connected demo account.

import { relative } from 'node:path';

import { parseStartOptions, USAGE } from '../lib/arguments.mjs';
import { migrateLocally } from '../lib/migrations.mjs';
import { say, step } from '../lib/output.mjs';
import { ensureDemoAccount, ensureOwner } from '../lib/owners.mjs';
import { headersFor, writeHeaders } from '../lib/page-headers.mjs';
import { devVars, logs, root } from '../lib/paths.mjs';
import { requireFreePort } from '../lib/ports.mjs';
import { startTicking } from '../lib/scheduler.mjs';
import { ensureSecrets } from '../lib/secrets.mjs';
import { demoCredential, startSimulator, startWorker } from '../lib/services.mjs';
import { setUpAndBuild } from '../lib/setup.mjs';
import { renderWelcome } from '../lib/welcome.mjs';

// Ends only when a server ends by itself; Ctrl-C is the usual way out, and then a success.
export async function run(args, { stopIsSuccess }) {
  const options = parseStartOptions(args);
  if (options.help) return say(USAGE);
  await requireFreePort(options.port, '--port', 'the service');
  if (options.demo) await requireFreePort(options.simulatorPort, '--simulator-port', 'the simulator');

  await setUpAndBuild();
  await migrateLocally();
  const { ADMIN_TOKEN } = ensureSecrets(devVars);
  const servers = await step('Starting the service', () => startServers(options));
  const owners = await prepareOwners(servers, ADMIN_TOKEN);
  startTicking(servers.worker.address);

  say(renderWelcome({ address: servers.worker.address, logs: relative(root, logs), ...owners }));
  stopIsSuccess();
  throw await firstToEnd(Object.values(servers));
}

// The simulator comes first: the Worker and the page are told where it is, and only local runs ever tell them.
async function startServers({ demo, port, simulatorPort }) {
  if (!demo) {
    writeHeaders(headersFor([]));
    return { worker: await startWorker(port, {}) };
  }
  const simulator = await startSimulator(simulatorPort);
  writeHeaders(headersFor([simulator.address]));
  const worker = await startWorker(port, { PIXVERSE_SIMULATOR_BASE: simulator.address });
  return { worker, simulator };
}

async function prepareOwners({ worker, simulator }, adminToken) {
  const me = await ensureOwner(worker.address, adminToken, { name: 'me', sandbox: false });
  if (!simulator) return { me };
  const owner = await ensureOwner(worker.address, adminToken, { name: 'demo', sandbox: true });
  const account = await ensureDemoAccount(worker.address, owner.token, await demoCredential(simulator.address));
  return { me, demo: { owner, account, simulator: simulator.address } };
}

function firstToEnd(servers) {
  return Promise.race(servers.map((server) => server.ended.then(() => server.whyItEnded())));
}
