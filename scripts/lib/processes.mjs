// Child processes, each in a process group of its own, so that ending a child also ends what it started
// (wrangler starts workerd and esbuild). What a child is for is its caller's business.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const groups = new Set();

// How long children may take to end by themselves before they are killed.
const GRACE_MS = 5000;
// npm passes Ctrl-C on to us although the terminal already did: within this time two signals are one.
const SAME_SIGNAL_MS = 500;

export function launch(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true });
  if (child.pid) groups.add(child.pid);
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('close', (code, signal) => {
      if (!isGroupAlive(child.pid)) groups.delete(child.pid);
      resolve({ code, signal });
    });
  });
  return child;
}

// Ends every group: asks, waits, then kills. Returns when nothing is left or nothing more can be done.
export async function endAll() {
  signalAll('SIGTERM');
  if (await allGone(GRACE_MS)) return;
  killAll();
  await allGone(2000);
}

export function killAll() {
  signalAll('SIGKILL');
}

let stoppedAt = null;

// Whether a signal has asked for the end.
export const isStopping = () => stoppedAt !== null;

// Calls `onStop` at the first Ctrl-C, SIGTERM, hang-up or loss of the npm process that started us;
// a second Ctrl-C kills whatever is left.
export function onStopSignal(onStop) {
  const stop = (signal) => {
    const now = performance.now();
    if (stoppedAt === null) {
      stoppedAt = now;
      onStop(signal);
    } else if (now - stoppedAt > SAME_SIGNAL_MS) {
      killAll();
      process.exit(exitCodeOf(signal));
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
  watchForLostParent(() => stop('SIGTERM'));
}

export const exitCodeOf = (signal) => ({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })[signal] ?? 1;

// Under npm, a killed npm would leave us running without anybody to press Ctrl-C. Between npm and us stands a shell,
// which survives npm but is then somebody else's child.
function watchForLostParent(onLost) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    onLost();
  }, 1000);
  timer.unref();
}

// Known where the system shows processes as files, else null.
function parentOf(pid) {
  try {
    return /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

function signalAll(signal) {
  for (const group of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      groups.delete(group);
    }
  }
}

async function allGone(withinMs) {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    for (const group of groups) if (!isGroupAlive(group)) groups.delete(group);
    if (groups.size === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return groups.size === 0;
}

function isGroupAlive(group) {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
