// The options of `npm start`.

import { parseArgs } from 'node:util';

import { Stop } from './output.mjs';

export const USAGE = `npm start -- [--no-demo] [--port N] [--simulator-port N]

  --no-demo            start the service alone: no simulator, no demo account
  --port N             port of the service (8787)
  --simulator-port N   port of the Pixverse simulator (8788)`;

export function parseStartOptions(args) {
  const { values } = parse(args);
  const options = {
    help: Boolean(values.help),
    demo: !values['no-demo'],
    port: parsePort('--port', values.port ?? '8787'),
    simulatorPort: parsePort('--simulator-port', values['simulator-port'] ?? '8788'),
  };
  if (options.demo && options.port === options.simulatorPort) {
    throw new Stop(`--port and --simulator-port are both ${options.port}: they must differ`);
  }
  return options;
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h' },
        'no-demo': { type: 'boolean' },
        port: { type: 'string' },
        'simulator-port': { type: 'string' },
      },
    });
  } catch (error) {
    throw new Stop(`${error.message.split('. ')[0]} (npm start -- --help lists the options)`);
  }
}

function parsePort(option, text) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65535) return port;
  throw new Stop(`${option} ${text} is not a port: it must be a number from 1 to 65535`);
}
