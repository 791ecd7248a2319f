// Runs one command to its end: quietly into a log file, or with its output passed through.

import { createWriteStream, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { finished } from 'node:stream/promises';

import { Stop } from './output.mjs';
import { logs, root } from './paths.mjs';
import { launch } from './processes.mjs';

// Output goes to .driftline/logs/<log>.log; a failure is one line that quotes the error and names the log.
// `onOutput` sees every chunk. Returns everything printed.
export async function runQuietly(command, args, { what, log, env, cwd = root, onOutput, showTail = false }) {
  mkdirSync(logs, { recursive: true });
  const file = join(logs, `${log}.log`);
  const stream = createWriteStream(file);
  const child = launch(command, args, { cwd, env: { ...process.env, ...env } });
  let output = '';
  for (const source of [child.stdout, child.stderr]) {
    source?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      stream.write(chunk);
      onOutput?.(chunk);
    });
  }
  const result = await child.ended;
  stream.end();
  await finished(stream);
  if (result.code === 0) return output;
  const reason = result.error ? `cannot run ${command} (${result.error.code})` : errorLine(output);
  const tail = showTail ? output.split('\n').slice(-60).join('\n') : '';
  throw new Stop(`${what} failed: ${reason} (all of it: ${relative(root, file)})`, tail);
}

// Passes the output through and returns it too; the caller judges the exit code.
export async function runVisibly(command, args, { env, cwd = root, capture = false } = {}) {
  const stdio = ['ignore', capture ? 'pipe' : 'inherit', 'inherit'];
  const child = launch(command, args, { cwd, stdio, env: { ...process.env, ...env } });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  const { code, signal, error } = await child.ended;
  return { code: error ? 127 : code, signal, error, output };
}

// npm's first lines hold only codes, its first sentence comes after them; wrangler marks errors with a sign.
const ERROR_LINE = /^(npm error (?!code |syscall |errno )|error(\[|:)|\S \[ERROR\])/;

// The line that says most: the first that calls itself an error, else the last that is not blank.
export function errorLine(output) {
  const lines = withoutColour(output).split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean);
  const error = lines.find((line) => ERROR_LINE.test(line));
  return (error ?? lines.at(-1) ?? 'no output').slice(0, 300);
}

function withoutColour(text) {
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}
