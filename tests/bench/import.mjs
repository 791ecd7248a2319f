// One import through the built Worker, its queues and its database, with what it took: wall time from the request to the
// last step, and what all steps cost by D1's own counts. A second, incremental run over the unchanged library follows.

import { client, connect, newOwner } from '../e2e/library.mjs';
import { startHarness } from '../e2e/harness.mjs';
import { cpuOfWorkerd } from './processor-time.mjs';

const NOTHING = { statements: 0, rows_read: 0, rows_written: 0, round_trips: 0, calls: 0, messages: 0 };
const SETTLED_EVERY_MS = 100;

// Imports the simulator's library into a fresh database. `keep` gets the harness when the first
// run is over: (harness, run) => any.
export async function measureImport(simulator, request, keep) {
  const meter = new Meter();
  const harness = await startHarness({ vars: { PIXVERSE_SIMULATOR_BASE: simulator }, onLine: (line) => meter.add(line) });
  try {
    const { api } = await newOwner(harness, 'bench');
    const account = await connect(api);
    const first = await measureRun(harness, api, account, request, meter);
    const kept = await keep?.(harness, first.run);
    const again = await measureRun(harness, api, account, {}, meter);
    return { first, again, kept };
  } finally {
    await harness.dispose();
  }
}

async function measureRun(harness, api, account, request, meter) {
  const cpu_before = cpuOfWorkerd();
  const started = meter.start();
  const { status, body } = await api('POST', `/api/v1/providers/pixverse/accounts/${account.id}/sync-assets`, request);
  if (status !== 202) throw new Error(`no run: ${status} ${JSON.stringify(body)}`);
  const database = await harness.d1();
  const active = database.prepare(`SELECT count(*) AS jobs FROM jobs WHERE state = 'active'`);
  while ((await active.first()).jobs > 0) await new Promise((resolve) => setTimeout(resolve, SETTLED_EVERY_MS));
  const { body: run } = await api('GET', `/api/v1/runs/${body.id}`);
  if (run.state !== 'done') throw new Error(`the run did not end well: ${JSON.stringify(run)}`);
  const taken = await meter.stop(started);
  return { run: body.id, counts: run.counts, cpu_ms: cpuOfWorkerd() - cpu_before, ...taken };
}

// Adds up what the Worker logs of its messages. The last line's arrival is the end of the work.
class Meter {
  #cost = { ...NOTHING };
  #byQueue = {};
  #last = 0;

  start() {
    this.#cost = { ...NOTHING };
    this.#byQueue = {};
    return performance.now();
  }

  add(line) {
    if (line?.event !== 'message') return;
    this.#last = performance.now();
    this.#cost.messages += 1;
    for (const [name, count] of Object.entries(line.cost)) this.#cost[name] += count;
    const queue = (this.#byQueue[line.queue] ??= { messages: 0, ms: 0 });
    queue.messages += 1;
    queue.ms += line.ms;
  }

  // A line comes a little after its commit.
  async stop(started) {
    for (let before = -1; before !== this.#last; await new Promise((resolve) => setTimeout(resolve, SETTLED_EVERY_MS))) before = this.#last;
    return { wall_ms: this.#last - started, cost: this.#cost, by_queue: this.#byQueue };
  }
}
