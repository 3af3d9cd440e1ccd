/** The built program against a server that means it no good: how it ends, what it says, and what it took of memory. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type Finished, Program, programCommand } from '../../e2e/program.ts';

const MIB = 1024 * 1024;
/** Far below what any server sends: none is taken into memory. */
export const MOST_RSS_BYTES: number = 300 * MIB;
const WATCH_MS = 20;
const KIB = 1024;
/** What a terminal would obey, or show otherwise than it stands: C0 but LF, DEL, C1, and marks of direction. */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]/;

export interface Ended extends Finished {
  readonly peakRssBytes: number;
}

/** Runs the program to its end, which has to come within the time, and holds it to what is the same with any server. */
export async function echolotAgainst(
  timeoutMs: number,
  ...args: readonly (string | number)[]
): Promise<Ended> {
  const [command = '', ...words] = programCommand(...args);
  await using program = new Program(command, words, timeoutMs);
  let peakRssBytes = 0;
  const watch = setInterval(() => {
    peakRssBytes = Math.max(peakRssBytes, peakBytes(program.pid));
  }, WATCH_MS);
  try {
    const finished = await program.ended;
    expect(finished.signal).toBeNull();
    expect(finished.stdout).not.toMatch(CONTROL);
    expect(finished.stderr).not.toMatch(CONTROL);
    expect(finished.stderr).not.toMatch(/internal|at .*\.js:\d+/);
    expect(peakRssBytes).toBeLessThan(MOST_RSS_BYTES);
    return { ...finished, peakRssBytes };
  } finally {
    clearInterval(watch);
  }
}

/** The most that it ever had in memory; 0 of a process that has gone. */
function peakBytes(pid: number): number {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * KIB;
  } catch {
    return 0;
  }
}
