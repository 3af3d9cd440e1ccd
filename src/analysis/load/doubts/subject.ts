/** What doubts of a load look at, and how they name it. */
import type { LoadPhaseName, LoadRecording } from '../../../result/load/load-result.ts';
import type { LatencyStatistics, LoadDoubt } from '../../../result/load/load-statistics.ts';
import type { LoadedPhase } from '../phase.ts';
import type { Span } from '../window.ts';

export interface LoadSubject {
  readonly recording: LoadRecording;
  /** What suspensions spoil. */
  readonly holes: readonly Span[];
  readonly idle: LatencyStatistics | null;
  /** Those that carried data. */
  readonly phases: readonly LoadedPhase[];
}

/** Looks for one kind of fault. */
export type DoubtFinder = (subject: LoadSubject) => readonly LoadDoubt[];

const PHASE_TEXTS: Readonly<Record<LoadPhaseName, string>> = {
  idle: 'in the idle phase',
  down: 'under the load down',
  up: 'under the load up',
  both: 'under the load both ways',
  recovery: 'in recovery',
};

/** `under the load down`. */
export function phaseText(name: LoadPhaseName): string {
  return PHASE_TEXTS[name];
}
