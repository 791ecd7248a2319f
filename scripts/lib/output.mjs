// What a person sees: one line a step, one line an error, and progress for the long steps. Decides nothing.

import { endAll, isStopping } from './processes.mjs';

// An expected failure. Its message is one line that says what is wrong and what to do.
export class Stop extends Error {
  constructor(message, detail = '') {
    super(message);
    this.detail = detail;
  }
}

export function say(line = '') {
  process.stdout.write(`${line}\n`);
}

// Prints the title, waits for the work, and says how long it took when that is worth knowing.
export async function step(title, work) {
  say(`- ${title}`);
  const start = performance.now();
  const result = await work();
  const seconds = Math.round((performance.now() - start) / 1000);
  if (seconds >= 2) say(`  done in ${seconds} s`);
  return result;
}

// A reporter for "n of total" that speaks at most every `everyMs`, so that a log stays readable.
export function progress(label, unit, everyMs = 5000) {
  const startedAt = performance.now();
  let spokeAt = startedAt;
  return (done, total) => {
    const now = performance.now();
    if (now - spokeAt < everyMs) return;
    spokeAt = now;
    const seconds = Math.round((now - startedAt) / 1000);
    say(`  ${label}: ${done} of ${total} ${unit}, ${seconds} s so far`);
  };
}

// Runs a whole command: a Stop becomes one line on standard error, anything else keeps its stack. Whatever ends it,
// no child is left. After a stop signal its failures are only echoes, and are not shown.
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    if (!isStopping()) complain(error);
  }
  await endAll();
}

function complain(error) {
  if (!(error instanceof Stop)) return process.stderr.write(`${error?.stack ?? error}\n`);
  if (error.detail) process.stderr.write(`${error.detail.trimEnd()}\n`);
  return process.stderr.write(`driftline: ${error.message}\n`);
}
