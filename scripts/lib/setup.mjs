// Everything between a bare machine and a built Worker with its page, in order. Each part is skipped when it is there already.

import { ensurePackages } from './packages.mjs';
import { buildPage } from './page-build.mjs';
import { requireAll } from './requirements.mjs';
import { ensureBuildTools, ensureWasmTarget } from './toolchain.mjs';
import { buildWorker } from './worker-build.mjs';

export async function setUpAndBuild() {
  const rust = requireAll();
  await ensurePackages();
  await ensureWasmTarget();
  await ensureBuildTools();
  await buildWorker(rust);
  await buildPage();
}
