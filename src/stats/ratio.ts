/**
 * How many times A's quantile B's is, with an interval: 1 within it means that they may well be equal. Three ways,
 * by how A and B were measured: in pairs of blocks next to each other in time, as one ratio a pair, or each by itself.
 */
import { type Block, estimateQuantile, unitsOf } from './estimate.ts';
import {
  bootstrapInterval,
  drawWeights,
  type Interval,
  LEVEL,
  MIN_BLOCKS,
  RESAMPLES,
  type Refusal,
  welchInterval,
} from './interval.ts';
import { pool, quantile, type SortedSamples, supportsQuantile } from './quantiles.ts';
import type { Random } from './random.ts';
import { hodgesLehmann } from './signed-rank.ts';
import { WeightedQuantile } from './weighted-quantile.ts';

export type RatioMethod = 'pair-bootstrap' | 'signed-rank' | 'welch-t' | 'two-intervals';

export interface RatioEstimate {
  /** B over A. */
  readonly value: number;
  /** Its units are pairs, or the blocks or runs of the side that has fewer. */
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
 * Of pairs of blocks: what the path did meanwhile changed both sides alike, and falls out.
 * @throws RangeError when a side has no sample, or one that is not above 0
 */
export function pairedRatio(pairs: readonly BlockPair[], p: number, random: Random): RatioEstimate {
  const filled = pairs.filter(({ a, b }) => a.length > 0 && b.length > 0);
  const sideA = filled.map(({ a }) => a);
  const sideB = filled.map(({ b }) => b);
  const pooledA = pool(sideA);
  const pooledB = pool(sideB);
  const value = ratioOf(pooledA, pooledB, p);
  if (!supportsQuantile(Math.min(pooledA.length, pooledB.length), p)) return refuse(value, 'too-few-samples');
  if (filled.length < MIN_BLOCKS) return refuse(value, 'too-few-pairs');
  const indexA = new WeightedQuantile(sideA, pooledA);
  const indexB = new WeightedQuantile(sideB, pooledB);
  const weights = new Uint32Array(filled.length);
  const ratios = Float64Array.from({ length: RESAMPLES }, () => {
    drawWeights(weights, random);
    return indexB.at(p, weights) / indexA.at(p, weights);
  });
  return grant(value, bootstrapInterval(value, ratios, 'pair-bootstrap', filled.length));
}

/**
 * Of one log(b / a) for each pair. One pair that went wrong moves it less than it moves a mean.
 * @throws RangeError when there is no pair
 */
export function hodgesLehmannRatio(logRatios: ArrayLike<number>): RatioEstimate {
  const { value, bounds } = hodgesLehmann(logRatios, LEVEL);
  if (bounds === null) return refuse(Math.exp(value), 'too-few-pairs');
  return grant(Math.exp(value), {
    level: LEVEL,
    low: Math.exp(bounds.low),
    high: Math.exp(bounds.high),
    method: 'signed-rank',
    units: logRatios.length,
  });
}

/**
 * Of two records that were measured each by itself. Where a side has one run, its interval does not know how much
 * one run differs from the next; the caller must say so.
 * @throws RangeError when a side has no sample, or one that is not above 0
 */
export function unpairedRatio(a: readonly Block[], b: readonly Block[], p: number): RatioEstimate {
  const pooledA = pool(a.map(({ samples }) => samples));
  const pooledB = pool(b.map(({ samples }) => samples));
  const value = ratioOf(pooledA, pooledB, p);
  const sideA = estimateQuantile(a, pooledA, p);
  const sideB = estimateQuantile(b, pooledB, p);
  if (sideA.interval === null || sideB.interval === null) {
    return { value, interval: null, refused: sideA.refused ?? sideB.refused };
  }
  const byT = [sideA.interval, sideB.interval].every(
    ({ method }) => method === 'block-t' || method === 'run-t',
  );
  const { low, high, ...rest } = byT
    ? welchInterval(Math.log(value), unitLogs(a, p), unitLogs(b, p), 'welch-t')
    : combined(logsOf(sideA.value, sideA.interval), logsOf(sideB.value, sideB.interval));
  return grant(value, {
    ...rest,
    low: Math.min(value, Math.exp(low)),
    high: Math.max(value, Math.exp(high)),
  });
}

interface LogEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly units: number;
}

/**
 * Zou and Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27 (2008): the
 * difference of two values with an interval each. Of means of few runs it is wider than that of Welch, or too short
 * where the samples cut the intervals of two very different runs.
 */
function combined(a: LogEstimate, b: LogEstimate): Interval<RatioMethod> {
  const difference = b.value - a.value;
  return {
    level: LEVEL,
    low: difference - Math.hypot(b.value - b.low, a.high - a.value),
    high: difference + Math.hypot(b.high - b.value, a.value - a.low),
    method: 'two-intervals',
    units: Math.min(a.units, b.units),
  };
}

function logsOf(value: number, { low, high, units }: Interval): LogEstimate {
  return { value: Math.log(value), low: Math.log(low), high: Math.log(high), units };
}

function unitLogs(blocks: readonly Block[], p: number): number[] {
  return unitsOf(blocks).samples.map((samples) => Math.log(quantile(samples, p)));
}

function ratioOf(a: SortedSamples, b: SortedSamples, p: number): number {
  if (!((a[0] as number) > 0 && (b[0] as number) > 0)) {
    throw new RangeError('a ratio needs samples of both sides, all above 0');
  }
  return quantile(b, p) / quantile(a, p);
}

function grant(value: number, interval: Interval<RatioMethod>): RatioEstimate {
  return { value, interval, refused: null };
}

function refuse(value: number, refused: Refusal | 'too-few-pairs'): RatioEstimate {
  return { value, interval: null, refused };
}
