/** Runs of made-up samples that are correlated as measured ones are, so that coverage can be counted. */

import type { Random } from '../../src/stats/distributions/random.ts';
import type { Block } from '../../src/stats/quantile/estimate.ts';
import { sorted } from '../../src/stats/quantile/quantiles.ts';

export interface SimulatedRun {
  readonly run: number;
  readonly blocks: number;
  readonly samplesPerBlock: number;
  /** The median of the process, 1 by default. */
  readonly median?: number;
  /** The deviation of a block's median, as a share of it. */
  readonly blockEffect?: number;
  /** What one sample takes over from the one before, from 0 to below 1. */
  readonly correlation?: number;
}

/** Standard normal, after Box and Muller (1958). */
export function normalDraw(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * log-normal samples of an autoregressive process of first order, on a level that each block has of its own. Their
 * median is `median`, whatever the correlation.
 */
export function simulateBlocks(run: SimulatedRun, random: Random): Block[] {
  const { median = 1, blockEffect = 0.02, correlation = 0.8 } = run;
  const fresh = Math.sqrt(1 - correlation ** 2);
  return Array.from({ length: run.blocks }, () => {
    const level = median * Math.exp(blockEffect * normalDraw(random));
    let state = normalDraw(random);
    const samples = Array.from({ length: run.samplesPerBlock }, () => {
      state = correlation * state + fresh * normalDraw(random);
      return level * Math.exp(0.1 * state);
    });
    return { run: run.run, samples: sorted(samples) };
  });
}

/**
 * Levels of runs made one after the other, standard normal, of which each takes over `correlation` from the one
 * before: machines have moods that outlast a run.
 */
export function simulateRunLevels(runs: number, correlation: number, random: Random): number[] {
  const fresh = Math.sqrt(1 - correlation ** 2);
  let state = normalDraw(random);
  return Array.from({ length: runs }, (_, i) => {
    if (i > 0) state = correlation * state + fresh * normalDraw(random);
    return state;
  });
}
