// `npm run build`: sets up what is missing and builds the Worker into build/.

import { say } from '../lib/output.mjs';
import { setUpAndBuild } from '../lib/setup.mjs';
import { gzippedWasmBytes } from '../lib/worker-build.mjs';

export async function run() {
  await setUpAndBuild();
  say(`build/index_bg.wasm: ${(gzippedWasmBytes() / 1000).toFixed(1)} kB gzipped`);
}
