// `npm run inspect -- FILE`: what the core reads out of one provider payload. A short way to the cargo example, which
// does all the work.

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

import { inspectArguments } from '../lib/inspect-arguments.mjs';
import { inRoot, root } from '../lib/paths.mjs';
import { requireLinker, requireRust } from '../lib/requirements.mjs';

export async function run(args) {
  requireRust();
  requireLinker();
  // npm runs scripts in the project's root; a path is meant from where the person stands.
  const cwd = resolve(process.env.INIT_CWD ?? root);
  const cargo = ['run', '--quiet', '--locked', '--manifest-path', inRoot('Cargo.toml'), '--example', 'inspect', '--'];
  const { status } = spawnSync('cargo', [...cargo, ...inspectArguments(args)], { cwd, stdio: 'inherit' });
  return status ?? 1;
}
