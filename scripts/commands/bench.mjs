// `npm run bench`: how long an import takes over the floor of the same import, in pairs, one after the other, so that
// whatever else the machine does meets both. It measures, and judges only what it is asked to (`--most 2`).

import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { launchSimulator } from '../../tests/bench/simulator.mjs';
import { measureFloor, recordImport } from '../../tests/bench/floor.mjs';
import { measureImport } from '../../tests/bench/import.mjs';
import { renderReport, summarise } from '../../tests/bench/report.mjs';
import { say, Stop } from '../lib/output.mjs';
import { setUpAndBuild } from '../lib/setup.mjs';

const USAGE = `npm run bench -- [--videos N] [--images N] [--lineage auto|deferred|inline|none] [--repetitions N] [--most RATIO] [--json]

  --videos N        clips in the simulated library (6000)
  --images N        stills, one in ten of them uploaded (4000)
  --lineage HOW     when sources are written, as create_lineage says (auto)
  --repetitions N   pairs of an import and its floor (3)
  --most RATIO      fail above this median of import over floor
  --json            print the numbers as JSON alone`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  videos: { type: 'string', default: '6000' },
  images: { type: 'string', default: '4000' },
  lineage: { type: 'string', default: 'auto' },
  repetitions: { type: 'string', default: '3' },
  most: { type: 'string' },
  json: { type: 'boolean', default: false },
};

export async function run(args) {
  const options = parse(args);
  if (options.help) return say(USAGE);
  if (!options.json) await setUpAndBuild();
  const simulator = await launchSimulator(options);
  const pairs = [];
  let recorded = null;
  for (let pair = 1; pair <= options.repetitions; pair += 1) {
    const keep = recorded ? null : (harness, run) => recordImport(harness, simulator.url, run);
    const measured = await measureImport(simulator.url, { create_lineage: options.lineage }, keep);
    recorded ??= measured.kept;
    const floor = await measureFloor(recorded);
    pairs.push({ import: measured.first, again: measured.again, floor, load: loadavg()[0] });
    if (!options.json) say(renderReport.pair(pair, pairs.at(-1)));
  }
  const summary = summarise(pairs);
  say(options.json ? JSON.stringify({ options, pairs, summary }) : renderReport.summary(summary, pairs.at(-1)));
  if (options.most !== null && summary.ratio.median > options.most) {
    throw new Stop(`an import took ${summary.ratio.median.toFixed(2)} times its floor, at most ${options.most} was asked for`);
  }
}

function parse(args) {
  const values = parsed(args);
  const number = (name) => {
    if (!/^\d{1,6}$/.test(values[name])) throw new Stop(`--${name} ${values[name]} is no whole number`);
    return Number(values[name]);
  };
  const { help, lineage, json } = values;
  const most = values.most === undefined ? null : Number(values.most);
  if (Number.isNaN(most)) throw new Stop(`--most ${values.most} is no number`);
  return { help, lineage, json, most, videos: number('videos'), images: number('images'), repetitions: number('repetitions') };
}

function parsed(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new Stop(`${error.message.split('. ')[0]} (npm run bench -- --help lists the options)`);
  }
}
