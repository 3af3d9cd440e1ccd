/**
 * Whether the samples of a series tell of one and the same thing: drift and outliers. Nothing is left out for it. What is compared lies within one run, since processes differ from each other without any fault.
 */

import type { Warning } from '../../result/warnings.ts';
import { mostOf } from '../../stats/extremes.ts';
import { type Drift, drift } from '../../stats/fit/trend.ts';
import { MAX_SCORE, outliers } from '../../stats/outliers.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { sortedRttNs } from '../samples/probes.ts';
import { type Check, type Found, inEachSeries, type MeasuredSeries, type Subject, sum } from './check.ts';
import { loneLimit } from './lone-delays.ts';
import { probesOf, timeText } from './words/words.ts';

/** Below this share of the median a drift does not matter, however sure it is. */
export const MIN_DRIFT = 0.05;
/** How often a run without a drift may be taken for one with, all its series together. */
export const DRIFT_LEVEL = 0.01;
/** A run with fewer blocks has no outlier among them. */
export const MIN_OUTLIER_BLOCKS = 5;
/** Of the median: what is nearer does not matter, however far from the others it is. */
export const MIN_OUTLIER_SHARE = 0.25;

export const DRIFT: Check = {
  question: 'Did the round-trip times rise or fall while the run went on?',
  look: drifts,
};

export const OUTLIERS: Check = {
  question: 'Are some blocks far from the others, or do few samples make up much of the mean?',
  look: (subject) => inEachSeries(subject, outlying),
};

interface RunOfSeries {
  readonly series: MeasuredSeries;
  readonly run: number;
  /** Of its blocks, in the order in which they ran, ns. */
  readonly mediansNs: readonly number[];
}

function runsOf(series: MeasuredSeries): RunOfSeries[] {
  const runs = Map.groupBy(series.blocks.keys(), (i) => series.blocks[i]?.run as number);
  return [...runs].map(([run, indexes]) => ({
    series,
    run,
    mediansNs: indexes.map((i) => series.blockMediansNs[i] as number),
  }));
}

type DriftTest = RunOfSeries & Drift;

function drifts({ series, recording }: Subject): Found {
  const tests = series.flatMap(runsOf).flatMap((each): DriftTest[] => {
    const found = drift(each.mediansNs);
    return found === null ? [] : [{ ...each, ...found }];
  });
  if (tests.length === 0) return { unknown: 'it takes nine blocks of a size in one run' };
  const sure = beyondChance(tests).filter(({ relativeChange }) => Math.abs(relativeChange) > MIN_DRIFT);
  return series.flatMap((each) => {
    const [worst] = sure
      .filter((test) => test.series === each)
      .sort((a, b) => Math.abs(b.relativeChange) - Math.abs(a.relativeChange));
    return worst === undefined ? [] : [driftWarning(worst, recording.runs.length)];
  });
}

/**
 * Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6 (1979).
 * Each series is a test of its own, and of twelve tests at 1 % one in eight runs would raise a false alarm. So the
 * level is shared among them: a clean run is clear in at least 99 of 100 cases, however many series it has.
 */
function beyondChance(tests: readonly DriftTest[]): DriftTest[] {
  const ascending = tests.toSorted((a, b) => a.pValue - b.pValue);
  const end = ascending.findIndex(({ pValue }, i) => pValue >= DRIFT_LEVEL / (ascending.length - i));
  return end === -1 ? ascending : ascending.slice(0, end);
}

function driftWarning(test: DriftTest, runs: number): Warning {
  const { series, run, firstThird, lastThird, relativeChange, pValue } = test;
  const { workload } = series.record;
  return {
    code: 'drift',
    check: 'drift',
    message: `the block medians of the ${probesOf(series.record)} ${relativeChange > 0 ? 'rose' : 'fell'} from ${timeText(firstThird)} to ${timeText(lastThird)} while ${runs === 1 ? 'the run' : `run ${run} of ${runs}`} went on`,
    advice: `${relativeChange > 0 ? 'something came in the way' : 'something was still warming up, or got out of the way'}, on the path or on one of the machines: measure again, or spread over more time to see it whole`,
    workload,
    run,
    firstMedianNs: Math.round(firstThird),
    lastMedianNs: Math.round(lastThird),
    pValue,
  };
}

function outlying(series: MeasuredSeries): Warning | undefined {
  const { record, statistics } = series;
  const { mean, median, max, estimates } = statistics.rttNs;
  const outlyingBlocks = sum(runsOf(series).map(({ mediansNs }) => outlyingAmong(mediansNs)));
  const p90 = estimates.find(({ p }) => p === 0.9)?.value ?? Number.POSITIVE_INFINITY;
  // A mean that is as near as this is no matter, wherever the 90th percentile lies.
  const isHeavy = (ns: number): boolean => ns > p90 && ns > (1 + MIN_OUTLIER_SHARE) * median;
  // One doubt is enough: single probes are told of by themselves.
  const heavyTail = isHeavy(mean) && isHeavy(meanWithoutLone(series));
  if (outlyingBlocks === 0 && !heavyTail) return undefined;
  const what = probesOf(record);
  const ofBlocks = `${outlyingBlocks} of ${record.blocks} blocks of the ${what} ${outlyingBlocks === 1 ? 'is' : 'are'} far from the others`;
  const ofSamples = `few of the ${what} make up much of their mean: it is ${timeText(mean)}, the median ${timeText(median)}, the largest ${timeText(max)}`;
  return {
    code: 'outliers',
    check: 'outliers',
    message: [...(outlyingBlocks > 0 ? [ofBlocks] : []), ...(heavyTail ? [ofSamples] : [])].join('; '),
    advice: 'nothing is left out: go by the median, and look at the samples over time for what happened',
    workload: record.workload,
    outlyingBlocks,
    blocks: record.blocks,
    meanNs: mean,
    medianNs: median,
    largestNs: max,
  };
}

function meanWithoutLone(series: MeasuredSeries): number {
  const limitNs = loneLimit(series)?.limitNs;
  if (limitNs === undefined) return series.statistics.rttNs.mean;
  const others = series.blocks
    .flatMap((block) => Array.from(sortedRttNs(block)))
    .filter((ns) => ns <= limitNs);
  return sum(others) / others.length;
}

/** How many are far from the others, both for their scatter and as a share of their median. */
function outlyingAmong(mediansNs: readonly number[]): number {
  const found = outliers(mediansNs);
  if (found === null || found.count === 0 || mediansNs.length < MIN_OUTLIER_BLOCKS) return 0;
  const median = quantile(sorted(mediansNs), 0.5);
  const distances = mediansNs.map((ns) => Math.abs(ns - median));
  // A score is a distance in another unit.
  const boundNs = (MAX_SCORE / found.largestScore) * mostOf(distances);
  return distances.filter((ns) => ns > boundNs && ns > MIN_OUTLIER_SHARE * median).length;
}
