/**
 * Conditions held against what was measured. What the samples do not support is neither passed nor failed: a run
 * that cannot tell must not look like one that is fine.
 */
import { EcholotError } from '../core/errors.ts';
import type { BlockRecord } from '../result/block-record.ts';
import type { ComparedSeries, Comparison, RatioRecord } from '../result/comparison.ts';
import type { Result } from '../result/result.ts';
import type { SampleStatistics, SeriesRecord } from '../result/series-record.ts';
import type { Workload } from '../result/workload.ts';
import { estimateQuantile, type QuantileEstimate } from '../stats/quantile/estimate.ts';
import { supportsQuantile } from '../stats/quantile/quantiles.ts';
import { countText } from './checks/words/words.ts';
import type { AnyThreshold } from './load/conditions/load-threshold.ts';
import { refuseOfPaced } from './paced/conditions/paced-threshold.ts';
import type { OfWorkload } from './samples/select.ts';
import { sampleBlocks } from './series.ts';
import { poolBlocks } from './statistics.ts';
import { isFulfilled, isSeriesMetric, needsProbes, subjectText, type Threshold } from './threshold.ts';

export interface ThresholdFinding {
  readonly threshold: AnyThreshold;
  /** Of the series; null when none is what the condition is of, and of loads and paced probes. */
  readonly workload: Workload | null;
  /** ns, bits per second, a ratio, ...; null when it cannot be told, or is longer than all that was answered. */
  readonly value: number | null;
  /** Of the value, in its unit, with 95 %; null where there is none. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** `failed`: the value fulfils the condition, wherever its interval ends. */
  readonly finding: 'passed' | 'failed' | 'cannot-tell';
  /** Why there is no value, with what would help; null where there is one. */
  readonly reason: string | null;
}

/**
 * Whether the interval holds the limit: the value decides all the same, since a pipeline needs an answer, but the next
 * run may give another.
 */
export function holdsLimit({ threshold, interval }: ThresholdFinding): boolean {
  if (interval === null) return false;
  return isFulfilled(threshold, interval.low) !== isFulfilled(threshold, interval.high);
}

/**
 * One finding for each condition and series, or one for a condition without any.
 * @throws EcholotError `usage` for a ratio, of which there is none in a single result
 */
export function checkThresholds(result: Result, thresholds: readonly AnyThreshold[]): ThresholdFinding[] {
  return thresholds
    .map(requireAbsolute)
    .flatMap((threshold) =>
      ofEachSeries(threshold, result.series, (series) => findingOf(threshold, series, result)),
    );
}

/**
 * The same for the ratios of a comparison.
 * @throws EcholotError `usage` for a time or a rate, which is that of one side only
 */
export function checkRatios(comparison: Comparison, thresholds: readonly AnyThreshold[]): ThresholdFinding[] {
  return thresholds.map(requireRatio).flatMap((threshold) =>
    ofEachSeries(threshold, comparison.series, (series) => {
      const ratio = [series.median, series.tail].find(({ p }) => p === quantileOf(threshold));
      return ratioFinding(threshold, series, ratio);
    }),
  );
}

function requireAbsolute(threshold: AnyThreshold): Threshold {
  const { kind, text } = threshold;
  if (kind === 'absolute') return threshold;
  if (kind === 'load' || kind === 'load-change') {
    throw new EcholotError('usage', `"${text}" is of a load, and this is none`, {
      advice: 'give a condition such as rtt.p99 > 2ms, or use echolot load',
    });
  }
  refuseOfPaced([threshold]);
  if (kind === 'capacity') {
    throw new EcholotError('usage', `"${text}" is of a capacity, and this is none`, {
      advice: 'give a condition such as rtt.p99 > 2ms, or use echolot capacity',
    });
  }
  throw new EcholotError('usage', `"${text}" is of a ratio, and there is nothing to compare with`, {
    advice: 'give a time or a rate, or use echolot compare',
  });
}

function requireRatio(threshold: AnyThreshold): Threshold {
  if (threshold.kind === 'ratio') return threshold;
  throw new EcholotError('usage', `"${threshold.text}" is not of a ratio, as a comparison has it`, {
    advice: 'give a factor, such as 1.1x, or a share, such as 10%',
  });
}

