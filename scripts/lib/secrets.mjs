// Local secrets: made up at the first start, kept in .dev.vars, which git ignores and wrangler dev reads.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const SECRETS = {
  CREDENTIAL_KEY: () => randomBytes(32).toString('base64'),
  ADMIN_TOKEN: () => randomBytes(32).toString('base64url'),
};

// Adds what is missing and never changes what is there: credentials sealed with a lost key cannot be opened again.
export function ensureSecrets(path) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const present = parseVars(before);
  const missing = Object.keys(SECRETS).filter((name) => !present[name]);
  if (missing.length > 0) {
    const kept = before === '' || before.endsWith('\n') ? before : `${before}\n`;
    const added = missing.map((name) => `${name}="${SECRETS[name]()}"\n`).join('');
    writeFileSync(path, kept + added, { mode: 0o600 });
  }
  return parseVars(readFileSync(path, 'utf8'));
}

// NAME=value lines, with or without quotes; comments and anything else are passed over. The last value of a name counts.
export function parseVars(text) {
  const vars = {};
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Z][A-Z0-9_]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^#\s]*))/.exec(line);
    if (match) vars[match[1]] = match[2] ?? match[3] ?? match[4];
  }
  return vars;
}
