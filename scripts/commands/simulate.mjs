// `npm run simulate -- [--seeds N] [--from S]`: the deterministic simulation with other seeds than `cargo test` runs. A seed
// that breaks a law prints its whole story; the same seed tells the same story again.

import { runVisibly } from '../lib/run.mjs';
import { requireLinker, requireRust } from '../lib/requirements.mjs';
import { parseSimulateOptions, SIMULATE_USAGE } from '../lib/simulate-arguments.mjs';
import { say } from '../lib/output.mjs';

export async function run(args) {
  const { help, seeds, from } = parseSimulateOptions(args);
  if (help) {
    say(SIMULATE_USAGE);
    return 0;
  }
  requireRust();
  requireLinker();
  const env = { DRIFTLINE_SEEDS: seeds, DRIFTLINE_FROM: from };
  const test = ['--test', 'simulation', 'every_seed', '--', '--nocapture'];
  const { code } = await runVisibly('cargo', ['test', '--quiet', '--locked', ...test], { env });
  return code;
}
