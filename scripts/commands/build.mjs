// `npm run build`: sets up what is missing, builds the Worker into build/ and its page into web/dist.

import { say } from '../lib/output.mjs';
import { firstScriptBytes } from '../lib/page-build.mjs';
import { setUpAndBuild } from '../lib/setup.mjs';
import { gzippedWasmBytes } from '../lib/worker-build.mjs';

export async function run() {
  await setUpAndBuild();
  say(`build/index_bg.wasm: ${(gzippedWasmBytes() / 1000).toFixed(1)} kB gzipped`);
  say(`web/dist: ${(firstScriptBytes() / 1000).toFixed(1)} kB of script gzipped before anything is loaded on demand`);
}
