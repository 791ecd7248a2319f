// How wrangler is spoken to: never interactive, never with telemetry, its own logs where ours are.

import { join } from 'node:path';

import { logs, wrangler } from './paths.mjs';

export const WRANGLER_ENV = {
  CI: 'true',
  // Otherwise each start asks Cloudflare where this machine is, and waits where there is no way to ask.
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_LOG_PATH: join(logs, 'wrangler'),
  WRANGLER_SEND_METRICS: 'false',
};

// The command line of one wrangler command, to be run by this very Node.
export const wranglerCommand = (...args) => [process.execPath, [wrangler, ...args]];
