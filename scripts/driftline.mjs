// The one entry of every npm script: `node scripts/driftline.mjs <command> …`. It checks Node before it loads anything
// that an old Node could not even read.

import { main, say } from './lib/output.mjs';
import { endAll, exitCodeOf, onStopSignal } from './lib/processes.mjs';
import { requireNode } from './lib/requirements.mjs';

const COMMANDS = ['bench', 'build', 'check', 'deploy', 'inspect', 'probe', 'simulate', 'start', 'test'];

let exitCode = null;

onStopSignal(async (signal) => {
  if (process.argv[2] === 'start') say('\nStopping…');
  await endAll();
  process.exit(exitCode ?? exitCodeOf(signal));
});

await main(async () => {
  requireNode();
  const [name, ...args] = process.argv.slice(2);
  if (!COMMANDS.includes(name)) {
    say(`usage: node scripts/driftline.mjs ${COMMANDS.join(' | ')}`);
    return 2;
  }
  const command = await import(`./commands/${name}.mjs`);
  return command.run(args, { stopIsSuccess: () => (exitCode = 0) });
});
