// Everything between a bare machine and a built Worker, in order. Each part is skipped when it is there already.

import { ensurePackages } from './packages.mjs';
import { requireAll } from './requirements.mjs';
import { ensureBuildTools, ensureWasmTarget } from './toolchain.mjs';
import { buildWorker } from './worker-build.mjs';

export async function setUpAndBuild() {
  const rust = requireAll();
  await ensurePackages();
  await ensureWasmTarget();
  await ensureBuildTools();
  await buildWorker(rust);
}
