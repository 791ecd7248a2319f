// The options of `npm run probe`.

import { parseArgs } from 'node:util';

import { Stop } from '../output.mjs';

export const USAGE = `npm run probe -- --account WHO [--workspace N] [--simulator URL]

  --account WHO     whose library is looked at: the account's id, user name or e-mail address at Pixverse.
                    The probe stops where the credential is another account's.
  --workspace N     a team's library; without it the personal one
  --simulator URL   ask a simulator on this machine instead (http://127.0.0.1:8788)

The credential is read from PIXVERSE_TOKEN or PIXVERSE_ACCESS_KEY, else asked for. It is never taken as an
argument, printed, or written.`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  account: { type: 'string' },
  workspace: { type: 'string' },
  simulator: { type: 'string' },
};

export function parseProbeOptions(args) {
  const { help, account = '', workspace = '0', simulator } = parse(args);
  if (help) return { help: true };
  if (account.trim() === '') throw new Stop('--account is missing (npm run probe -- --help says what it is)');
  if (!/^\d{1,20}$/.test(workspace)) throw new Stop('--workspace must be a number, as Pixverse shows it');
  return { help: false, account, workspace, simulator };
}

// An argument that is not understood may be a credential that was meant for the environment: it is not repeated.
function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    const reason = error.code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL' ? 'an argument without an option' : 'an option';
    throw new Stop(`${reason} is not known (npm run probe -- --help lists them; a credential is never one)`);
  }
}
