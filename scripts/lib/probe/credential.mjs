// The credential of a probe: from the environment, or typed by a person and not shown. It stays in memory.

import { Stop } from '../output.mjs';

const VARIABLES = [['PIXVERSE_TOKEN', 'token'], ['PIXVERSE_ACCESS_KEY', 'access_key']];

export async function readCredential(account, { env = process.env, input = process.stdin, output = process.stderr } = {}) {
  for (const [name, kind] of VARIABLES) {
    const value = env[name]?.trim();
    if (value) return usable({ kind, value });
  }
  if (!input.isTTY) {
    throw new Stop('no credential: set PIXVERSE_TOKEN or PIXVERSE_ACCESS_KEY, or run the probe at a terminal to be asked for a token');
  }
  output.write(`Token of ${account} at Pixverse (not shown): `);
  const value = (await typed(input)).trim();
  output.write('\n');
  return usable({ kind: 'token', value });
}

// What no header can hold is no credential; it is not repeated either.
function usable(credential) {
  if (!/^[\x21-\x7e]{4,8192}$/.test(credential.value)) throw new Stop('the credential is empty, too short, or holds characters that no credential has');
  return credential;
}

// Reads one line key by key with the terminal's echo off.
function typed(input) {
  return new Promise((resolve, reject) => {
    let line = '';
    const end = (done, value) => {
      input.off('data', take);
      input.setRawMode(false);
      input.pause();
      done(value);
    };
    const take = (keys) => {
      for (const key of keys) {
        if (key === '\r' || key === '\n') return end(resolve, line);
        if (key === '\u0003' || key === '\u0004') return end(reject, new Stop('no credential was typed'));
        line = key === '\u007f' || key === '\b' ? line.slice(0, -1) : line + key;
      }
    };
    input.setRawMode(true);
    input.setEncoding('utf8').on('data', take).resume();
  });
}
