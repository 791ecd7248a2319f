// What must be there before anything else: Node, a rustup-managed Rust, a linker. One clear line each.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { Stop } from './output.mjs';
import { formatVersion, isAtLeast, parseVersion } from './versions.mjs';

export const MINIMUM_NODE = [20, 19, 0];
export const MINIMUM_RUST = [1, 91, 0];

export function requireNode(version = process.versions.node) {
  if (isAtLeast(parseVersion(version), MINIMUM_NODE)) return;
  throw new Stop(`Node ${version} is too old: ${formatVersion(MINIMUM_NODE)} or newer is needed (https://nodejs.org)`);
}

// Returns what `rustc --version` prints: the build's result depends on it.
export function requireRust() {
  if (!printedBy('rustup', ['--version'])) throw new Stop(missingRustup());
  const printed = printedBy('rustc', ['--version']);
  const version = parseVersion(printed);
  if (!version) throw new Stop('rustup is here but has no working Rust: run `rustup default stable`');
  if (!isAtLeast(version, MINIMUM_RUST)) {
    const needed = formatVersion(MINIMUM_RUST);
    throw new Stop(`Rust ${formatVersion(version)} is too old: ${needed} or newer is needed; run \`rustup update stable\``);
  }
  if (!printedBy('cargo', ['--version'])) throw new Stop('cargo is missing: run `rustup component add cargo`');
  return printed;
}

export function requireLinker() {
  if (process.platform === 'win32' || printedBy('cc', ['--version'])) return;
  throw new Stop('no C compiler (cc) is here, and Rust links with it: install gcc or clang (Debian, Ubuntu: build-essential; macOS: xcode-select --install)');
}

// All of them, in the order in which a person would mend them.
export function requireAll() {
  requireNode();
  const rust = requireRust();
  requireLinker();
  return rust;
}

function missingRustup() {
  const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin');
  if (existsSync(join(cargoBin, 'rustup'))) {
    return `Rust is installed in ${cargoBin} but not on PATH: open a new terminal, or add that folder to PATH`;
  }
  return 'Rust is missing: install it with rustup (https://rustup.rs), open a new terminal, and try again';
}

// Standard output of a command that succeeds, else null.
function printedBy(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout.trim() : null;
}
