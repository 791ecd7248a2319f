// Brings the D1 database to the newest migration: the local one before each start, the remote one at deployment.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { step } from './output.mjs';
import { inRoot, localState, root, workerState } from './paths.mjs';
import { runQuietly, runVisibly } from './run.mjs';
import { digest, readStamp, writeStamp } from './stamp.mjs';
import { WRANGLER_ENV, wranglerCommand } from './wrangler.mjs';

const FOLDER = inRoot('migrations');
const STAMP = join(localState, 'migrations.json');

// Asking wrangler costs seconds, so it is asked only when a migration is new or the local state is gone.
export async function migrateLocally() {
  const current = digest(root, [FOLDER], [workerState]);
  if (!hasMigrations() || (readStamp(STAMP)?.applied === current && hasLocalDatabase())) return;
  const [command, args] = wranglerCommand('d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', workerState);
  await step('Applying the local database migrations', () =>
    runQuietly(command, args, { what: 'applying the local migrations', log: 'migrations', env: WRANGLER_ENV }),
  );
  writeStamp(STAMP, { applied: current });
}

// Returns the exit code.
export async function migrateRemotely() {
  if (!hasMigrations()) return 0;
  const [command, args] = wranglerCommand('d1', 'migrations', 'apply', 'DB', '--remote');
  const { code } = await runVisibly(command, args, { env: WRANGLER_ENV });
  return code;
}

function hasMigrations() {
  return existsSync(FOLDER) && readdirSync(FOLDER).some((name) => name.endsWith('.sql'));
}

function hasLocalDatabase() {
  const folder = join(workerState, 'v3', 'd1', 'miniflare-D1DatabaseObject');
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.sqlite'));
}
