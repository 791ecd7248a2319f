// The page: types from the OpenAPI document, a type check, and Vite's bundle in web/dist; skipped when neither the inputs
// nor the result changed. What the page may load is page-headers' business.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { say, step } from './output.mjs';
import { allowedLocalMedia, headersFor, writeHeaders } from './page-headers.mjs';
import { inRoot, pageFolder, root } from './paths.mjs';
import { runQuietly } from './run.mjs';
import { digest, readStamp, writeStamp } from './stamp.mjs';

const SOURCES = ['src', 'static', 'index.html', 'vite.config.ts', 'tsconfig.json'].map((name) => inRoot('web', name));
const TYPES = inRoot('web', 'src', 'api', 'schema.d.ts');
const STAMP = inRoot('.driftline', 'page.json');

export async function buildPage() {
  const stamp = readStamp(STAMP);
  if (stamp && stamp.inputs === inputs() && stamp.outputs === outputs()) {
    say('- The page is built already, nothing changed');
    return;
  }
  // A running `npm start` allows its simulator's pictures; a build under it leaves that as it is.
  const localMedia = allowedLocalMedia();
  await step('Building the page', async () => {
    await node('types from the OpenAPI document', 'openapi-typescript/bin/cli.js', inRoot('web/static/openapi.json'), '--default-non-nullable', 'false', '-o', TYPES);
    await Promise.all([
      node('checking the types of the page', 'typescript/bin/tsc', '--project', inRoot('web')),
      node('bundling the page', 'vite/bin/vite.js', 'build', inRoot('web'), '--logLevel', 'warn'),
    ]);
  });
  writeHeaders(headersFor(localMedia));
  writeStamp(STAMP, { inputs: inputs(), outputs: outputs() });
}

// What a first visit downloads before anything is loaded on demand, gzipped: the scripts that the page itself names.
export function firstScriptBytes() {
  const html = readFileSync(join(pageFolder, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="(\/page\/[^"]+\.js)"/g)].map((match) => match[1]);
  return scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(pageFolder, path)), { level: 9 }).length, 0);
}

function node(what, script, ...args) {
  const log = `page-${script.split('/')[0]}`;
  return runQuietly(process.execPath, [inRoot('node_modules', script), ...args], { what, log, showTail: true });
}

function inputs() {
  // The types are made from the document, and are not there before the first build.
  const recipe = ['page-build.mjs', 'page-headers.mjs'].map((name) => inRoot('scripts', 'lib', name));
  const files = [...SOURCES, inRoot('package-lock.json'), ...recipe];
  return digest(root, files, [], (path) => path !== TYPES);
}

function outputs() {
  return existsSync(TYPES) ? digest(root, [pageFolder, TYPES], [], (path) => !path.endsWith('_headers')) : 'none';
}

