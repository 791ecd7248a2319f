// `npm run check`: formatting, clippy on the host and on wasm32, and the syntax of the scripts. Nothing is run.

import { say } from '../lib/output.mjs';
import { requireAll } from '../lib/requirements.mjs';
import { runStages, STATIC_STAGES } from '../lib/stages.mjs';
import { ensureLinters, ensureWasmTarget } from '../lib/toolchain.mjs';

export async function run() {
  requireAll();
  await ensureWasmTarget();
  await ensureLinters();
  await runStages(STATIC_STAGES);
  say('npm run check: everything passed');
}
