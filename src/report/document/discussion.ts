/**
 * What the results of several server delays show, in sentences such as a student would write: each is computed from
 * them, and each is said only where an interval bears it. Refuses to guess at causes that were not measured.
 */

import type { Result } from '../../result/result.ts';
import type { SampleStatistics, SeriesRecord } from '../../result/series-record.ts';
import { sameWorkload } from '../../result/workload.ts';
import { hodgesLehmann } from '../../stats/compare/signed-rank.ts';
import { figureText } from '../../text/numbers.ts';
import { sizeText } from '../../text/sizes.ts';
import { delayText, inUnit, rateUnit, timeUnit, type Unit } from '../../text/units.ts';

const LEVEL = 0.95;
/** A slope for one byte is too small a figure to read. */
const STEP_BYTES = 1_000;
/** Medians of runs on one machine differed by up to 17 %, whatever was measured; see stats/estimate.ts. */
const CHANGE_BETWEEN_RUNS = 0.2;

/** Sentences without a full stop; there may be none. */
export function discussion(results: readonly Result[]): string[] {
  const ascending = [...results].sort((a, b) => a.plan.serverDelayNs - b.plan.serverDelayNs);
  const [least, ...longer] = ascending;
  if (least === undefined) return [];
  return [
    growthOfTime(least),
    ...longer.map((result) => effectOnTime(least, result)),
    ...growthOfRate(ascending),
    ...longer.map((result) => effectOnRate(least, result)),
    weightOfTail(results),
  ].filter((sentence) => sentence !== undefined);
}

/** From the line through the medians of all sizes, whose interval stands on rounds. */
function growthOfTime({ fits, series, plan }: Result): string | undefined {
  const slope = fits.find(({ workload }) => workload.kind === 'rtt')?.slopeNsPerByte;
  if (slope === undefined || slope.interval === null) return undefined;
  const low = slope.interval.low * STEP_BYTES;
  const high = slope.interval.high * STEP_BYTES;
  const name = `${withDelay(plan.serverDelayNs)} the round-trip time`;
  const step = 'for each 1,000 bytes';
  if (low > 0) {
    const value = slope.value * STEP_BYTES;
    return `${name} grows with the size: by ${estimateText(value, low, high)} ${step} (95 % interval ${rangeText(low, high)})`;
  }
  const sizes = series.flatMap((one) => (one.workload.kind === 'rtt' ? [one.workload.payloadBytes] : []));
  const most = Math.max(...sizes).toLocaleString('en-US');
  return `${name} does not grow measurably with the size up to ${most} bytes: ${step} it changes by ${rangeText(low, high)} (95 % interval)`;
}

/**
 * The sizes are the units: each was measured in connections of its own, so that their differences bear an interval
 * even where each had one session only. Fewer than six bear none.
 */
function effectOnTime(least: Result, delayed: Result): string | undefined {
  const pairs = commonSeries(least, delayed).flatMap(({ a, b }) => {
    const [before, after] = [a.statistics?.rttNs.median, b.statistics?.rttNs.median];
    return before === undefined || after === undefined ? [] : [{ before, difference: after - before }];
  });
  if (pairs.length === 0) return undefined;
  const differences = pairs.map(({ difference }) => difference);
  const { value, bounds } = hodgesLehmann(differences, LEVEL);
  if (bounds === null) return undefined;
  const { low, high } = bounds;
  const name = withDelay(delayed.plan.serverDelayNs);
  const than = least.plan.serverDelayNs === 0 ? 'without' : `with ${delayText(least.plan.serverDelayNs)}`;
  const interval = (from: number, to: number): string =>
    `95 % interval ${rangeText(from, to)}, from ${pairs.length} sizes`;
  if (low <= 0 && high >= 0) {
    return `${name} a round trip takes about as long as ${than}: no difference was shown (${interval(low, high)})`;
  }
  const smallest = Math.min(...pairs.map(({ before }) => before));
  const doubt =
    Math.abs(value) < CHANGE_BETWEEN_RUNS * smallest
      ? '; what else changed between the two runs is part of it'
      : '';
  if (value < 0) {
    return `${name} a round trip takes ${estimateText(-value, -high, -low)} less than ${than} (${interval(-high, -low)})${doubt}`;
  }
  const asked = delayed.plan.serverDelayNs - least.plan.serverDelayNs;
  const beyond =
    low > asked ? `, about ${roughText(value - asked)} of it beyond what the server was asked for` : '';
  return `${name} a round trip takes ${estimateText(value, low, high)} longer than ${than} (${interval(low, high)})${beyond}${doubt}`;
}

