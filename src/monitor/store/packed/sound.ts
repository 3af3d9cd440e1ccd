/**
 * What a store gives back of rows that somebody may have changed: a row whose bytes are damaged is left out, as if nothing had been
 * measured then. A wrong number would be worse, and no number at all because of one row, too.
 */
import type { Interval } from '../../records/interval.ts';
import { type PackedInterval, restOf, unpackInterval } from './packed-interval.ts';
import { unsealed } from './sealed.ts';

/** What is read, in a list of its own; an empty one where it is damaged. */
export function orNone<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** @throws RangeError when it is damaged */
export function sound(packed: PackedInterval): PackedInterval {
  restOf(packed.rest);
  for (const bytes of Object.values(packed.layers)) unsealed(bytes);
  return packed;
}

/** @returns undefined where it is damaged */
export function unpackedOrNone(packed: PackedInterval): Interval | undefined {
  return orNone(() => unpackInterval(packed))[0];
}
