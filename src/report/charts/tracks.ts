/**
 * The samples of a run, thinned out for a picture: what was sent within one bin of time becomes its range and its
 * median, so that a million samples take no more room than a thousand.
 */
import type { BlockRecord } from '../../result/block-record.ts';
import type { Result } from '../../result/result.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { sizeText } from '../../text/sizes.ts';
import { pickEvenly } from './distributions.ts';
import { extent } from './scales.ts';
import { SERIES_COLOURS } from './theme.ts';

/** Ranges in one picture; more would not be seen, and each costs some hundred bytes. */
const MOST_RANGES = 1_200;
const MOST_BINS = 300;
const LEAST_BINS = 10;
/** Between two runs of a merged record, which did not follow each other. */
const RUN_GAP_SHARE = 0.02;

/** The name of the track of what is in no statistic. */
export const WARM_UP = 'warm-up, left out';

/** What was sent within one bin of time. */
export interface Range {
  readonly fromNs: number;
  readonly toNs: number;
  readonly leastNs: number;
  readonly medianNs: number;
  readonly mostNs: number;
}

export interface Track {
  readonly label: string;
  readonly ranges: readonly Range[];
  readonly blockMedians: readonly (readonly [atNs: number, medianNs: number])[];
}

export interface Tracks {
  /** One a size, and one of the warm-up; those without a sample are left out. */
  readonly tracks: readonly Track[];
  /** What is not in the picture, in a sentence; '' where all is. */
  readonly leftOut: string;
  /** When the last run ended, ns. */
  readonly endNs: number;
}

interface Sample {
  readonly atNs: number;
  readonly rttNs: number;
}

/** @param share of the room that one picture has: 1 / results */
export function tracksOf(result: Result, share: number): Tracks {
  const blocks = result.blocks.filter(hasSamples);
  const measured = blocks.filter(({ kind }) => kind === 'measured');
  const kind = measured.some(({ workload }) => workload.kind === 'rtt') ? 'rtt' : 'throughput';
  const drawn = measured.filter(({ workload }) => workload.kind === kind);
  const sizes = [...new Set(drawn.map(({ workload }) => workload.payloadBytes))].sort((a, b) => a - b);
  const shown = pickEvenly(sizes, SERIES_COLOURS);
  const starts = runStarts(result.runs.map(({ durationNs }) => durationNs));
  const startOf = ({ run }: BlockRecord): number => starts[run - 1] ?? 0;
  const lastNs = blocks.reduce((last, block) => Math.max(last, startOf(block) + lastAtNs(block)), 1);
  // A record that was cut or put together by hand may end before its last probe.
  const endNs = Math.max(starts.at(-1) ?? 0, lastNs);
  const bins = Math.max(
    LEAST_BINS,
    Math.min(MOST_BINS, Math.floor((MOST_RANGES * share) / (shown.length + 1))),
  );
  const binNs = endNs / bins;
  const tracks = shown.map((payloadBytes) => {
    const own = drawn.filter(({ workload }) => workload.payloadBytes === payloadBytes);
    return {
      label: sizeText(payloadBytes),
      ranges: [
        ...rangesOf(
          own.map((block) => samplesOf(block, startOf(block), 'counted')),
          binNs,
        ),
        ...own.flatMap((block) => intervalRanges(block, startOf(block))),
      ],
      blockMedians: own.flatMap((block) => blockMedian(block, startOf(block))),
    };
  });
  const warmUp = rangesOf(
    blocks
      .filter((block) => block.kind === 'warm-up' || block.workload.kind === kind)
      .map((block) => samplesOf(block, startOf(block), 'warm-up')),
    binNs,
  );
  const leftOut = shown.length === sizes.length ? '' : ` Drawn are ${shown.length} of ${sizes.length} sizes.`;
  const all = [...tracks, { label: WARM_UP, ranges: warmUp, blockMedians: [] }];
  return { tracks: all.filter(({ ranges }) => ranges.length > 0), leftOut, endNs };
}

/** When each run starts on a common axis, and at the end where the last one ends. */
function runStarts(durationsNs: readonly number[]): number[] {
  const gapNs = RUN_GAP_SHARE * durationsNs.reduce((sum, ns) => sum + ns, 0);
  const starts = [0];
  durationsNs.forEach((ns, i) => {
    const isLast = i === durationsNs.length - 1;
    starts.push((starts[i] ?? 0) + ns + (isLast ? 0 : gapNs));
  });
  return starts;
}

function hasSamples({ samples }: BlockRecord): boolean {
  return (samples.form === 'raw' ? samples.rttNs : samples.intervals).length > 0;
}

/** When the last probe was sent, or its interval began, ns after the start of its run. */
function lastAtNs({ samples }: BlockRecord): number {
  return (samples.form === 'raw' ? samples.sentAtNs.at(-1) : samples.intervals.at(-1)?.fromAtNs) ?? 0;
}

/** Of a block that keeps histograms, each of its intervals. */
function intervalRanges({ samples, kind }: BlockRecord, startNs: number): Range[] {
  if (samples.form === 'raw' || kind === 'warm-up') return [];
  return samples.intervals.map(({ fromAtNs, toAtNs, rttNs }) => {
    const histogram = NanosecondHistogram.decode(rttNs);
    return {
      fromNs: startNs + fromAtNs,
      toNs: startNs + toAtNs,
      leastNs: histogram.quantile(0),
      medianNs: histogram.quantile(0.5),
      mostNs: histogram.quantile(1),
    };
  });
}

/** Of a block that keeps each. */
function samplesOf(
  { kind, samples: kept }: BlockRecord,
  startNs: number,
  wanted: 'counted' | 'warm-up',
): Sample[] {
  if (kept.form !== 'raw') return [];
  const { rttNs, sentAtNs, warmupProbes } = kept;
  const firstCounted = kind === 'measured' ? warmupProbes : rttNs.length;
  const [from, to] = wanted === 'counted' ? [firstCounted, rttNs.length] : [0, firstCounted];
  const samples: Sample[] = [];
  for (let i = from; i < to; i++) {
    samples.push({ atNs: startNs + Math.max(0, sentAtNs[i] ?? 0), rttNs: rttNs[i] ?? 0 });
  }
  return samples;
}

function rangesOf(blocks: readonly (readonly Sample[])[], binNs: number): Range[] {
  const binned = new Map<number, Sample[]>();
  for (const samples of blocks) {
    for (const sample of samples) {
      const bin = Math.floor(sample.atNs / binNs);
      const others = binned.get(bin);
      if (others === undefined) binned.set(bin, [sample]);
      else others.push(sample);
    }
  }
  return [...binned.entries()].sort(([a], [b]) => a - b).map(([, samples]) => rangeOf(samples));
}

function rangeOf(samples: readonly Sample[]): Range {
  const ascending = sorted(samples.map(({ rttNs }) => rttNs));
  const [fromNs, toNs] = extent(samples.map(({ atNs }) => atNs));
  return {
    fromNs,
    toNs,
    leastNs: ascending[0] ?? 0,
    medianNs: quantile(ascending, 0.5),
    mostNs: ascending.at(-1) ?? 0,
  };
}

function blockMedian(block: BlockRecord, startNs: number): [atNs: number, medianNs: number][] {
  const ranges = intervalRanges(block, startNs);
  if (ranges.length > 0) return ranges.map(({ fromNs, toNs, medianNs }) => [(fromNs + toNs) / 2, medianNs]);
  const samples = samplesOf(block, startNs, 'counted');
  if (samples.length === 0) return [];
  const { fromNs, toNs, medianNs } = rangeOf(samples);
  return [[(fromNs + toNs) / 2, medianNs]];
}
