/**
 * Whether B is faster or slower than A: ratios of medians and of slow tails, each with an interval and a verdict.
 * Blocks that took turns are compared pair by pair, so that whatever happened to both cancels out. Of runs that were
 * apart, runs are compared with runs, and of one run a side nothing is said but the ratio. Pure.
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
import { sameWorkload, type Workload, type WorkloadKind } from '../result/workload.ts';
import { type BlockPair, pairedMedianRatio, pairedQuantileRatio } from '../stats/compare/ratio.ts';
import { type RunRatioEstimate, type RunSamples, ratioOfRuns } from '../stats/compare/run-ratio.ts';
import type { Block } from '../stats/quantile/estimate.ts';
import { pool, quantile, type SortedSamples } from '../stats/quantile/quantiles.ts';
import { workloadName } from '../text/sizes.ts';
import { analyse } from './analyse.ts';
import { runScatterOf } from './run-scatter.ts';
import { sortedRttNs } from './samples/probes.ts';
import { measuredBlocks, workloadsOf } from './samples/select.ts';
import { ratesOf } from './series.ts';

/** What is smaller than this is no difference to anybody. */
export const EQUIVALENCE = 0.05;
const MEDIAN = 0.5;
const RTT_TAIL = 0.99;
/** The slow tail of a rate is its low end. */
const RATE_TAIL = 0.01;

