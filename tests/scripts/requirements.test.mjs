// A machine without Rust, or with an old one, gets one clear line from every command. The machine is faked by a PATH
// that holds small scripts in place of the tools.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Stop } from '../../scripts/lib/output.mjs';
import { requireNode } from '../../scripts/lib/requirements.mjs';

const entry = fileURLToPath(new URL('../../scripts/driftline.mjs', import.meta.url));
const folders = [];

after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

// Runs `npm run build`'s command on a machine that has only these tools, each printing one line.
function buildWithTools(tools, { installedOutsidePath = false } = {}) {
  const machine = mkdtempSync(join(tmpdir(), 'driftline-machine-'));
  folders.push(machine);
  const bin = join(machine, 'bin');
  mkdirSync(bin);
  symlinkSync('/bin/sh', join(bin, 'sh'));
  for (const [name, script] of Object.entries(tools)) writeTool(bin, name, script);
  if (installedOutsidePath) {
    mkdirSync(join(machine, '.cargo', 'bin'), { recursive: true });
    writeTool(join(machine, '.cargo', 'bin'), 'rustup', 'echo rustup 1.29.0');
  }
  const env = { PATH: bin, HOME: machine };
  return spawnSync(process.execPath, [entry, 'build'], { env, encoding: 'utf8' });
}

function writeTool(bin, name, script) {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

function assertOneLine({ status, stdout, stderr }, expected) {
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, expected);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
}

test('an_old_node_is_named_with_the_version_that_is_needed', () => {
  assert.throws(() => requireNode('18.19.1'), (error) => {
    return error instanceof Stop && error.message.startsWith('Node 18.19.1 is too old: 20.19.0 or newer is needed');
  });
  requireNode('20.19.0');
});

test('a_missing_rust_is_one_line', () => {
  assertOneLine(buildWithTools({}), /^driftline: Rust is missing: install it with rustup/);
});

test('a_rust_that_is_not_on_the_path_is_told_apart_from_a_missing_one', () => {
  const result = buildWithTools({}, { installedOutsidePath: true });
  assertOneLine(result, /^driftline: Rust is installed in .*\.cargo\/bin but not on PATH/);
});

test('an_old_rust_is_one_line_with_both_versions', () => {
  const result = buildWithTools({ rustup: 'echo rustup 1.29.0', rustc: 'echo "rustc 1.80.1 (3f5fd8dd4 2024-08-06)"' });
  assertOneLine(result, /^driftline: Rust 1\.80\.1 is too old: 1\.91\.0 or newer is needed; run `rustup update stable`/);
});

test('a_rustup_without_a_toolchain_is_one_line', () => {
  const result = buildWithTools({ rustup: 'echo rustup 1.29.0', rustc: 'exit 1' });
  assertOneLine(result, /^driftline: rustup is here but has no working Rust: run `rustup default stable`/);
});

test('a_missing_linker_is_one_line', () => {
  const result = buildWithTools({
    rustup: 'echo rustup 1.29.0',
    rustc: 'echo rustc 1.95.0',
    cargo: 'echo cargo 1.95.0',
  });
  assertOneLine(result, /^driftline: no C compiler \(cc\) is here/);
});
