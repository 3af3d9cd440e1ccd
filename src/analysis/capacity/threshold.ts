/**
 * Where the condition begins to fail, by all tries: the place that contradicts fewest of them, of those that held above it
 * and did not below. It is the most likely one where each try errs alike, and where several are as likely, all between.
 */
import type { CapacityTryRecord } from '../../result/capacity/capacity-result.ts';

export type Tried = Pick<CapacityTryRecord, 'perSecond' | 'outcome'>;

export interface Gap {
  /** The highest rate below the place; 0 where there is none. */
  readonly low: number;
  /** The lowest above it; infinite where there is none. */
  readonly high: number;
  /** Their geometric middle; 0 or infinite where one of them is. */
  readonly middle: number;
}

/** Rates are told and asked for in so many digits. */
const DIGITS = 5;

export function rounded(perSecond: number): number {
  return Number(perSecond.toPrecision(DIGITS));
}

/** Of none: from 0 to infinity. */
export function gapOf(tries: readonly Tried[]): Gap {
  const rates = [...new Set(tries.map(({ perSecond }) => perSecond))].sort((a, b) => a - b);
  const contradicted = Array.from(
    { length: rates.length + 1 },
    (_, place) =>
      tries.filter(({ perSecond, outcome }) => {
        const isBelow = place > 0 && perSecond <= (rates[place - 1] as number);
        return isBelow !== (outcome === 'held');
      }).length,
  );
  const fewest = Math.min(...contradicted);
  const low = rates[contradicted.indexOf(fewest) - 1] ?? 0;
  const high = rates[contradicted.lastIndexOf(fewest)] ?? Number.POSITIVE_INFINITY;
  const middle = low === 0 ? 0 : rounded(Math.sqrt(low * high));
  return { low, high, middle };
}
