// `npm test`: sets up what is missing and runs everything, the quickest first; stops at the first stage that fails.
// Packages and build tools come with the stage that needs them, so that a small mistake shows early.

import { say } from '../lib/output.mjs';
import { requireAll } from '../lib/requirements.mjs';
import { buildStage, nativeTests, nodeTests, pageTests, runStages, sizeGate, STATIC_STAGES } from '../lib/stages.mjs';
import { ensureLinters, ensureWasmTarget } from '../lib/toolchain.mjs';

export async function run() {
  requireAll();
  await ensureWasmTarget();
  await ensureLinters();
  const counts = await runStages([
    ...STATIC_STAGES,
    nodeTests('tests of the scripts', 'tests/scripts'),
    nativeTests(),
    buildStage(),
    sizeGate(),
    nodeTests('tests of the simulator', 'tests/simulator'),
    nodeTests('end-to-end tests in workerd', 'tests/e2e'),
    pageTests(),
  ]);
  for (const { name, tests, seconds } of counts) {
    say(`  ${name}: ${tests === undefined ? 'passed' : `${tests} tests passed`} (${seconds} s)`);
  }
  say('npm test: everything passed');
}
