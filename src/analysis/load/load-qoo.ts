/** The Quality of Outcome of each phase that carried data: what its foreign probes say for an application beside it. */
import type { LoadPhaseName, LoadResult } from '../../result/load/load-result.ts';
import { leastOf } from '../../stats/extremes.ts';
import { suspensions } from './suspension.ts';
import { probesWithin } from './waiting/latency.ts';
import { type QooProfile, type QooScore, qoo } from './waiting/qoo.ts';
import { blocksOf, type Window } from './window.ts';

export interface PhaseQoo extends QooScore {
  readonly phase: LoadPhaseName;
}

/** Without phases that never settled, or in which no probe was answered. */
export function loadQoo(load: LoadResult, profile: QooProfile): PhaseQoo[] {
  const holes = suspensions(load);
  return load.statistics.loaded.flatMap(({ phase, settledAtNs, toAtNs, directions }): PhaseQoo[] => {
    if (settledAtNs === null) return [];
    const window: Window = { fromNs: settledAtNs, toNs: toAtNs, holes };
    const { atNs, rttNs, unanswered } = probesWithin([load.foreignProbes], window);
    const score = qoo(profile, {
      blocks: blocksOf(window, atNs, rttNs),
      series: rttNs,
      lossShare: unanswered / (rttNs.length + unanswered),
      bitsPerSecond: leastOf(directions.map(({ goodput }) => goodput.value)),
    });
    return score === null ? [] : [{ phase, ...score }];
  });
}