export interface LabelledResult {
  readonly label: string;
  /** Those it was read from, where it was. */
  readonly files?: readonly string[];
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
  const common = shared.filter((key) => !zero.some(({ workload }) => sameWorkload(workload, key)));
  const places = runPlaces(a.result, b.result);
  return {
    format: 'echolot-comparison',
    version: 2,
    tool: context.tool,
    interleaved,
    a: sideOf(a),
    b: sideOf(b),
    series: common.map((key) => {
      const [ofA, ofB] = [measured(a.result, key), measured(b.result, key)];
      return interleaved ? comparePairs(pairsOf(ofA, ofB), key) : compareRuns(ofA, ofB, places, key);
    }),
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
  kind: WorkloadKind,
): RatioVerdict {
  if (interval === null) return 'too-noisy';
  const { low, high } = interval;
  const [less, more] = kind === 'rtt' ? (['faster', 'slower'] as const) : (['slower', 'faster'] as const);
  if (high < 1) return less;
  if (low > 1) return more;
  return high <= 1 + EQUIVALENCE && low >= 1 / (1 + EQUIVALENCE) ? 'no-difference-shown' : 'too-noisy';
}

function measured(result: Result, key: Workload): BlockRecord[] {
  return measuredBlocks(result.blocks, key);
}

/** Each measurement and size of which there is a sample that counts. */
function seriesWithSamples(result: Result): Workload[] {
  return workloadsOf(result).filter((key) => measured(result, key).length > 0);
}

/** Those of which both have samples, and of blocks that took turns at least one pair. */
function sharedSeries(a: LabelledResult, b: LabelledResult, interleaved: boolean): Workload[] {
  const shared = seriesWithSamples(a.result).filter((key) => {
    const ofB = measured(b.result, key);
    return interleaved ? pairsOf(measured(a.result, key), ofB).length > 0 : ofB.length > 0;
  });
  if (shared.length > 0) return shared;
  const text = ({ label, result }: LabelledResult): string => {
    const names = seriesWithSamples(result).map(workloadName);
    return `${label} has ${names.length === 0 ? 'no samples' : names.join(', ')}`;
  };
  throw new EcholotError('usage', `there is nothing to compare: ${text(a)}; ${text(b)}`, {
    advice: 'measure the same sizes, and the same of rtt and throughput, on both sides',
  });
}

function withoutCounterpart(side: 'a' | 'b', result: Result, shared: readonly Workload[]): LeftOutSeries[] {
  return seriesWithSamples(result)
    .filter((key) => !shared.some((kept) => sameWorkload(kept, key)))
    .map((workload) => ({ side, workload, reason: 'no-counterpart' }));
}

function zeroRtts(side: 'a' | 'b', result: Result, shared: readonly Workload[]): LeftOutSeries[] {
  return shared
    .filter((key) => measured(result, key).some((block) => sortedRttNs(block)[0] === 0))
    .map((workload) => ({ side, workload, reason: 'zero-rtt' }));
}

function sideOf({ label, files, result }: LabelledResult): ComparedSide {
  const { runs, system, engine, plan, warnings } = result;
  const from = files === undefined ? {} : { files };
  const startedAt = runs[0]?.startedAt ?? '';
  const addresses = runs[0]?.addresses ?? null;
  const remotes = [...new Set(result.blocks.map(({ remote }) => remote.address))];
  return { label, startedAt, runs: runs.length, ...from, system, engine, plan, addresses, remotes, warnings };
}

function comparePairs(records: readonly PairRecord[], key: Workload): ComparedSeries {
  const pairs = records.map(({ a, b }): BlockPair => ({ a: valuesOf(a, key), b: valuesOf(b, key) }));
  const pooled = { a: pool(pairs.map(({ a }) => a)), b: pool(pairs.map(({ b }) => b)) };
  const ratio = (p: number): RatioRecord => {
    const estimate = p === MEDIAN ? pairedMedianRatio(pairs) : pairedQuantileRatio(pairs, p);
    return ratioRecord(p, { ...estimate, a: quantile(pooled.a, p), b: quantile(pooled.b, p) }, key);
  };
  return { workload: key, pairs: pairs.length, median: ratio(MEDIAN), tail: ratio(tailOf(key)) };
}

function compareRuns(
  a: readonly BlockRecord[],
  b: readonly BlockRecord[],
  places: RunPlaces,
  key: Workload,
): ComparedSeries {
  const blocksOf = (records: readonly BlockRecord[]): Block[] =>
    records.map((record) => ({ run: record.run, samples: valuesOf(record, key) }));
  const [blocksOfA, blocksOfB] = [blocksOf(a), blocksOf(b)];
  const ofA = runsOf(blocksOfA, places.a);
  const ofB = runsOf(blocksOfB, places.b);
  const tail = tailOf(key);
  const scatterOf = (blocks: readonly Block[]): number | null => runScatterOf(blocks)?.found ?? null;
  return {
    workload: key,
    pairs: null,
    median: ratioRecord(MEDIAN, ratioOfRuns(ofA, ofB, MEDIAN), key),
    tail: ratioRecord(tail, ratioOfRuns(ofA, ofB, tail), key),
    runScatter: { a: scatterOf(blocksOfA), b: scatterOf(blocksOfB) },
  };
}

function ratioRecord(p: number, estimate: RunRatioEstimate, { kind }: Workload): RatioRecord {
  const { a, b, value, interval, refused } = estimate;
  return { p, a, b, ratio: value, interval, refused, verdict: verdictOf(interval, kind) };
}

function tailOf({ kind }: Workload): number {
  return kind === 'rtt' ? RTT_TAIL : RATE_TAIL;
}

/** Of each run of a side, its place among all runs of both sides by the time at which they started. */
interface RunPlaces {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

function runPlaces(a: Result, b: Result): RunPlaces {
  const all = [...a.runs, ...b.runs];
  const order = all.map((_, i) => i);
  // ISO 8601 in UTC sorts by time; equal ones keep the order in which they were named.
  order.sort((i, j) => compareText(all[i]?.startedAt ?? '', all[j]?.startedAt ?? ''));
  const places = new Array<number>(all.length);
  for (const [place, i] of order.entries()) places[i] = place;
  return { a: places.slice(0, a.runs.length), b: places.slice(a.runs.length) };
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function runsOf(blocks: readonly Block[], places: readonly number[]): RunSamples[] {
  return [...Map.groupBy(blocks, ({ run }) => run)].map(([run, own]) => ({
    place: places[run - 1] ?? run - 1,
    samples: pool(own.map(({ samples }) => samples)),
  }));
}

function valuesOf(block: BlockRecord, { kind, payloadBytes }: Workload): SortedSamples {
  const rttNs = sortedRttNs(block);
  return kind === 'rtt' ? rttNs : ratesOf(rttNs, payloadBytes);
}

interface PairRecord {
  readonly a: BlockRecord;
  readonly b: BlockRecord;
}

/** The blocks of the rounds that both have. */
function pairsOf(a: readonly BlockRecord[], b: readonly BlockRecord[]): PairRecord[] {
  const ofB = new Map(b.map((block) => [block.round, block]));
  return a.flatMap((block) => {
    const other = ofB.get(block.round);
    return other === undefined ? [] : [{ a: block, b: other }];
  });
}
