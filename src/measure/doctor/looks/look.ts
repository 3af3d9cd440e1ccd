/** A look at the machine: bounded in time, and never throwing. What it cannot find is unknown, and it says why. */
import type { Timekeeper } from '../../../clock/clock.ts';
import { delayText } from '../../../text/units.ts';
import type { Seen } from '../facts.ts';

/** Of a system that has no such file, or hides it. */
export const UNTOLD: Seen<never> = { unknown: 'this system does not tell' };

/** @param hide what no name may be in */
export type Hide = (text: string) => string;

export function found<T>(value: T): Seen<T> {
  return { found: value };
}

/** Of what is not there where undefined. */
export function told<T>(value: T | undefined): Seen<T> {
  return value === undefined ? UNTOLD : found(value);
}

/** One that takes no time. */
export function look<T>(hide: Hide, find: () => T | undefined): Seen<T> {
  try {
    return told(find());
  } catch (error) {
    return { unknown: hide(reasonOf(error)) };
  }
}

/** How long a look may take, and by which clock. */
export interface Patience {
  readonly clock: Timekeeper;
  readonly limitNs: number;
}

/** One that may wait. When its time is over it is told so, and left behind. */
export async function lookWithin<T>(
  hide: Hide,
  { clock, limitNs }: Patience,
  find: (over: AbortSignal) => Promise<T>,
): Promise<Seen<T>> {
  const over = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<Seen<T>>();
  const cancelWake = clock.wakeAt(clock.nowNs() + BigInt(limitNs), () => {
    resolve({ unknown: `it took more than ${delayText(limitNs)}` });
    over.abort();
  });
  try {
    return await Promise.race([find(over.signal).then(found), late]);
  } catch (error) {
    return { unknown: hide(reasonOf(error)) };
  } finally {
    cancelWake();
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
