/**
 * By how much the values of B's runs exceed those of A's, where the runs were apart: each run stands for one value, and
 * nothing is said of one run a side. What neighbours in time share is accounted for as in `run-ratio.ts`.
 */
import { type Interval, LEVEL, type MeanOfUnits, MIN_RUNS, welchReach } from '../quantile/interval.ts';
import { meanOfNeighbours, RUN_CORRELATION } from '../quantile/neighbours.ts';

export interface RunValue {
  /** Its place in the order in which the runs of both sides were made. */
  readonly place: number;
  readonly value: number;
}

export interface RunDifference {
  /** The means of the sides. */
  readonly a: number;
  readonly b: number;
  /** B's less A's. */
  readonly value: number;
  /** Its units are the runs of the side that has fewer; null when a side is one run. */
  readonly interval: Interval<'run-welch'> | null;
}

/**
 * @param nominal the level at which the interval is made, above {@link LEVEL} where that leaves so much to it
 * @throws RangeError when a side has no run
 */
export function differenceOfRuns(
  a: readonly RunValue[],
  b: readonly RunValue[],
  nominal: number,
): RunDifference {
  if (a.length === 0 || b.length === 0) throw new RangeError('a difference needs a run of both sides');
  const [first, second] = [meanOf(a), meanOf(b)];
  const value = second.mean - first.mean;
  const means = { a: first.mean, b: second.mean };
  const units = Math.min(a.length, b.length);
  if (units < MIN_RUNS) return { ...means, value, interval: null };
  const reach = welchReach(first, second, nominal);
  const interval = {
    level: LEVEL,
    low: value - reach,
    high: value + reach,
    method: 'run-welch',
    units,
  } as const;
  return { ...means, value, interval };
}

function meanOf(runs: readonly RunValue[]): MeanOfUnits {
  return meanOfNeighbours(
    runs.map(({ value }) => value),
    RUN_CORRELATION,
    runs.map(({ place }) => place),
  );
}
