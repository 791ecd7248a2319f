// How much processor time the workerd of this process has used: unlike wall time it says the same on a busy machine.

import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

// Milliseconds, user and system; NaN where the system does not show processes as files.
export function cpuOfWorkerd() {
  for (const pid of processes()) {
    const stat = statOf(pid);
    if (stat?.name !== 'workerd' || stat.parent !== process.pid) continue;
    return (stat.user + stat.system) * TICK_MS;
  }
  return NaN;
}

function processes() {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

// "pid (name) state ppid …", with user and system time as the 14th and 15th word.
function statOf(pid) {
  try {
    const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const words = rest.split(' ');
    return { name, parent: Number(words[1]), user: Number(words[11]), system: Number(words[12]) };
  } catch {
    return null;
  }
}
