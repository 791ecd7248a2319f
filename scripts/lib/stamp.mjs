// A digest over files and words, kept beside what was made of them: equal digest, nothing to make again.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

// `paths` are files or folders; a missing one counts as missing. `words` are versions and settings; files that `counts`
// refuses are passed over.
export function digest(base, paths, words = [], counts = () => true) {
  const hash = createHash('sha256');
  for (const word of words) hash.update(`word ${JSON.stringify(word)}\n`);
  const files = [...new Set(paths.flatMap(filesUnder))].filter(counts).sort();
  for (const file of files) {
    const content = existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'missing';
    hash.update(`file ${JSON.stringify(relative(base, file).split(sep).join('/'))} ${content}\n`);
  }
  return hash.digest('hex');
}

export function readStamp(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

export function writeStamp(path, stamp) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(stamp, null, 2)}\n`);
}

function filesUnder(path) {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}
