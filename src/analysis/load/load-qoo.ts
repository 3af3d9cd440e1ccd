/**
 * The Quality of Outcome of a load: what its foreign probes say for an application beside it, idle and in each phase that
 * carried data. Of the idle path it is not known what it carries: its score is of latency and loss alone.
 */
import type { LoadRecording, LoadResult, QooProfileRecord } from '../../result/load/load-result.ts';
import type { LoadStatistics, QooStatistics } from '../../result/load/load-statistics.ts';
import { leastOf } from '../../stats/extremes.ts';
import { checkQooProfile } from './qoo-profiles.ts';
import { suspensions } from './suspension.ts';
import { probesWithin } from './waiting/latency.ts';
import { qoo } from './waiting/qoo.ts';
import { blocksOf, type Span } from './window.ts';

/** A load with as much of its figures as is needed. */
export interface QooLoad extends LoadRecording {
  readonly statistics: Pick<LoadStatistics, 'loaded'>;
}

interface Subject extends Span {
  readonly phase: QooStatistics['phase'];
  readonly bitsPerSecond: number | null;
}

/** Without phases that never settled, or in which no probe was answered. */
export function loadQoo(load: QooLoad, profile: QooProfileRecord): QooStatistics[] {
  const holes = suspensions(load);
  return subjectsOf(load).flatMap(({ phase, fromNs, toNs, bitsPerSecond }): QooStatistics[] => {
    const window = { fromNs, toNs, holes };
    const { atNs, rttNs, unanswered } = probesWithin([load.foreignProbes], window);
    const lossShare = unanswered / (rttNs.length + unanswered);
    const blocks = blocksOf(window, atNs, rttNs);
    const score = qoo(profile, { blocks, series: rttNs, lossShare, bitsPerSecond });
    return score === null ? [] : [{ phase, ...score }];
  });
}

/** The same load for another application than it was run for, if for any. @throws EcholotError `usage` for no profile */
export function withQoo(load: LoadResult, profile: QooProfileRecord): LoadResult {
  const qoo = checkQooProfile(profile);
  return {
    ...load,
    plan: { ...load.plan, qoo },
    statistics: { ...load.statistics, qoo: loadQoo(load, qoo) },
  };
}

function subjectsOf({ phases, statistics: { loaded } }: QooLoad): Subject[] {
  const settled = loaded.flatMap(({ phase, settledAtNs, toAtNs, directions }): Subject[] => {
    if (settledAtNs === null || directions.length === 0) return [];
    const bitsPerSecond = leastOf(directions.map(({ goodput }) => goodput.value));
    return [{ phase, fromNs: settledAtNs, toNs: toAtNs, bitsPerSecond }];
  });
  const idle = phases.find(({ name }) => name === 'idle');
  if (idle === undefined) return settled;
  return [{ phase: idle.name, fromNs: idle.fromAtNs, toNs: idle.toAtNs, bitsPerSecond: null }, ...settled];
}
