/**
 * A quantile with the interval that its blocks or runs give it, or with the reason why they give none. A block is
 * what one connection measured, and the blocks of a run are spread over it at random. With several runs, the runs
 * are the units: blocks within one process are more alike than processes are. The medians of 14 processes on one
 * path varied by 4 to 17 %, and the intervals of their blocks held the median of them all in 6 to 13 cases.
 */
import {
  type Interval,
  MIN_BLOCKS,
  MIN_RUNS,
  MIN_WOODRUFF_RUNS,
  notBelowChance,
  type Refusal,
  withinSamples,
  woodruffInterval,
} from './interval.ts';
import { BLOCK_CORRELATION, neighbourInterval, RUN_CORRELATION } from './neighbours.ts';
import { pool, quantile, type SortedSamples, supportsQuantile } from './quantiles.ts';

export type { Interval, IntervalMethod, Refusal } from './interval.ts';

/** What one connection measured. */
export interface Block {
  /** The run (process) it belongs to. */
  readonly run: number;
  readonly samples: SortedSamples;
}

export interface QuantileEstimate {
  readonly p: number;
  /** Of all samples together, type 7. */
  readonly value: number;
  readonly interval: Interval | null;
  /** Why there is no interval; null when there is one. */
  readonly refused: Refusal | null;
}

/**
 * @param pooled all samples of all the blocks, and no others
 * @throws RangeError when there is no sample or `p` is out of range
 */
export function estimateQuantile(
  blocks: readonly Block[],
  pooled: SortedSamples,
  p: number,
): QuantileEstimate {
  const value = quantile(pooled, p);
  const result = intervalOf(blocks, pooled, p, value);
  return typeof result === 'string'
    ? { p, value, interval: null, refused: result }
    : { p, value, interval: result, refused: null };
}

/** Half the width of the interval as a share of the value; null where there is no interval or no share of it. */
export function halfWidth(estimate: Pick<QuantileEstimate, 'value' | 'interval'>): number | null {
  const { value, interval } = estimate;
  if (interval === null || value === 0) return null;
  return (interval.high - interval.low) / 2 / Math.abs(value);
}

function intervalOf(
  blocks: readonly Block[],
  pooled: SortedSamples,
  p: number,
  value: number,
): Interval | Refusal {
  if (!supportsQuantile(pooled.length, p)) return 'too-few-samples';
  const { of, samples: units } = unitsOf(blocks);
  if (of === 'block' && units.length < MIN_BLOCKS) return 'too-few-blocks';
  // The quantile of a unit is worth a mean when the unit has samples enough for it; a block seldom has.
  const byT = p === 0.5 || (of === 'run' && units.every(({ length }) => supportsQuantile(length, p)));
  if (byT) {
    const values = units.map((samples) => quantile(samples, p));
    const correlation = of === 'run' ? RUN_CORRELATION : BLOCK_CORRELATION;
    const byUnits = neighbourInterval(value, values, correlation, `${of}-t`);
    return withinSamples(notBelowChance(byUnits, pooled, p), pooled);
  }
  if (of === 'run' && units.length < MIN_WOODRUFF_RUNS) return 'too-few-runs';
  return woodruffInterval(value, units, pooled, p, `${of}-woodruff`);
}

/** The samples of each unit an interval stands on: of each run where there are several, else of each block. */
export function unitsOf(blocks: readonly Block[]): {
  readonly of: 'run' | 'block';
  readonly samples: SortedSamples[];
} {
  const filled = blocks.filter(({ samples }) => samples.length > 0);
  const runs = [...Map.groupBy(filled, ({ run }) => run).values()];
  return runs.length < MIN_RUNS
    ? { of: 'block', samples: filled.map(({ samples }) => samples) }
    : { of: 'run', samples: runs.map((ofRun) => pool(ofRun.map(({ samples }) => samples))) };
}
