// `npm run deploy`: build, remote migrations, wrangler deploy. Creates no resource and sets no secret: those are named
// in the README and made once by hand.

import { readFileSync } from 'node:fs';

import { hasPlaceholderDatabase } from '../lib/deployment.mjs';
import { migrateRemotely } from '../lib/migrations.mjs';
import { Stop } from '../lib/output.mjs';
import { headersFor, writeHeaders } from '../lib/page-headers.mjs';
import { inRoot } from '../lib/paths.mjs';
import { runVisibly } from '../lib/run.mjs';
import { setUpAndBuild } from '../lib/setup.mjs';
import { WRANGLER_ENV, wranglerCommand } from '../lib/wrangler.mjs';

export async function run(args) {
  if (hasPlaceholderDatabase(readFileSync(inRoot('wrangler.toml'), 'utf8'))) {
    throw new Stop('wrangler.toml has no database_id yet: run `npx wrangler d1 create driftline` and put the id it prints there');
  }
  await setUpAndBuild();
  // A local run before this one let pictures of its simulator through.
  writeHeaders(headersFor([]));
  if ((await migrateRemotely()) !== 0) throw new Stop('the remote migrations failed; nothing was deployed');
  const [command, commandArgs] = wranglerCommand('deploy', ...args);
  const { code } = await runVisibly(command, commandArgs, { env: WRANGLER_ENV });
  return code;
}
