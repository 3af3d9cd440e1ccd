/** What the blocks of one workload say together. All of it is computed from their samples. */
import type { ResidenceSource } from '../core/wire/residence.ts';
import type { QuantileEstimate } from '../stats/quantile/estimate.ts';
import type { Summary } from '../stats/summary.ts';
import type { Workload, WorkloadFamily } from './workload.ts';

export interface SeriesRecord {
  /** What it is known by. */
  readonly workload: Workload;
  /** Blocks with at least one sample that counts. */
  readonly blocks: number;
  /** Probes that were sent and left out: warm-up blocks, warm-up at the head of blocks, suspensions. */
  readonly leftOutProbes: number;
  /** Over all samples that count; null when there is none. */
  readonly statistics: SeriesStatistics | null;
  /** The layers of the round trip over all samples that count; null when no block has any. */
  readonly layers: SeriesLayersRecord | null;
  /**
   * 8 x receive window of the server / median RTT, by the medians of the blocks: one window in each round trip, bits per
   * second. Null where the engine does not see the window.
   */
  readonly windowBoundBitsPerSecond: number | null;
  /** How much the medians of the runs differ; null for a single run. */
  readonly runScatter: RunScatterRecord | null;
  /**
   * Histogram of the round-trip times, ns: HdrHistogram with three significant digits in its compressed
   * encoding (V2), base64. Null when there is no sample.
   */
  readonly rttHistogram: string | null;
}

/** Both as shares of the mean of the runs' medians. */
export interface RunScatterRecord {
  /** Standard deviation of the medians of the runs. */
  readonly found: number;
  /** What it would be if runs differed by no more than their blocks do; null where a run has a single block. */
  readonly foretold: number | null;
}

/** Quantiles are interpolated linearly between order statistics (Hyndman and Fan, type 7). */
export interface SeriesStatistics {
  /** Of the round-trip times, ns; its estimates are of p50, p90, p99 and p99.9. */
  readonly rttNs: SampleStatistics;
  /**
   * Of the samples 8 x payloadBytes / RTT, one for each probe, in bits per second; its estimates are of p50,
   * p10, p1 and p0.1, since the slow tail of a rate is its low end. Null when the clock was too coarse and saw
   * an RTT of 0.
   */
  readonly goodputBitsPerSecond: SampleStatistics | null;
}

export interface SampleStatistics extends Summary {
  /** Quantiles, each with an interval that takes blocks or runs as its units, or the reason why there is none. */
  readonly estimates: readonly QuantileEstimate[];
}

export interface SeriesLayersRecord {
  /** As in the blocks; null when the server tells no residence, or not all blocks have the same. */
  readonly residenceSource: ResidenceSource | null;
  /** How many probes that count lack a stamp. */
  readonly missing: MissingStamps;
  /** Of the values that are there. */
  readonly statistics: LayerStatistics;
}

export interface MissingStamps {
  /** Probes that lack a stamp of the client. */
  readonly client: number;
  /**
   * Probes without a residence, or with one longer than the kernel RTT that contains it; null when the server
   * tells none.
   */
  readonly server: number | null;
}

/** Each over the values that are there; null when there is none. */
export interface LayerStatistics {
  /** Of the send calls, ns. */
  readonly sendCallNs: SampleStatistics | null;
  /** Of the waits in TCP, ns; absent in files of versions that did not part them from the send calls. */
  readonly tcpWaitNs?: SampleStatistics | null;
  /** Of the times in the local queue, ns. */
  readonly localQueueNs: SampleStatistics | null;
  /** Of the kernel round-trip times, ns. */
  readonly kernelRttNs: SampleStatistics | null;
  /** Of the wake-ups, ns. */
  readonly wakeUpNs: SampleStatistics | null;
  /** Of the residences, ns. */
  readonly residenceNs: SampleStatistics | null;
  /**
   * Of the residences less the waits in the server's TCP where those are known, ns; absent in files of versions
   * that did not part them.
   */
  readonly serverNs?: SampleStatistics | null;
  /** Of the waits in the server's TCP, ns; absent likewise. */
  readonly serverTcpWaitNs?: SampleStatistics | null;
  /** Of the differences kernel RTT - residence, one for each probe that has both, ns; negative ones left out. */
  readonly networkRttNs: SampleStatistics | null;
}

/** RTT = intercept + slope x size, through the medians of all sizes (Theil and Sen). */
export interface FitRecord {
  /** What the series it goes through have in common: all but the size. */
  readonly workload: WorkloadFamily;
  /** How many sizes it goes through. */
  readonly sizes: number;
  /** Round-trip time of a message without payload, ns; null when the fit does not bear one. */
  readonly intercept: FitValue | null;
  /** Why there is no intercept; null when there is one. */
  readonly interceptRefused: 'negative' | 'poor-fit' | null;
  /** Round-trip time for each further byte, ns. */
  readonly slopeNsPerByte: FitValue;
  /**
   * 8 / slope: the rate of the path if it is slow in one direction only; twice that in each if both are alike.
   * Bits per second; null when the slope may be 0, when the line explains less than 0.9 of the variance,
   * and when it may be waits of TCP that grow with the size instead.
   */
  readonly rateBitsPerSecond: FitValue | null;
  /** Share of the variance of the medians that the line explains; null when they do not vary. */
  readonly rSquared: number | null;
}

export interface FitValue {
  /** In the unit of its field. */
  readonly value: number;
  /** 95 % interval by resampling rounds; null when there are too few. */
  readonly interval: FitInterval | null;
}

export interface FitInterval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}
