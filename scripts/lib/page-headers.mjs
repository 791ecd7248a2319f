// What a browser lets the page do: web/dist/_headers, made of the policy here and the rules of web/static/_headers.
// The deployed page shows pictures from the media hosts only; a local run adds the simulator's address.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inRoot, pageFolder } from './paths.mjs';

const MEDIA_HOSTS = ['https://media.pixverse.ai', 'https://cdn.pixverse.ai', 'https://*.pixverse.ai'];

// Scripts, styles, fonts, workers and requests: from the Worker itself and nowhere else. Nothing is inline.
const policyFor = (mediaHosts) => [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  `img-src 'self' ${mediaHosts.join(' ')}`,
  `media-src 'self' ${mediaHosts.join(' ')}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

const LOCAL = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/;

// The text of the file. `localMedia` are origins on this machine, and only on this machine.
export function headersFor(localMedia) {
  const odd = localMedia.find((origin) => !new RegExp(`^${LOCAL.source}$`).test(origin));
  if (odd !== undefined) throw new RangeError(`${odd} is no origin on this machine`);
  return [
    '/*',
    `  Content-Security-Policy: ${policyFor([...MEDIA_HOSTS, ...localMedia]).join('; ')}`,
    '  Cross-Origin-Opener-Policy: same-origin',
    '  Referrer-Policy: no-referrer',
    '  X-Content-Type-Options: nosniff',
    '/page/*',
    '  Cache-Control: public, max-age=31536000, immutable',
    ownRules(),
  ].join('\n');
}

// The rules of single files. A later rule is added to an earlier one, unless that one is taken away first.
function ownRules() {
  const text = readFileSync(inRoot('web', 'static', '_headers'), 'utf8');
  return text.replaceAll(/^( *)(Content-Security-Policy|X-Content-Type-Options):/gm, '$1! $2\n$1$2:');
}

export function writeHeaders(text, folder = pageFolder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '_headers'), text);
}

// What the file that stands there lets through beside the media hosts.
export function allowedLocalMedia(folder = pageFolder) {
  const file = join(folder, '_headers');
  if (!existsSync(file)) return [];
  return [...new Set(readFileSync(file, 'utf8').match(new RegExp(LOCAL, 'g')))];
}
