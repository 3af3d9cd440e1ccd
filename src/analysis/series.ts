/** The statistics of each measurement and size, from the samples of its blocks. */
import type { BlockRecord } from '../result/block-record.ts';
import type { Recording } from '../result/result.ts';
import type { SeriesRecord, SeriesStatistics } from '../result/series-record.ts';
import { sameWorkload, type Workload } from '../result/workload.ts';
import { goodputBitsPerSecond } from '../stats/goodput.ts';
import { NanosecondHistogram } from '../stats/histogram.ts';
import type { Block } from '../stats/quantile/estimate.ts';
import { quantile, type SortedSamples, sorted } from '../stats/quantile/quantiles.ts';
import { layersOfSeries } from './layers.ts';
import { runScatterOf } from './run-scatter.ts';
import { answeredProbes, countedProbes, sortedRttNs } from './samples/probes.ts';
import { measuredBlocks, workloadsOf } from './samples/select.ts';
import { poolBlocks, sampleStatistics } from './statistics.ts';

const RTT_QUANTILES = [0.5, 0.9, 0.99, 0.999] as const;
/** The slow tail of a rate is its low end. */
const RATE_QUANTILES = [0.5, 0.1, 0.01, 0.001] as const;

export function seriesOf(recording: Recording): SeriesRecord[] {
  return workloadsOf(recording).map((workload) => oneSeries(recording, workload));
}

function oneSeries({ blocks }: Recording, workload: Workload): SeriesRecord {
  const measured = measuredBlocks(blocks, workload);
  const all = blocks.filter((block) => sameWorkload(block.workload, workload));
  const counted = measured.map(countedProbes);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const sent = sum(all.map((block) => answeredProbes(block) + block.suspendedProbes));
  const rtts = rttBlocks(measured);
  const pooled = poolBlocks(rtts);
  return {
    workload,
    blocks: measured.length,
    leftOutProbes: sent - sum(counted),
    statistics: statisticsOf(rtts, pooled, workload.payloadBytes),
    layers: layersOfSeries(measured),
    windowBoundBitsPerSecond: windowBoundOf(measured, pooled),
    runScatter: runScatterOf(rtts),
    rttHistogram: pooled.length === 0 ? null : NanosecondHistogram.of(pooled).encode(),
  };
}

/** RFC 6349, 3.3.1: no more than a window in each round trip. */
function windowBoundOf(blocks: readonly BlockRecord[], rttNs: SortedSamples): number | null {
  const windows = blocks.flatMap(({ path }) => path?.peerWindowBytes ?? []);
  if (windows.length === 0 || rttNs.length === 0) return null;
  const medianNs = quantile(rttNs, 0.5);
  return medianNs === 0 ? null : goodputBitsPerSecond(quantile(sorted(windows), 0.5), medianNs);
}

/** What the quantiles of a series stand on: its round-trip times or, of a throughput, its rates. */
export function sampleBlocks(blocks: readonly BlockRecord[], workload: Workload): Block[] {
  const rtts = rttBlocks(measuredBlocks(blocks, workload));
  return workload.kind === 'rtt' ? rtts : rateBlocks(rtts, workload.payloadBytes);
}

function rttBlocks(blocks: readonly BlockRecord[]): Block[] {
  return blocks.map((block) => ({ run: block.run, samples: sortedRttNs(block) }));
}

function statisticsOf(
  rtts: readonly Block[],
  pooled: SortedSamples,
  payloadBytes: number,
): SeriesStatistics | null {
  const rttNs = sampleStatistics(rtts, pooled, RTT_QUANTILES);
  if (rttNs === null) return null;
  if (rttNs.min <= 0) return { rttNs, goodputBitsPerSecond: null };
  const rates = rateBlocks(rtts, payloadBytes);
  return {
    rttNs,
    goodputBitsPerSecond: sampleStatistics(rates, ratesOf(pooled, payloadBytes), RATE_QUANTILES),
  };
}

function rateBlocks(rtts: readonly Block[], payloadBytes: number): Block[] {
  return rtts.map(({ run, samples }) => ({ run, samples: ratesOf(samples, payloadBytes) }));
}

/** The rate falls as the time grows, so what is sorted stays so, the other way round. */
export function ratesOf(rttNs: SortedSamples, payloadBytes: number): SortedSamples {
  const last = rttNs.length - 1;
  return rttNs.map((_, i) => goodputBitsPerSecond(payloadBytes, rttNs[last - i] as number)) as SortedSamples;
}
