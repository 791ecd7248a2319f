// The options of `npm run simulate`. Seeds stay text: a seed may have more digits than a number here holds.

import { parseArgs } from 'node:util';

import { Stop } from './output.mjs';

export const SIMULATE_USAGE = `npm run simulate -- [--seeds N] [--from S]

  --seeds N   how many seeds to run (10000)
  --from S    the first of them (2000: those before it are in the test suite)`;

export function parseSimulateOptions(args) {
  const { values } = parse(args);
  return {
    help: Boolean(values.help),
    seeds: parseWhole('--seeds', values.seeds ?? '10000'),
    from: parseWhole('--from', values.from ?? '2000'),
  };
}

function parse(args) {
  const options = { help: { type: 'boolean', short: 'h' }, seeds: { type: 'string' }, from: { type: 'string' } };
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new Stop(`${error.message.split('. ')[0]} (npm run simulate -- --help lists the options)`);
  }
}

function parseWhole(option, text) {
  if (/^\d{1,18}$/.test(text)) return text;
  throw new Stop(`${option} ${text} is not a whole number`);
}
