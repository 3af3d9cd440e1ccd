/** The students' programs of these tests, and what came of a check. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from '../program.ts';

export const HOST = '127.0.0.1';

export const noPython: boolean = !hasPython();
if (noPython)
  console.log('the checks of programs in Python are left out: there is no python3 on this machine');

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys; assert sys.version_info >= (3, 10)'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** `server.py` on a free port, which it prints. */
export function studentServer(...fault: readonly (string | number)[]): Program {
  return new Program('python3', [pathOf('server.py'), '0', ...fault.map(String)]);
}

/** A directory for the files of one test. */
export async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'echolot-check-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The lines of one verdict in a report. */
export function lines(verdict: 'pass' | 'fail' | 'not run' | 'n/a', stdout: string): string[] {
  return stdout.split('\n').filter((line) => line.startsWith(verdict.padEnd(9)));
}
