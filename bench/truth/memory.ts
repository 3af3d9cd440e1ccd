/** What a run costs both of its ends in memory, seen from outside, and that it does not grow with time. */
import { residentBytes } from '../proc.ts';
import { type Finding, percent } from './part.ts';

const LOOK_MS = 250;
/** Of the largest in the second quarter, in which it is at work already, to the largest in the last. */
const MOST_GROWTH = 1.1;
const QUARTERS = 4;

export interface Watched<T> {
  readonly result: T;
  /** Resident sets, four a second. */
  readonly client: readonly number[];
  readonly server: readonly number[];
}

/** @param run is given whom to tell the id of the client's process */
export async function watchMemory<T>(
  serverPid: number,
  run: (onStart: (clientPid: number) => void) => Promise<T>,
): Promise<Watched<T>> {
  let clientPid: number | undefined;
  const client: number[] = [];
  const server: number[] = [];
  const timer = setInterval(() => {
    if (clientPid === undefined) return;
    try {
      client.push(residentBytes(clientPid));
      server.push(residentBytes(serverPid));
    } catch {
      // It ends between two looks.
    }
  }, LOOK_MS);
  const result = await run((pid) => {
    clientPid = pid;
  }).finally(() => clearInterval(timer));
  return { result, client, server };
}

/** @param carried what was done for it */
export function memoryFinding(
  whose: string,
  carried: string,
  bytes: readonly number[],
  mostBytes: number,
): Finding {
  const quarter = Math.floor(bytes.length / QUARTERS);
  const largest = Math.max(...bytes);
  const growth = Math.max(...bytes.slice(-quarter)) / Math.max(...bytes.slice(quarter, 2 * quarter));
  return {
    question: `memory of ${whose}`,
    found: `${Math.round(largest / 1e6)} MB at most for ${carried}; its last quarter ${percent(growth - 1)} above its second`,
    target: `below ${mostBytes / 1e6} MB, and no more than ${percent(MOST_GROWTH - 1, 0)} above`,
    met: largest < mostBytes && growth <= MOST_GROWTH,
    numbers: { largest, growth, bytes },
  };
}
