/**
 * What a probe costs as such and what each unit of its size adds: a line through one point a size, the median of
 * that size's blocks. The sizes come in rounds, each with a block of every size, and the rounds are what is
 * resampled: the blocks of one round share what the path did meanwhile.
 */

import type { Random } from '../distributions/random.ts';
import {
  bootstrapInterval,
  drawWeights,
  type Interval,
  MIN_BLOCKS,
  RESAMPLES,
} from '../quantile/interval.ts';
import { pool, type SortedSamples, sorted } from '../quantile/quantiles.ts';
import { WeightedQuantile } from '../quantile/weighted-quantile.ts';
import { type Line, type Point, theilSen } from './theil-sen.ts';

export interface FittedValue {
  readonly value: number;
  /** Null with fewer than five rounds. */
  readonly interval: Interval<'round-bootstrap'> | null;
}

export interface SizeFit {
  /** In units of y for each unit of x. */
  readonly slope: FittedValue;
  /** In units of y. Below 0 where the path lets the first bytes pass faster than the rest, as a shaper does. */
  readonly intercept: FittedValue;
  /** Of the points of the sizes; null when they are all equal. */
  readonly rSquared: number | null;
}

/** Two points always lie on a line. */
const MIN_SIZES = 3;

/**
 * @param measured for each round the points of its blocks: x the size, y the median of the block
 * @returns null with fewer than three sizes
 */
export function fitBySize(measured: readonly (readonly Point[])[], random: Random): SizeFit | null {
  const rounds = measured.filter((points) => points.length > 0);
  const sizes = new Set(rounds.flat().map(({ x }) => x));
  if (sizes.size < MIN_SIZES) return null;
  const medians = [...sizes].map((size) => mediansOfSize(size, rounds));
  const line = fitWeighted(medians, new Uint32Array(rounds.length).fill(1));
  if (line === null) return null;
  const { slope, intercept, rSquared } = line;
  if (rounds.length < MIN_BLOCKS) {
    return {
      slope: { value: slope, interval: null },
      intercept: { value: intercept, interval: null },
      rSquared,
    };
  }
  const lines = resampledLines(medians, rounds.length, random);
  const fitted = (value: number, values: readonly number[]): FittedValue => ({
    value,
    interval: bootstrapInterval(value, values, 'round-bootstrap', rounds.length),
  });
  return {
    slope: fitted(
      slope,
      lines.map((each) => each.slope),
    ),
    intercept: fitted(
      intercept,
      lines.map((each) => each.intercept),
    ),
    rSquared,
  };
}

interface SizeMedians {
  readonly size: number;
  /** Of the medians of this size, those of a round as often as it was drawn. */
  readonly resampled: WeightedQuantile;
}

function mediansOfSize(size: number, rounds: readonly (readonly Point[])[]): SizeMedians {
  const ofRounds = rounds.map(
    (points): SortedSamples => sorted(points.filter(({ x }) => x === size).map(({ y }) => y)),
  );
  return { size, resampled: new WeightedQuantile(ofRounds, pool(ofRounds)) };
}

/** A size of which no drawn round has a block is left out. */
function fitWeighted(medians: readonly SizeMedians[], weights: Uint32Array): Line | null {
  const drawn = medians.filter(({ resampled }) => resampled.count(weights) > 0);
  return theilSen(drawn.map(({ size, resampled }) => ({ x: size, y: resampled.at(0.5, weights) })));
}

function resampledLines(medians: readonly SizeMedians[], rounds: number, random: Random): Line[] {
  const weights = new Uint32Array(rounds);
  const lines: Line[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    drawWeights(weights, random);
    const line = fitWeighted(medians, weights);
    if (line !== null) lines.push(line);
  }
  return lines;
}
