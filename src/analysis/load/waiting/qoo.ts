/**
 * Quality of Outcome, draft-ietf-ippm-qoo-11: how far a path is from what an application needs, between 100 (all that it
 * can use) and 0 (of no use to it). The formulas are of 3.3; where the draft leaves the thresholds to whoever knows the
 * application, a profile gives them.
 */
import type { LoadInterval } from '../../../result/load/load-statistics.ts';
import type { Block } from '../../../stats/quantile/estimate.ts';
import { pool, type SortedSamples } from '../../../stats/quantile/quantiles.ts';
import { tailOf } from '../estimates.ts';

/** What an application needs, of round trips. */
export interface QooProfile {
  readonly name: string;
  /** Least rate, bit/s. */
  readonly bitsPerSecond: number;
  /** At least one. */
  readonly latencies: readonly QooLatency[];
  /** Of probes, the share that is not answered. */
  readonly loss: { readonly optimal: number; readonly unacceptable: number };
}

/** The requirement for optimal performance (ROP), and the point of unacceptable performance (CPUP), of a percentile. */
export interface QooLatency {
  /** As a share, 0.99 for the 99th. */
  readonly p: number;
  readonly optimalNs: number;
  readonly unacceptableNs: number;
}

/** What was measured for it. */
export interface QooMeasured {
  /** Round trips, in blocks. */
  readonly blocks: readonly Block[];
  /** The same in the order of time. */
  readonly series: ArrayLike<number>;
  readonly lossShare: number;
  readonly bitsPerSecond: number;
}

/** All of them from 0 to 100. */
export interface QooScore {
  /** The least of the three others. */
  readonly score: number;
  readonly latency: number;
  readonly loss: number;
  readonly throughput: number;
  /** Of the score, by the intervals of the percentiles; null where one of them has none. */
  readonly interval: Pick<LoadInterval, 'low' | 'high'> | null;
  /** Which percentile decides the part of latency. */
  readonly decidedBy: QooLatency;
  /** Probes behind it. */
  readonly probes: number;
}

/** 3.3.1. @returns null where no probe was answered, or the profile has no percentile */
export function qoo({ latencies, loss, bitsPerSecond }: QooProfile, measured: QooMeasured): QooScore | null {
  const pooled: SortedSamples = pool(measured.blocks.map(({ samples }) => samples));
  if (pooled.length === 0) return null;
  const parts = latencies.map((latency) => {
    const { value, interval } = tailOf(measured.blocks, pooled, latency.p, measured.series);
    const scoreOf = (ns: number): number => closeness(ns, latency.optimalNs, latency.unacceptableNs);
    const bounds = interval === null ? null : { low: scoreOf(interval.high), high: scoreOf(interval.low) };
    return { latency, score: scoreOf(value), bounds };
  });
  const [worst] = parts.toSorted((a, b) => a.score - b.score);
  if (worst === undefined) return null;
  const others = {
    loss: closeness(measured.lossShare, loss.optimal, loss.unacceptable),
    // 3.3.4: enough or not.
    throughput: measured.bitsPerSecond >= bitsPerSecond ? 100 : 0,
  };
  const least = (latency: number): number => Math.min(latency, others.loss, others.throughput);
  const bounds = parts.map((part) => part.bounds).filter((one) => one !== null);
  return {
    score: least(worst.score),
    latency: worst.score,
    ...others,
    interval:
      bounds.length < parts.length
        ? null
        : {
            low: least(Math.min(...bounds.map(({ low }) => low))),
            high: least(Math.min(...bounds.map(({ high }) => high))),
          },
    decidedBy: worst.latency,
    probes: pooled.length,
  };
}

/** 3.3.2 and 3.3.3: 100 up to the optimum, 0 from the unacceptable on, even in between. */
function closeness(value: number, optimal: number, unacceptable: number): number {
  return 100 * Math.min(1, Math.max(0, 1 - (value - optimal) / (unacceptable - optimal)));
}
