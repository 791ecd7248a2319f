// A Chromium for the tests of the page: one that is here, else Debian's package where it may be installed, else Playwright's
// own where that can be reached.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { step, Stop } from './output.mjs';
import { inRoot } from './paths.mjs';
import { runQuietly } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

// The path of a Chromium that starts, or null. DRIFTLINE_CHROMIUM names one outright.
export async function findChromium() {
  const named = process.env.DRIFTLINE_CHROMIUM;
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const candidates = named ? [named] : [...onPath, ...PLACES, await playwrightsOwn()];
  return candidates.find((path) => path && isExecutable(path) && starts(path)) ?? null;
}

export async function ensureChromium() {
  if (await findChromium()) return;
  const problems = [];
  for (const install of [installDebians, installPlaywrights]) {
    try {
      await install();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      problems.push(error.message);
    }
    if (await findChromium()) return;
  }
  throw new Stop(`no Chromium is here and none could be installed: install one, or name it in DRIFTLINE_CHROMIUM (${problems.join('; ')})`);
}

async function installDebians() {
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) throw new Stop('Debian\'s package needs apt-get and root');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await step('Installing Chromium from Debian', async () => {
    await runQuietly('apt-get', ['update', '-q'], { what: 'apt-get update', log: 'apt-update', env });
    await runQuietly('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], {
      what: 'installing Debian\'s chromium',
      log: 'apt-chromium',
      env,
    });
  });
}

async function installPlaywrights() {
  const cli = inRoot('node_modules', 'playwright-core', 'cli.js');
  await step('Downloading Playwright\'s Chromium', () =>
    runQuietly(process.execPath, [cli, 'install', 'chromium'], { what: 'downloading Playwright\'s Chromium', log: 'playwright' }),
  );
}

async function playwrightsOwn() {
  const { chromium } = await import('playwright-core');
  return chromium.executablePath();
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// A wrapper that only points at a package that is not there does not count.
function starts(path) {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
