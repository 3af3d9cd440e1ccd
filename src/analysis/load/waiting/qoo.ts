/**
 * Quality of Outcome, draft-ietf-ippm-qoo-11: how far a path is from what an application needs, between 100 (all that it
 * can use) and 0 (of no use to it). The formulas are of 3.3; where the draft leaves the thresholds to whoever knows the
 * application, a profile gives them.
 */
import type { QooProfileRecord } from '../../../result/load/load-result.ts';
import type { QooStatistics } from '../../../result/load/load-statistics.ts';
import type { Block } from '../../../stats/quantile/estimate.ts';
import { pool, type SortedSamples } from '../../../stats/quantile/quantiles.ts';
import { tailOf } from '../estimates.ts';

/** What was measured for it. */
export interface QooMeasured {
  /** Round trips, in blocks. */
  readonly blocks: readonly Block[];
  /** The same in the order of time. */
  readonly series: ArrayLike<number>;
  readonly lossShare: number;
  /** Null where it is not known. */
  readonly bitsPerSecond: number | null;
}

export type QooScore = Omit<QooStatistics, 'phase'>;

/** 3.3.1. @returns null where no probe was answered, or the profile has no percentile */
export function qoo(
  { latencies, loss, bitsPerSecond }: QooProfileRecord,
  measured: QooMeasured,
): QooScore | null {
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
    throughput: measured.bitsPerSecond === null ? null : measured.bitsPerSecond >= bitsPerSecond ? 100 : 0,
  };
  const least = (latency: number): number => Math.min(latency, others.loss, others.throughput ?? 100);
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
    decidedBy: worst.latency.p,
    probes: pooled.length,
  };
}

/** 3.3.2 and 3.3.3: 100 up to the optimum, 0 from the unacceptable on, even in between. */
function closeness(value: number, optimal: number, unacceptable: number): number {
  return 100 * Math.min(1, Math.max(0, 1 - (value - optimal) / (unacceptable - optimal)));
}
