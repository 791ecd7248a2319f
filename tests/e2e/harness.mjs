// The built Worker in a real workerd, with the bindings of wrangler.toml, for the tests of this folder.
// Every harness has a database of its own, in memory, with all migrations applied. It holds no assertion.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions as optionsFromWrangler } from 'wrangler';

import { splitStatements } from './sql-statements.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

const LOG_DEADLINE_MS = 10_000;

export const ADMIN_TOKEN = 'admin-token-of-the-tests';
// Thirty-two bytes, as base64.
export const CREDENTIAL_KEY = Buffer.alloc(32, 7).toString('base64');

// A file that does not exist: with none at all, wrangler would hand the tests whatever a developer has in .dev.vars.
const NO_LOCAL_SECRETS = ['.dev.vars.of-the-tests'];

// `vars` are added to the Worker's bindings. `outbound` answers the Worker's own fetches: (Request) => Response.
// `persistTo` is a folder for D1, for tests that restart the Worker. `byHand` leaves every message to the test: no queue
// delivers by itself, and what the Worker logs can be awaited with `logged`. `page` is a folder to serve in place of web/dist.
// `script` is a module that takes the built Worker's place, with the same bindings. `onLine` gets every line that is logged.
export async function startHarness({ vars = {}, outbound, persistTo, byHand = false, page, script, onLine } = {}) {
  const { workerOptions } = optionsFromWrangler(join(root, 'wrangler.toml'), undefined, { envFiles: NO_LOCAL_SECRETS });
  const journal = new Journal();
  const miniflare = new Miniflare({
    ...workerOptions,
    log: new Log(LogLevel.ERROR),
    host: '127.0.0.1',
    port: 0,
    cf: false,
    ...(script ? { modules: [{ type: 'ESModule', path: script }] } : builtModules()),
    bindings: { ...workerOptions.bindings, ADMIN_TOKEN, CREDENTIAL_KEY, ...(byHand && { STEPS_AT_ONCE: '1' }), ...vars },
    ...(outbound && { outboundService: outbound }),
    ...(persistTo && { d1Persist: persistTo }),
    ...(page && { assets: { ...workerOptions.assets, directory: page } }),
    ...(byHand && { queueConsumers: {}, handleStructuredLogs: ({ message }) => journal.add(message) }),
    ...(onLine && { handleStructuredLogs: ({ message }) => void onLine(parsed(message)) }),
  });
  const url = await miniflare.ready;
  await migrate(await miniflare.getD1Database('DB'));
  return new Harness(miniflare, url.origin, journal);
}

class Harness {
  #miniflare;
  #journal;

  constructor(miniflare, url, journal) {
    this.#miniflare = miniflare;
    this.#journal = journal;
    this.url = url;
  }

  // The log line of a message's delivery, which may come a little later than its end. Only with `byHand`.
  logged(job, step) {
    return this.#journal.take(`${job} ${step}`);
  }

  // A request over the network, as a client makes it; `path` starts with a slash.
  fetch(path, init) {
    return fetch(this.url + path, init);
  }

  // The Worker's own D1 database.
  d1() {
    return this.#miniflare.getD1Database('DB');
  }

  // One minute tick, awaited to its end.
  async tick() {
    const worker = await this.#miniflare.getWorker();
    return worker.scheduled({ cron: '* * * * *' });
  }

  // One batch of one queue, delivered at once. Bodies in, what became of each message out.
  async queue(name, bodies) {
    const worker = await this.#miniflare.getWorker();
    const timestamp = new Date();
    const messages = bodies.map((body, index) => ({ id: `message-${index}`, timestamp, attempts: 1, body }));
    return worker.queue(name, messages);
  }

  dispose() {
    return this.#miniflare.dispose();
  }
}

// The Worker's log lines about messages, each for whoever asks for its job and step, in either order.
class Journal {
  #lines = new Map();
  #waiting = new Map();

  add(message) {
    const line = parsed(message);
    if (line?.event !== 'message') return;
    const name = `${line.job} ${line.step}`;
    const waiter = this.#waiting.get(name)?.shift();
    if (waiter) waiter(line);
    else this.#lines.set(name, [...(this.#lines.get(name) ?? []), line]);
  }

  take(name) {
    const line = this.#lines.get(name)?.shift();
    if (line) return Promise.resolve(line);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the Worker logged nothing about ${name}`)), LOG_DEADLINE_MS);
      const waiter = (found) => {
        clearTimeout(late);
        resolve(found);
      };
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), waiter]);
    });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function builtModules() {
  return {
    modulesRoot: join(root, 'build'),
    modules: [
      { type: 'ESModule', path: join(root, 'build', 'index.js') },
      { type: 'CompiledWasm', path: join(root, 'build', 'index_bg.wasm') },
    ],
  };
}

// A database of an earlier harness has had them.
async function migrate(database) {
  const isThere = await database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'owners'`).first();
  if (isThere) return;
  const folder = join(root, 'migrations');
  for (const name of migrationNames(folder)) {
    const statements = splitStatements(readFileSync(join(folder, name), 'utf8'));
    await database.batch(statements.map((statement) => database.prepare(statement)));
  }
}

function migrationNames(folder) {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.sql')).sort();
  } catch {
    return [];
  }
}
