// Rust sources to build/index.js and build/index_bg.wasm; skipped when neither the inputs nor the result changed.

import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

import { say, step } from './output.mjs';
import { inRoot, root, toolsBin } from './paths.mjs';
import { runQuietly } from './run.mjs';
import { digest, readStamp, writeStamp } from './stamp.mjs';
import { CARGO_PROGRESS, cargoReporter, pinnedTools } from './toolchain.mjs';

const WASM = inRoot('build', 'index_bg.wasm');
const OUTPUTS = [inRoot('build', 'index.js'), WASM];
const STAMP = inRoot('.driftline', 'build.json');

export async function buildWorker(rustVersion) {
  const stamp = readStamp(STAMP);
  if (stamp && stamp.inputs === inputs(rustVersion) && stamp.outputs === outputs()) {
    say('- The Worker is built already, nothing changed');
    return;
  }
  await step('Building the Worker (Rust to Wasm; about three minutes from nothing)', () =>
    runQuietly(join(toolsBin, 'worker-build'), ['--release'], {
      what: 'building the Worker',
      log: 'worker-build',
      env: { ...CARGO_PROGRESS, ...toolPaths() },
      onOutput: cargoReporter('the Worker'),
      showTail: true,
    }),
  );
  keepNames();
  await shrink();
  writeStamp(STAMP, { inputs: inputs(rustVersion), outputs: outputs() });
}

// The module with its names stays beside the stamp, to explain a stack trace.
function keepNames() {
  mkdirSync(inRoot('.driftline'), { recursive: true });
  copyFileSync(WASM, inRoot('.driftline', 'index_bg.names.wasm'));
}

// Every new isolate downloads the module: function names and debug sections do nothing for it there.
function shrink() {
  const features = ['bulk-memory', 'reference-types', 'sign-ext', 'mutable-globals', 'nontrapping-float-to-int',
    'multivalue', 'exception-handling'].map((name) => `--enable-${name}`);
  return step('Optimising the Wasm', () =>
    runQuietly(toolPaths().WASM_OPT_BIN, ['-O3', '--strip-debug', '--strip-producers', ...features, WASM, '-o', WASM], {
      what: 'optimising the Wasm',
      log: 'wasm-opt',
    }),
  );
}

// What every new isolate downloads.
export function gzippedWasmBytes() {
  return gzipSync(readFileSync(WASM), { level: 9 }).length;
}

// Without these three worker-build would download binaries of its own choice.
function toolPaths() {
  return {
    WASM_BINDGEN_BIN: join(toolsBin, 'wasm-bindgen'),
    WASM_OPT_BIN: inRoot('node_modules', 'binaryen', 'bin', 'wasm-opt'),
    ESBUILD_BIN: inRoot('node_modules', 'esbuild', 'bin', 'esbuild'),
  };
}

function inputs(rustVersion) {
  const sources = ['src', 'Cargo.toml', 'Cargo.lock', 'build.rs', '.cargo/config.toml', 'rust-toolchain.toml'];
  const recipe = ['scripts/lib/worker-build.mjs'];
  const files = [...sources, ...recipe];
  const packages = ['binaryen', 'esbuild'].map((name) => inRoot('node_modules', name, 'package.json'));
  const tools = pinnedTools().map(({ tool, version }) => `${tool.crate} ${version}`);
  const settings = [rustVersion, process.env.RUSTFLAGS ?? '', ...tools];
  return digest(root, [...files.map((file) => inRoot(file)), ...packages, ...includedFiles()], settings);
}

function outputs() {
  return digest(root, OUTPUTS);
}

// Files from outside src/ that the sources include: cargo lists them beside the library it made.
function includedFiles() {
  const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
  const list = join(target, 'wasm32-unknown-unknown', 'release', 'driftline.d');
  if (!existsSync(list)) return [];
  return parseDependencyFile(readFileSync(list, 'utf8'));
}

// The paths on the right of "library: path path …"; a space inside a path is escaped.
export function parseDependencyFile(text) {
  return text
    .split('\n')
    .flatMap((line) => line.split(': ').slice(1).join(': ').split(/(?<!\\) /))
    .filter(Boolean)
    .map((path) => path.replaceAll('\\ ', ' '));
}
