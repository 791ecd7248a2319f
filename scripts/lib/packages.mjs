// npm packages, installed from the lock file when what is there differs from it.

import { existsSync, readFileSync } from 'node:fs';

import { step } from './output.mjs';
import { inRoot } from './paths.mjs';
import { runQuietly } from './run.mjs';

export async function ensurePackages() {
  if (arePackagesCurrent()) return;
  await step('Installing npm packages from the lock file', async () => {
    const { command, args } = npm();
    // No package's install script is needed: workerd and esbuild come as ready packages for each platform.
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
    await runQuietly(command, [...args, 'ci', ...flags], {
      what: 'installing npm packages',
      log: 'npm-ci',
    });
  });
}

function arePackagesCurrent() {
  const installed = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  return isInstalled(readJson(inRoot('package-lock.json')), readJson(installed));
}

// Whether npm's record of what it installed matches the lock file. Optional packages may be absent: most are for
// other platforms.
export function isInstalled(lock, record) {
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  const everythingHere = wanted.every(([path, entry]) => {
    const found = record.packages[path];
    return found ? found.version === entry.version : Boolean(entry.optional);
  });
  return everythingHere && Object.keys(record.packages).every((path) => path in lock.packages);
}

// The npm that started us, where there is one: PATH may hold another.
function npm() {
  const path = process.env.npm_execpath;
  return path?.endsWith('.js') ? { command: process.execPath, args: [path] } : { command: 'npm', args: [] };
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
