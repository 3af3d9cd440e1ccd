/**
 * All processes of a command that was started, also those that it put into the background: of its group or session, or
 * with a mark in their environment, which each process hands on to those that it starts. Linux, by proc(5); elsewhere, and
 * of processes that have thrown off both, nothing is known.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const MARK = 'ECHOLOT_STARTED';

/** A variable of the environment that no other process has. */
export function newMark(): { readonly name: string; readonly value: string } {
  return { name: MARK, value: randomUUID() };
}

/**
 * The ids of those that still run.
 * @param group id of the first process, which leads a group and a session of its own
 * @param mark value of the mark
 */
export function runningProcesses(group: number, mark: string): number[] {
  const wanted = Buffer.from(`${MARK}=${mark}`);
  return processIds().filter((pid) => {
    try {
      // The name of the program stands in brackets, and may hold any other character.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const [state, , ...groups] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 4);
      if (state === 'Z' || state === 'X') return false;
      return groups.includes(String(group)) || readFileSync(`/proc/${pid}/environ`).includes(wanted);
    } catch {
      // Gone meanwhile, or another user's.
      return false;
    }
  });
}

function processIds(): number[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** @param id of a process, or that of a group with a minus @returns whether there is one */
export function signalled(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal);
  } catch {
    return false;
  }
}
