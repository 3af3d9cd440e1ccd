/**
 * Whether B is faster or slower than A: ratios of medians and of slow tails, each with an interval and a verdict.
 * Blocks that took turns are compared pair by pair, so that whatever happened to both cancels out; those of
 * separate runs each by themselves. Pure.
 */
import { EcholotError } from '../core/errors.ts';
import type { BlockRecord } from '../result/block-record.ts';
import type {
  ComparedSeries,
  ComparedSide,
  Comparison,
  LeftOutSeries,
  RatioRecord,
  RatioVerdict,
} from '../result/comparison.ts';
import type { Outcome, Recording, Result, StopRecord, ToolInfo } from '../result/result.ts';
import { sizeText } from '../result/size-text.ts';
import type { Block } from '../stats/estimate.ts';
import { goodputBitsPerSecond } from '../stats/goodput.ts';
import { quantile, type SortedSamples, sorted } from '../stats/quantiles.ts';
import { type Random, seededRandom } from '../stats/random.ts';
import { pairedRatio, type RatioEstimate, unpairedRatio } from '../stats/ratio.ts';
import { analyse } from './analyse.ts';
import { countedRttNs, measuredBlocks, type SeriesKey, sameSeries, seriesKeys } from './select.ts';
import { poolBlocks } from './statistics.ts';

/** What is smaller than this is no difference to anybody. */
const EQUIVALENCE = 0.05;
const MEDIAN = 0.5;
const RTT_TAIL = 0.99;
/** The slow tail of a rate is its low end. */
const RATE_TAIL = 0.01;

export interface LabelledResult {
  readonly label: string;
  readonly result: Result;
}

export interface LabelledRecording {
  readonly label: string;
  readonly recording: Recording;
}

export interface ComparisonContext {
  readonly tool: ToolInfo;
  /** What ended the run in which the blocks took turns; null where each had a run of its own, or more. */
  readonly stop: StopRecord | null;
  readonly outcome: Outcome;
}

/** What two recordings say, of themselves and of each other. @throws EcholotError as {@link compareResults} */
export function compareRecordings(
  a: LabelledRecording,
  b: LabelledRecording,
  context: ComparisonContext,
): { readonly comparison: Comparison; readonly a: Result; readonly b: Result } {
  const resultOf = ({ recording }: LabelledRecording): Result => ({ ...recording, ...analyse(recording) });
  const [resultA, resultB] = [resultOf(a), resultOf(b)];
  const comparison = compareResults(
    { label: a.label, result: resultA },
    { label: b.label, result: resultB },
    context,
  );
  return { comparison, a: resultA, b: resultB };
}

/** @throws EcholotError `usage` when the two have no measurement and size in common */
export function compareResults(a: LabelledResult, b: LabelledResult, context: ComparisonContext): Comparison {
  const interleaved = context.stop !== null;
  const shared = sharedSeries(a, b, interleaved);
  const zero = [...zeroRtts('a', a.result, shared), ...zeroRtts('b', b.result, shared)];
  const common = shared.filter((key) => !zero.some((left) => sameSeries(left, key)));
  const random = seededRandom(a.result.plan.seed);
  return {
    format: 'echolot-comparison',
    version: 1,
    tool: context.tool,
    interleaved,
    a: sideOf(a),
    b: sideOf(b),
    series: common.map((key) =>
      compareSeries(measured(a.result, key), measured(b.result, key), key, interleaved, random),
    ),
    leftOut: [
      ...withoutCounterpart('a', a.result, shared),
      ...withoutCounterpart('b', b.result, shared),
      ...zero,
    ],
    stop: context.stop,
    outcome: context.outcome,
  };
}

/** Below 1 is faster for a time, above 1 for a rate. */
export function verdictOf(
  interval: { readonly low: number; readonly high: number } | null,
  measurement: ComparedSeries['measurement'],
): RatioVerdict {
  if (interval === null) return 'too-noisy';
  const { low, high } = interval;
  const [less, more] =
    measurement === 'rtt' ? (['faster', 'slower'] as const) : (['slower', 'faster'] as const);
  if (high < 1) return less;
  if (low > 1) return more;
  return high <= 1 + EQUIVALENCE && low >= 1 / (1 + EQUIVALENCE) ? 'no-difference-shown' : 'too-noisy';
}

function measured(result: Result, key: SeriesKey): BlockRecord[] {
  return measuredBlocks(result.blocks, key);
}

