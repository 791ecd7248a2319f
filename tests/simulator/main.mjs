// The simulator on the command line: `node tests/simulator/main.mjs --port 8788 --seed 1 --videos 240 --images 160`.
// Every option of createSimulator that is a word or a number can be given; quirks as JSON in --quirks.
// Its clock goes on by itself, so that jobs end while somebody watches; `--clock still` holds it.

import { createSimulator } from './server.mjs';

const NUMBERS = ['port', 'videos', 'images', 'audio', 'uploaded-images', 'uploaded-videos', 'uploaded-audio', 'same-time'];
const WORDS = ['host', 'seed', 'ids', 'clock'];

function parseArguments(args) {
  const options = { port: 8788, clock: 'real' };
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i].replace(/^--/, ''), args[i + 1]];
    const member = name.replaceAll('-', '_');
    if (value === undefined) throw new RangeError(`--${name} needs a value`);
    if (NUMBERS.includes(name) && /^\d+$/.test(value)) options[member] = Number(value);
    else if (WORDS.includes(name)) options[member] = value;
    else if (name === 'quirks') options.quirks = JSON.parse(value);
    else throw new RangeError(`--${name} ${value} is not understood`);
  }
  return options;
}

try {
  const simulator = await createSimulator(parseArguments(process.argv.slice(2)));
  const counts = [...simulator.state.accounts.values()].map((a) => `${a.name} (${a.libraries.get(0).index.size} assets)`).join(', ');
  process.stdout.write(`simulator: ${simulator.url} · accounts: ${counts} · token: demo-token · key: demo-api-key · control: ${simulator.url}/__sim/health\n`);
  const stop = () => simulator.close().then(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  process.stderr.write(`simulator: ${error.message}\n`);
  process.exit(1);
}
