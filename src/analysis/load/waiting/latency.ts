/**
 * Round trips within a window of a load, and by how much they exceed those of the idle path. A probe belongs to the
 * moment of its sending; those never answered are counted, and in no quantile.
 */
import type { ProbesRecord } from '../../../result/load/load-result.ts';
import type { IncreaseStatistics, LatencyStatistics } from '../../../result/load/load-statistics.ts';
import { pool } from '../../../stats/quantile/quantiles.ts';
import { increaseOf, quantileOf, tailOf } from '../estimates.ts';
import { blocksOf, holds, type Window } from '../window.ts';

/** Answered probes that were sent within a window, and the count of those that were not answered. */
export interface WindowProbes {
  readonly atNs: Float64Array;
  readonly rttNs: Float64Array;
  readonly unanswered: number;
}

export function probesWithin(records: readonly ProbesRecord[], window: Window): WindowProbes {
  const room = records.reduce((sum, { sentAtNs }) => sum + sentAtNs.length, 0);
  const atNs = new Float64Array(room);
  const rttNs = new Float64Array(room);
  let answered = 0;
  let unanswered = 0;
  for (const record of records) {
    for (let i = 0; i < record.sentAtNs.length; i++) {
      const sentNs = record.sentAtNs[i] ?? null;
      const ns = record.rttNs[i] ?? null;
      if (sentNs === null || !holds(window, sentNs, sentNs + (ns ?? 0))) continue;
      if (ns === null) {
        unanswered++;
        continue;
      }
      atNs[answered] = sentNs;
      rttNs[answered] = ns;
      answered++;
    }
  }
  return { atNs: atNs.subarray(0, answered), rttNs: rttNs.subarray(0, answered), unanswered };
}

/** @returns null when none was answered */
export function latencyWithin(records: readonly ProbesRecord[], window: Window): LatencyStatistics | null {
  const { atNs, rttNs, unanswered } = probesWithin(records, window);
  if (rttNs.length === 0) return null;
  const blocks = blocksOf(window, atNs, rttNs);
  const pooled = pool(blocks.map(({ samples }) => samples));
  return {
    probes: rttNs.length + unanswered,
    unanswered,
    p50: quantileOf(blocks, pooled, 0.5),
    p99: tailOf(blocks, pooled, 0.99, records.length === 1 ? rttNs : seriesOf(records, window)),
    min: pooled[0] as number,
    max: pooled[pooled.length - 1] as number,
    seconds: blocks.length,
  };
}

/** Of several streams the round trips of one, in the order of time: what they wait in they share. */
function seriesOf(records: readonly ProbesRecord[], window: Window): Float64Array {
  const all = records.map((record) => probesWithin([record], window).rttNs);
  return all.reduce((longest, series) => (series.length > longest.length ? series : longest));
}

/** @returns null without either */
export function latencyIncrease(
  loaded: LatencyStatistics | null,
  idle: LatencyStatistics | null,
): IncreaseStatistics | null {
  if (loaded === null || idle === null) return null;
  return { p50: increaseOf(loaded.p50, idle.p50), p99: increaseOf(loaded.p99, idle.p99) };
}