/** Each measurement and size of which there is a sample that counts. */
function seriesWithSamples(result: Result): SeriesKey[] {
  return seriesKeys(result).filter((key) => measured(result, key).length > 0);
}

/** Those of which both have samples, and of blocks that took turns at least one pair. */
function sharedSeries(a: LabelledResult, b: LabelledResult, interleaved: boolean): SeriesKey[] {
  const shared = seriesWithSamples(a.result).filter((key) => {
    const ofB = measured(b.result, key);
    return interleaved ? pairsOf(measured(a.result, key), ofB).length > 0 : ofB.length > 0;
  });
  if (shared.length > 0) return shared;
  const text = ({ label, result }: LabelledResult): string => {
    const names = seriesWithSamples(result).map(
      ({ measurement, payloadBytes }) => `${measurement} ${sizeText(payloadBytes)}`,
    );
    return `${label} has ${names.length === 0 ? 'no samples' : names.join(', ')}`;
  };
  throw new EcholotError('usage', `there is nothing to compare: ${text(a)}; ${text(b)}`, {
    advice: 'measure the same sizes, and the same of rtt and throughput, on both sides',
  });
}

function withoutCounterpart(side: 'a' | 'b', result: Result, shared: readonly SeriesKey[]): LeftOutSeries[] {
  return seriesWithSamples(result)
    .filter((key) => !shared.some((kept) => sameSeries(kept, key)))
    .map(({ measurement, payloadBytes }) => ({ side, measurement, payloadBytes, reason: 'no-counterpart' }));
}

function zeroRtts(side: 'a' | 'b', result: Result, shared: readonly SeriesKey[]): LeftOutSeries[] {
  return shared
    .filter((key) => measured(result, key).some((block) => countedRttNs(block).includes(0)))
    .map(({ measurement, payloadBytes }) => ({ side, measurement, payloadBytes, reason: 'zero-rtt' }));
}

function sideOf({ label, result }: LabelledResult): ComparedSide {
  const { runs, system, engine, plan, warnings } = result;
  return { label, startedAt: runs[0]?.startedAt ?? '', runs: runs.length, system, engine, plan, warnings };
}

function compareSeries(
  a: readonly BlockRecord[],
  b: readonly BlockRecord[],
  { measurement, payloadBytes }: SeriesKey,
  interleaved: boolean,
  random: Random,
): ComparedSeries {
  const tail = measurement === 'rtt' ? RTT_TAIL : RATE_TAIL;
  const blockOf = (record: BlockRecord): Block => ({
    run: record.run,
    samples: valuesOf(record, measurement, payloadBytes),
  });
  const pairs = interleaved
    ? pairsOf(a, b).map((pair) => ({ a: blockOf(pair.a), b: blockOf(pair.b) }))
    : null;
  const ofA = pairs?.map((pair) => pair.a) ?? a.map(blockOf);
  const ofB = pairs?.map((pair) => pair.b) ?? b.map(blockOf);
  const pooled = { a: poolBlocks(ofA), b: poolBlocks(ofB) };
  const ratio = (p: number): RatioRecord => {
    const estimate: RatioEstimate =
      pairs === null
        ? unpairedRatio(ofA, ofB, p)
        : pairedRatio(
            pairs.map((pair) => ({ a: pair.a.samples, b: pair.b.samples })),
            p,
            random,
          );
    return {
      p,
      a: quantile(pooled.a, p),
      b: quantile(pooled.b, p),
      ratio: estimate.value,
      interval: estimate.interval,
      refused: estimate.refused,
      verdict: verdictOf(estimate.interval, measurement),
    };
  };
  return {
    measurement,
    payloadBytes,
    pairs: pairs?.length ?? null,
    median: ratio(MEDIAN),
    tail: ratio(tail),
  };
}

function valuesOf(
  block: BlockRecord,
  measurement: ComparedSeries['measurement'],
  payloadBytes: number,
): SortedSamples {
  const rttNs = countedRttNs(block);
  return sorted(measurement === 'rtt' ? rttNs : rttNs.map((ns) => goodputBitsPerSecond(payloadBytes, ns)));
}

/** The blocks of the rounds that both have. */
function pairsOf(
  a: readonly BlockRecord[],
  b: readonly BlockRecord[],
): { readonly a: BlockRecord; readonly b: BlockRecord }[] {
  const ofB = new Map(b.map((block) => [block.round, block]));
  return a.flatMap((block) => {
    const other = ofB.get(block.round);
    return other === undefined ? [] : [{ a: block, b: other }];
  });
}
