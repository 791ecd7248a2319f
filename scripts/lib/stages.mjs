// The stages of `npm test` and `npm run check`: what each runs, and what counts as failing.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ensureChromium } from './browser.mjs';
import { say, Stop } from './output.mjs';
import { firstScriptBytes } from './page-build.mjs';
import { inRoot } from './paths.mjs';
import { runVisibly } from './run.mjs';
import { setUpAndBuild } from './setup.mjs';
import { gzippedWasmBytes } from './worker-build.mjs';

// The Worker is downloaded by every new isolate, and its start-up has one second in all. The main job was to fit 450 kB;
// generation, drift and runs that survive brought as much product again, and building for speed a third more. The platform takes 3 MB.
const WASM_LIMIT_BYTES = 1_250_000;

// What somebody waits for at the first visit; the graph is loaded when it is looked at.
const SCRIPT_LIMIT_BYTES = 250_000;

const DENY_WARNINGS = ['--', '-D', 'warnings'];
const WASM_LIB = ['--target', 'wasm32-unknown-unknown', '--lib'];

export const STATIC_STAGES = [
  command('formatting', 'cargo', ['fmt', '--check']),
  { name: 'syntax of the scripts', run: checkSyntax },
  command('clippy on the host', 'cargo', ['clippy', '--locked', '--all-targets', ...DENY_WARNINGS]),
  command('clippy on wasm32', 'cargo', ['clippy', '--locked', ...WASM_LIB, ...DENY_WARNINGS]),
];

// Snapshots are compared, never written: a change of one is reviewed where it was made on purpose.
export function nativeTests() {
  const env = { INSTA_UPDATE: 'no' };
  const run = async () => {
    const { code, output } = await runVisibly('cargo', ['test', '--locked'], { env, capture: true });
    return { passed: code === 0, tests: countCargoTests(output) };
  };
  return { name: 'native tests', run };
}

export function buildStage() {
  const run = async () => {
    await setUpAndBuild();
    return { passed: true };
  };
  return { name: 'build of the Worker and its page', run };
}

export function sizeGate() {
  const isSmall = (what, size, limit) => {
    say(`${what}: ${(size / 1000).toFixed(1)} kB gzipped, at most ${limit / 1000} kB allowed`);
    return size <= limit;
  };
  const run = async () => ({
    passed: [
      isSmall('build/index_bg.wasm', gzippedWasmBytes(), WASM_LIMIT_BYTES),
      isSmall('first script of the page', firstScriptBytes(), SCRIPT_LIMIT_BYTES),
    ].every(Boolean),
  });
  return { name: 'sizes', run };
}

// All *.test.mjs of one folder, one file after the other: two cores do not carry two workerd well.
export function nodeTests(name, folder) {
  const run = async () => {
    const files = filesIn(inRoot(folder), '.test.mjs');
    if (files.length === 0) return { passed: true, tests: 0 };
    const runner = inRoot('scripts', 'lib', 'node-test-runner.mjs');
    const { code, output } = await runVisibly(process.execPath, [runner, ...files], { capture: true });
    return { passed: code === 0, tests: Number(/^executed (\d+)$/m.exec(output)?.[1] ?? 0) };
  };
  return { name, run };
}

// The page as a person uses it. The browser comes with the stage: whoever fails earlier does not wait for it.
export function pageTests() {
  const { name, run } = nodeTests('tests of the page in Chromium', 'tests/page');
  return { name, run: () => ensureChromium().then(run) };
}

// Runs the stages in order; throws at the first that fails, or that should have run tests and ran none.
export async function runStages(stages) {
  const counts = [];
  for (const { name, run } of stages) {
    say(`\n== ${name}`);
    const start = performance.now();
    const { passed, tests } = await run();
    if (!passed) throw new Stop(`stage failed: ${name}`);
    if (tests === 0) throw new Stop(`stage failed: ${name} (no test was run)`);
    counts.push({ name, tests, seconds: Math.round((performance.now() - start) / 1000) });
  }
  say();
  return counts;
}

// The tests that passed, over all test binaries.
export function countCargoTests(output) {
  return [...output.matchAll(/^test result: .*? (\d+) passed/gm)].reduce((sum, match) => sum + Number(match[1]), 0);
}

function command(name, program, args) {
  const run = async () => {
    const { code, error } = await runVisibly(program, args);
    if (error) say(`cannot run ${program}: ${error.code}`);
    return { passed: code === 0 };
  };
  return { name, run };
}

async function checkSyntax() {
  const files = ['scripts', 'tests'].flatMap((folder) => filesIn(inRoot(folder), '.mjs'));
  for (const file of files) {
    const { code } = await runVisibly(process.execPath, ['--check', file]);
    if (code !== 0) return { passed: false };
  }
  return { passed: true };
}

function filesIn(folder, ending) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}
