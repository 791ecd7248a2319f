// What a person sees: one line a step, one line an error, and progress for the long steps. Decides nothing.

import { endAll, isStopping } from './processes.mjs';

// An expected failure. Its message is one line that says what is wrong and what to do.
export class Stop extends Error {
  constructor(message, detail = '') {
    super(message);
    this.detail = detail;
  }
}

// Longer than this, nobody should look at a step without being told that it still goes on.
const QUIET_MS = 10_000;

let spokeAt = performance.now();

export function say(line = '') {
  spokeAt = performance.now();
  process.stdout.write(`${line}\n`);
}

// Prints the title, waits for the work, and says how long it took when that is worth knowing.
export async function step(title, work) {
  say(`- ${title}`);
  const start = performance.now();
  const heartbeat = setInterval(() => {
    if (performance.now() - spokeAt >= QUIET_MS) say(`  still at it, ${secondsSince(start)} s so far`);
  }, 1000);
  try {
    const result = await work();
    if (secondsSince(start) >= 2) say(`  done in ${secondsSince(start)} s`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}

// A reporter for "n of total" that speaks at most every `everyMs`, so that a log stays readable.
export function progress(label, unit, everyMs = 5000) {
  const start = performance.now();
  let reportedAt = start;
  return (done, total) => {
    if (performance.now() - reportedAt < everyMs) return;
    reportedAt = performance.now();
    say(`  ${label}: ${done} of ${total} ${unit}, ${secondsSince(start)} s so far`);
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

function secondsSince(start) {
  return Math.round((performance.now() - start) / 1000);
}

function complain(error) {
  if (!(error instanceof Stop)) return process.stderr.write(`${error?.stack ?? error}\n`);
  if (error.detail) process.stderr.write(`${error.detail.trimEnd()}\n`);
  return process.stderr.write(`driftline: ${error.message}\n`);
}