/** How much more the largest size gets than the smallest, with each delay where the intervals are apart. */
function growthOfRate(results: readonly Result[]): string[] {
  const sentences: string[] = [];
  for (const { series, plan } of results) {
    const bySize = series
      .filter(({ workload }) => workload.kind === 'throughput')
      .sort((a, b) => a.workload.payloadBytes - b.workload.payloadBytes);
    const [small, large] = [bySize[0], bySize.at(-1)];
    if (small === undefined || large === undefined) continue;
    const [slow, fast] = [rateOf(small), rateOf(large)];
    if (slow === null || fast === null || !areApart(slow, fast) || fast.median < slow.median) continue;
    const why = sentences.length === 0 ? ', since each message waits for the echo of the one before' : '';
    const bytes = figure(large.workload.payloadBytes / small.workload.payloadBytes);
    sentences.push(
      `${withDelay(plan.serverDelayNs)} throughput grows with the size${why}: ${sizeText(large.workload.payloadBytes)}, ${bytes} times as much as ${sizeText(small.workload.payloadBytes)}, reach ${figure(fast.median / slow.median)} times its rate`,
    );
  }
  return sentences;
}

/** What a delay leaves to the largest size. */
function effectOnRate(least: Result, delayed: Result): string | undefined {
  const bySize = commonSeries(least, delayed)
    .filter(({ a }) => a.workload.kind === 'throughput')
    .sort((one, other) => one.a.workload.payloadBytes - other.a.workload.payloadBytes);
  const largest = bySize.at(-1);
  if (largest === undefined) return undefined;
  const [before, after] = [rateOf(largest.a), rateOf(largest.b)];
  if (before === null || after === null || !areApart(before, after)) return undefined;
  const verb = after.median < before.median ? 'falls' : 'rises';
  return `${withDelay(delayed.plan.serverDelayNs)} the throughput of ${sizeText(largest.a.workload.payloadBytes)} ${verb} from ${rateText(before.median)} to ${rateText(after.median)}`;
}

/** The assignment asks for averages, which a few late echoes can move far. */
function weightOfTail(results: readonly Result[]): string | undefined {
  const rtts = results.flatMap(({ series }) => series.flatMap(({ statistics }) => statistics?.rttNs ?? []));
  const bounded = rtts.flatMap((rttNs) => {
    const interval = intervalOfMedian(rttNs);
    return interval === null ? [] : [{ mean: rttNs.mean, high: interval.high }];
  });
  const above = bounded.filter(({ mean, high }) => mean > high).length;
  if (above === 0) return undefined;
  return `The mean round-trip time lies above the 95 % interval of the median in ${above} of ${bounded.length} rows: a few late echoes raise the mean, and the median tells what is usual`;
}

/** The series that both have. */
function commonSeries(a: Result, b: Result): { readonly a: SeriesRecord; readonly b: SeriesRecord }[] {
  return a.series.flatMap((one) => {
    const other = b.series.find(({ workload }) => sameWorkload(workload, one.workload));
    return other === undefined ? [] : [{ a: one, b: other }];
  });
}

function rateOf({ statistics }: SeriesRecord): SampleStatistics | null {
  return statistics?.goodputBitsPerSecond ?? null;
}

/** Whether both medians have an interval, and these do not overlap. */
function areApart(a: SampleStatistics, b: SampleStatistics): boolean {
  const [ofA, ofB] = [intervalOfMedian(a), intervalOfMedian(b)];
  if (ofA === null || ofB === null) return false;
  return ofA.high < ofB.low || ofB.high < ofA.low;
}

function intervalOfMedian({ estimates }: SampleStatistics): { low: number; high: number } | null {
  return estimates.find(({ p }) => p === 0.5)?.interval ?? null;
}

function withDelay(ns: number): string {
  return ns === 0 ? 'Without a server delay' : `With a server delay of ${delayText(ns)}`;
}

/** A value with as many digits as its interval bears. */
function estimateText(ns: number, low: number, high: number): string {
  const { unit, decimals } = scaleOf(low, high);
  return `${(ns / unit.factor).toFixed(decimals)} ${unit.name}`;
}

function rangeText(low: number, high: number): string {
  const { unit, decimals } = scaleOf(low, high);
  const [from, to] = [low, high].map((ns) => (ns / unit.factor).toFixed(decimals));
  return `${from} to ${to} ${unit.name}`;
}

/** Two significant digits of an uncertainty, and as many decimals of the value: GUM (JCGM 100:2008), 7.2.6. */
function scaleOf(low: number, high: number): { readonly unit: Unit; readonly decimals: number } {
  const unit = timeUnitOf(Math.max(Math.abs(low), Math.abs(high)));
  const width = (high - low) / unit.factor;
  return { unit, decimals: width === 0 ? 0 : Math.max(0, 1 - Math.floor(Math.log10(width))) };
}

/** In a sentence a figure starts with one to three digits; ten of a unit are where a column would take it. */
function timeUnitOf(ns: number): Unit {
  return timeUnit([10 * ns]);
}

/** A difference of differences bears no more than two digits. */
function roughText(ns: number): string {
  const { name, factor } = timeUnitOf(ns);
  return `${figureText(ns / factor, 2)} ${name}`;
}

function rateText(bitsPerSecond: number): string {
  const unit = rateUnit([10 * bitsPerSecond]);
  return `${inUnit(bitsPerSecond, unit)} ${unit.name}`;
}

/** A ratio, with three significant digits. */
function figure(ratio: number): string {
  return figureText(ratio, 3);
}