function ofEachSeries<T extends OfWorkload>(
  threshold: Threshold,
  all: readonly T[],
  check: (series: T) => ThresholdFinding,
): ThresholdFinding[] {
  const { metric, payloadBytes } = threshold;
  const own = all.filter(
    ({ workload }) =>
      (!isSeriesMetric(metric) || workload.kind === metric) &&
      (payloadBytes === null || workload.payloadBytes === payloadBytes),
  );
  if (own.length > 0) return own.map(check);
  const nothing = `no ${subjectText(metric, payloadBytes)} was measured`;
  return [
    { threshold, workload: null, value: null, interval: null, finding: 'cannot-tell', reason: nothing },
  ];
}

function findingOf(threshold: Threshold, series: SeriesRecord, { blocks }: Result): ThresholdFinding {
  const statistics = statisticsOf(threshold, series);
  if (statistics === null) return cannotTell(threshold, series, missingReason(threshold, series));
  const { statistic } = threshold;
  if (typeof statistic === 'string') return judged(threshold, series, statistics[statistic], null);
  if (!supportsQuantile(statistics.n, statistic.p)) {
    return cannotTell(
      threshold,
      series,
      `it has ${countText(statistics.n, 'sample')} and needs ${needsProbes(threshold)}; use more --probes`,
    );
  }
  const known = statistics.estimates.find(({ p }) => p === statistic.p);
  const { value, interval } = known ?? quantileOfSamples(series, statistic.p, blocks);
  return judged(threshold, series, value, interval);
}

/** One that the record does not have, of round-trip times or rates. */
function quantileOfSamples(
  series: SeriesRecord,
  p: number,
  blocks: readonly BlockRecord[],
): QuantileEstimate {
  const samples = sampleBlocks(blocks, series.workload);
  return estimateQuantile(samples, poolBlocks(samples), p);
}

function statisticsOf({ metric }: Threshold, { statistics, layers }: SeriesRecord): SampleStatistics | null {
  if (metric === 'rtt') return statistics?.rttNs ?? null;
  if (metric === 'throughput') return statistics?.goodputBitsPerSecond ?? null;
  return layers?.statistics[metric] ?? null;
}

/** Metrics that only a server can tell. */
const FROM_SERVER: ReadonlySet<Threshold['metric']> = new Set([
  'residenceNs',
  'serverNs',
  'serverTcpWaitNs',
  'networkRttNs',
]);

function missingReason({ metric }: Threshold, { statistics }: SeriesRecord): string {
  if (statistics === null) return 'it has no sample';
  if (metric === 'throughput') return 'the clock is too coarse for a rate';
  return FROM_SERVER.has(metric)
    ? 'the layer is missing: it takes the native engine, and a server that tells how long it keeps a probe'
    : 'the layer is missing: it takes the stamps of the native engine';
}

function ratioFinding(
  threshold: Threshold,
  series: ComparedSeries,
  ratio: RatioRecord | undefined,
): ThresholdFinding {
  if (ratio === undefined) return cannotTell(threshold, series, 'it has no such ratio');
  const { refused } = ratio;
  if (refused !== null) return cannotTell(threshold, series, refusalReason(refused, threshold, series));
  const finding = judged(threshold, series, ratio.ratio, ratio.interval);
  const shown = ratio.verdict === 'faster' || ratio.verdict === 'slower';
  if (finding.finding === 'passed' || shown) return finding;
  const times = ratio.ratio.toFixed(3);
  return cannotTell(threshold, series, `it is ${times}x, which chance explains as well; use more --max-time`);
}

function refusalReason(
  refused: NonNullable<RatioRecord['refused']>,
  threshold: Threshold,
  { pairs }: ComparedSeries,
): string {
  switch (refused) {
    case 'too-few-samples':
      return `each ${pairs === null ? 'run' : 'side'} needs ${needsProbes(threshold)} samples; use more --probes`;
    case 'too-few-runs':
      return 'one run a side cannot tell, since runs differ; compare several (before-*.json -- after-*.json)';
    case 'too-few-pairs':
    case 'too-few-blocks':
      return 'there are too few pairs of blocks that tell; use more --max-time';
  }
}

function quantileOf({ statistic }: Threshold): number | undefined {
  return typeof statistic === 'string' ? undefined : statistic.p;
}

function judged(
  threshold: Threshold,
  { workload }: OfWorkload,
  value: number,
  interval: ThresholdFinding['interval'],
): ThresholdFinding {
  const finding = isFulfilled(threshold, value) ? 'failed' : 'passed';
  return { threshold, workload, value, interval, finding, reason: null };
}

function cannotTell(threshold: Threshold, { workload }: OfWorkload, reason: string): ThresholdFinding {
  return { threshold, workload, value: null, interval: null, finding: 'cannot-tell', reason };
}
