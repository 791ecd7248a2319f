// The Rust side of the tool chain: the Wasm target, and the pinned build tools in .tools/.
// Their versions come from Cargo.lock: a wasm-bindgen that differs from the crate's refuses to work.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { progress, step, Stop } from './output.mjs';
import { inRoot, root, toolsBin } from './paths.mjs';
import { runQuietly } from './run.mjs';
import { lockedCrateVersion } from './versions.mjs';

const WASM_TARGET = 'wasm32-unknown-unknown';

// `crate` is what cargo installs, `pinnedBy` the package in Cargo.lock whose version it must equal.
const TOOLS = [
  { binary: 'worker-build', crate: 'worker-build', pinnedBy: 'worker' },
  { binary: 'wasm-bindgen', crate: 'wasm-bindgen-cli', pinnedBy: 'wasm-bindgen' },
];

export async function ensureWasmTarget() {
  if (rustup(['target', 'list', '--installed']).includes(WASM_TARGET)) return;
  await step(`Adding Rust's ${WASM_TARGET} target`, () =>
    runQuietly('rustup', ['target', 'add', WASM_TARGET], {
      what: `downloading the ${WASM_TARGET} target`,
      log: 'rustup-target',
    }),
  );
}

export async function ensureLinters() {
  const installed = rustup(['component', 'list', '--installed']);
  const missing = ['clippy', 'rustfmt'].filter((name) => !installed.some((line) => line.startsWith(name)));
  if (missing.length === 0) return;
  await step(`Adding ${missing.join(' and ')}`, () =>
    runQuietly('rustup', ['component', 'add', ...missing], {
      what: `downloading ${missing.join(' and ')}`,
      log: 'rustup-component',
    }),
  );
}

export async function ensureBuildTools() {
  for (const { tool, version } of pinnedTools()) {
    if (installedVersion(tool.binary) === version) continue;
    await step(`Building ${tool.crate} ${version} into .tools/ (once, a few minutes)`, () => install(tool, version));
  }
}

// Each build tool with the version that Cargo.lock asks for.
export function pinnedTools(cargoLock = readFileSync(inRoot('Cargo.lock'), 'utf8')) {
  return TOOLS.map((tool) => {
    const version = lockedCrateVersion(cargoLock, tool.pinnedBy);
    if (!version) throw new Stop(`Cargo.lock names no ${tool.pinnedBy}: restore it with \`git checkout Cargo.lock\``);
    return { tool, version };
  });
}

// cargo's own progress bar, read from its output: [units done, units in all].
export function parseCargoProgress(chunk) {
  const matches = [...chunk.matchAll(/Building \[[^\]]*\] (\d+)\/(\d+)/g)];
  const last = matches.at(-1);
  return last ? [Number(last[1]), Number(last[2])] : null;
}

// Environment that makes cargo print the progress bar although nobody sees its terminal.
export const CARGO_PROGRESS = { CARGO_TERM_PROGRESS_WHEN: 'always', CARGO_TERM_PROGRESS_WIDTH: '80' };

export function cargoReporter(label) {
  const report = progress(label, 'crates');
  return (chunk) => {
    const counted = parseCargoProgress(chunk);
    if (counted) report(...counted);
  };
}

// Without optimisation: the tools only orchestrate, and it halves the time. The tool's own lock file comes first;
// where it names a version that cargo cannot get, cargo may choose.
async function install(tool, version) {
  const args = ['install', tool.crate, '--version', version, '--root', '.tools', '--debug', '--force'];
  const options = {
    what: `installing ${tool.crate} ${version}`,
    log: `install-${tool.crate}`,
    env: CARGO_PROGRESS,
    onOutput: cargoReporter(tool.crate),
  };
  try {
    await runQuietly('cargo', [...args, '--locked'], options);
  } catch {
    await runQuietly('cargo', args, options);
  }
}

function installedVersion(binary) {
  const { status, stdout } = spawnSync(join(toolsBin, binary), ['--version'], { encoding: 'utf8' });
  return status === 0 ? /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] : null;
}

function rustup(args) {
  const { status, stdout } = spawnSync('rustup', args, { encoding: 'utf8', cwd: root });
  return status === 0 ? stdout.split('\n').map((line) => line.trim()) : [];
}
