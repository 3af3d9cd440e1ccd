/** How much the runs of a series differ, beside what their own blocks let expect: the part that no single run shows. */
import type { RunScatterRecord } from '../result/series-record.ts';
import type { Block } from '../stats/quantile/estimate.ts';
import { quantile } from '../stats/quantile/quantiles.ts';
import { poolBlocks } from './statistics.ts';

/** @returns null for fewer than two runs, and where the clock saw no time pass */
export function runScatterOf(blocks: readonly Block[]): RunScatterRecord | null {
  const runs = [...Map.groupBy(blocks, ({ run }) => run).values()];
  if (runs.length < 2) return null;
  const medians = runs.map((own) => quantile(poolBlocks(own), 0.5));
  const mean = meanOf(medians);
  if (mean <= 0) return null;
  const foretold = runs.every((own) => own.length > 1)
    ? Math.sqrt(meanOf(runs.map((own) => varianceOf(own.map(medianOf)) / own.length))) / mean
    : null;
  return { found: Math.sqrt(varianceOf(medians)) / mean, foretold };
}

function medianOf({ samples }: Block): number {
  return quantile(samples, 0.5);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
