// `npm run probe -- --account WHO`: what a live account's payloads have that the fixtures lack. It only reads, and it
// calls the provider itself: a credential that a Driftline service holds never comes back out of it, not even for this.
// What is asked, compared and redacted is decided by the core (`examples/probe.rs`).

import { relative } from 'node:path';

import { say } from '../lib/output.mjs';
import { root } from '../lib/paths.mjs';
import { readCredential } from '../lib/probe/credential.mjs';
import { buildProbe, conversation } from '../lib/probe/conversation.mjs';
import { parseProbeOptions, USAGE } from '../lib/probe/options.mjs';
import { requireSilence, resultsFolder, writeFixtures } from '../lib/probe/results.mjs';
import { requireLinker, requireRust } from '../lib/requirements.mjs';

export async function run(args) {
  const options = parseProbeOptions(args);
  if (options.help) {
    say(USAGE);
    return 0;
  }
  requireRust();
  requireLinker();
  const credential = await readCredential(options.account);
  const ask = buildProbe();
  const { lines, fixtures } = await conversation(ask, options, credential);
  requireSilence(lines, credential.value);
  for (const line of lines) say(line);
  const written = writeFixtures(fixtures, credential.value);
  say(`${written} redacted payloads in ${relative(root, resultsFolder)}: read one through before you make it a fixture`);
  return 0;
}
