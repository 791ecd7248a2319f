// Which processes run now, by pid with their parent's. Zombies are left out: they are dead already.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export function runningProcesses() {
  const rows = existsSync('/proc/self/stat') ? rowsOfProc() : rowsOfPs();
  return new Map(rows.filter(([, , state]) => state && !state.startsWith('Z')));
}

function rowsOfProc() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(rowOfProc);
}

// "pid (name) state ppid …", where the name may hold anything.
function rowOfProc(pid) {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return [pid, parent, state];
  } catch {
    return [pid];
  }
}

function rowsOfPs() {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  return text.trim().split('\n').map((row) => row.trim().split(/\s+/));
}
