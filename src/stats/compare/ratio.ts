/**
 * How many times A's quantile B's is, with an interval: 1 within it means that they may well be equal. Of pairs of
 * blocks next to each other in time; `run-ratio.ts` is for runs that were apart. Both tests are of pairs whose order
 * was left to chance, so two sides that are the same differ by chance alone, however the path moved meanwhile.
 */
import { normalQuantile } from '../distributions/normal.ts';
import {
  type Interval,
  LEVEL,
  logVarianceByChance,
  MIN_BLOCKS,
  type Refusal,
  tInterval,
} from '../quantile/interval.ts';
import { countsBeyond, type Side, standingRatios } from '../quantile/quantile-shift.ts';
import { pool, quantile, type SortedSamples, supportsQuantile } from '../quantile/quantiles.ts';
import { signFlipRejects } from './sign-flip.ts';
import { hodgesLehmann } from './signed-rank.ts';

/**
 * A comparison stops when its interval is narrow enough, and so at one that is too narrow by chance more often than
 * not. Intervals are therefore made at a level that leaves 95 % to them: Pocock, "Group sequential methods in the
 * design and analysis of clinical trials", Biometrika 64 (1977). Of simulated comparisons of the same thing, 4 to 7 %
 * were called different at 95 %, 2 to 3 % at this.
 */
const NOMINAL_LEVEL = 0.98;

export type RatioMethod = 'signed-rank' | 'pair-t' | 'sign-flip' | 'run-welch';

export interface RatioEstimate {
  /** B over A. */
  readonly value: number;
  /** Its units are pairs, or the runs of the side that has fewer. */
  readonly interval: Interval<RatioMethod> | null;
  /** Why there is no interval; null when there is one. */
  readonly refused: Refusal | 'too-few-pairs' | null;
}

/** What A and B measured next to each other in time. */
export interface BlockPair {
  readonly a: SortedSamples;
  readonly b: SortedSamples;
}

/**
 * Of the medians: one ratio a pair, and their middle. What the path did meanwhile changed both sides of a pair alike,
 * and falls out.
 * @throws RangeError when a side has no sample, or one that is not above 0
 */
export function pairedMedianRatio(pairs: readonly BlockPair[]): RatioEstimate {
  const filled = pairs.filter(({ a, b }) => a.length > 0 && b.length > 0);
  if (filled.length === 0) throw withoutRatio();
  for (const { a, b } of filled) requirePositive(a, b);
  const logRatios = filled.map(({ a, b }) => Math.log(quantile(b, 0.5) / quantile(a, 0.5)));
  const samplesOf = (side: 'a' | 'b'): number => filled.reduce((sum, pair) => sum + pair[side].length, 0);
  if (!supportsQuantile(Math.min(samplesOf('a'), samplesOf('b')), 0.5)) {
    return refuse(Math.exp(hodgesLehmann(logRatios, NOMINAL_LEVEL).value), 'too-few-samples');
  }
  const byRanks = hodgesLehmannRatio(logRatios);
  if (byRanks.interval !== null) return notWithoutWidth(byRanks, filled);
  if (filled.length < MIN_BLOCKS) return byRanks;
  // No ranks of so few tell anything: they are taken for normal.
  const middle = Math.log(byRanks.value);
  return notWithoutWidth(grantLogs(middle, tInterval(middle, logRatios, 'pair-t', NOMINAL_LEVEL)), filled);
}

/**
 * Pairs that happen to have equal ratios do not differ by chance, but their medians are known no better than from so
 * many samples. Within the pairs, since what moved both sides alike has fallen out.
 */
function notWithoutWidth(estimate: RatioEstimate, pairs: readonly BlockPair[]): RatioEstimate {
  const { value, interval } = estimate;
  if (interval === null || interval.low < interval.high) return estimate;
  const variances = pairs.map(({ a, b }) => logVarianceByChance(a, 0.5) + logVarianceByChance(b, 0.5));
  const variance = variances.reduce((sum, each) => sum + each, 0) / pairs.length ** 2;
  const factor = Math.exp(normalQuantile((1 + NOMINAL_LEVEL) / 2) * Math.sqrt(variance));
  return grant(value, { ...interval, low: value / factor, high: value * factor });
}

/**
 * Of one log(b / a) for each pair. One pair that went wrong moves it less than it moves a mean.
 * @throws RangeError when there is no pair
 */
export function hodgesLehmannRatio(logRatios: readonly number[]): RatioEstimate {
  const { value, bounds } = hodgesLehmann(logRatios, NOMINAL_LEVEL);
  if (bounds === null) return refuse(Math.exp(value), 'too-few-pairs');
  return grantLogs(value, { level: LEVEL, ...bounds, method: 'signed-rank', units: logRatios.length });
}

/**
 * Of a quantile far out, which no single block knows: by how many samples of each block lie beyond the common one.
 * A pair of which one side was cut short is left out. Refused where too few pairs have such samples.
 * @throws RangeError when a side has no sample, or one that is not above 0
 */
export function pairedQuantileRatio(pairs: readonly BlockPair[], p: number): RatioEstimate {
  const sides = (of: readonly BlockPair[]): readonly [a: Side, b: Side] => [
    sideOf(of.map(({ a }) => a)),
    sideOf(of.map(({ b }) => b)),
  ];
  const value = ratioOf(...sides(pairs), p);
  const whole = pairs.filter(({ a, b }) => a.length === b.length);
  const [a, b] = sides(whole);
  if (!supportsQuantile(a.pooled.length, p)) return refuse(value, 'too-few-samples');
  const bounds = standingRatios(value, (ratio) => {
    const counts = countsBeyond(a, b, p, ratio);
    const differences = counts.a.map((count, i) => count - (counts.b[i] as number));
    return signFlipRejects(differences, 1 - NOMINAL_LEVEL);
  });
  if (bounds === null) return refuse(value, 'too-few-pairs');
  return grant(value, { level: LEVEL, ...bounds, method: 'sign-flip', units: whole.length });
}

function sideOf(units: readonly SortedSamples[]): Side {
  return { units, pooled: pool(units) };
}

function ratioOf(a: Side, b: Side, p: number): number {
  requirePositive(a.pooled, b.pooled);
  return quantile(b.pooled, p) / quantile(a.pooled, p);
}

function grantLogs(value: number, { low, high, ...rest }: Interval<RatioMethod>): RatioEstimate {
  return grant(Math.exp(value), { ...rest, low: Math.exp(low), high: Math.exp(high) });
}

export function grant(value: number, interval: Interval<RatioMethod>): RatioEstimate {
  const { low, high } = interval;
  return {
    value,
    interval: { ...interval, low: Math.min(value, low), high: Math.max(value, high) },
    refused: null,
  };
}

export function refuse(value: number, refused: Refusal | 'too-few-pairs'): RatioEstimate {
  return { value, interval: null, refused };
}

/** @throws RangeError when one of them has no sample, or one that is not above 0 */
export function requirePositive(...sides: readonly SortedSamples[]): void {
  if (!sides.every(([least = 0]) => least > 0)) throw withoutRatio();
}

function withoutRatio(): RangeError {
  return new RangeError('a ratio needs samples of both sides, all above 0');
}
