// Where the redacted payloads of a probe go: beside what this machine keeps for itself, never into fixtures/, where a
// person puts what he has read through.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { Stop } from '../output.mjs';
import { localState } from '../paths.mjs';

export const resultsFolder = join(localState, 'probe');

// Stops where the credential stands in what would be printed or written: an answer may repeat it in a place of a word.
export function requireSilence(texts, credential) {
  if (texts.some((text) => text.includes(credential))) throw new Stop('an answer repeated the credential: nothing more is printed or written');
}

// Answers how many were written. The core has taken out everything personal; that the credential is not among what is
// left is looked at here, where it is known.
export function writeFixtures(fixtures, credential, folder = resultsFolder) {
  requireSilence(fixtures.flatMap(({ name, text }) => [name, text]), credential);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of fixtures) writeFileSync(join(folder, basename(name)), text);
  return fixtures.length;
}
