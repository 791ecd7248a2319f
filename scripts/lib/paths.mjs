// Where everything stands. Nothing else in scripts/ spells out a path inside the repository.

import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const inRoot = (...parts) => join(root, ...parts);

export const toolsBin = inRoot('.tools', 'bin');
export const wrangler = inRoot('node_modules', 'wrangler', 'bin', 'wrangler.js');
export const devVars = inRoot('.dev.vars');
// What the Worker serves as files: the folder that wrangler.toml names.
export const pageFolder = inRoot('web', 'dist');

// Tests point these two somewhere else, so that they never touch what a developer has imported.
export const localState = resolve(root, process.env.DRIFTLINE_HOME ?? '.driftline');
export const workerState = process.env.DRIFTLINE_HOME
  ? join(localState, 'worker')
  : inRoot('.wrangler', 'state');

export const logs = join(localState, 'logs');
export const ownersFile = join(localState, 'dev.json');
