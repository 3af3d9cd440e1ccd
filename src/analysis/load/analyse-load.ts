/**
 * What a load means, derived from its recording: goodput, latency idle and loaded, whose queue the difference is, what
 * limited the data, and what makes all that doubtful. Pure: the same recording gives the same statistics, today and from
 * its file.
 */
import type { LoadPhaseName, LoadPhaseRecord, LoadRecording } from '../../result/load/load-result.ts';
import type { LoadedPhaseStatistics, LoadStatistics } from '../../result/load/load-statistics.ts';
import { loadDoubts } from './doubts/doubts.ts';
import { loadedPhase } from './phase.ts';
import { suspensions } from './suspension.ts';
import { gradeOf } from './waiting/grade.ts';
import { latencyWithin } from './waiting/latency.ts';
import type { Span, Window } from './window.ts';

/** A queue that is left over in recovery is no idle path, but no more than this much of the phase is given up for it. */
const MAX_DRAIN_SHARE = 0.5;

export function analyseLoad(recording: LoadRecording): LoadStatistics {
  const holes = suspensions(recording);
  const { foreignProbes } = recording;
  const quiet = phaseWindow(recording, 'idle', holes);
  const idle = quiet === null ? null : latencyWithin([foreignProbes], quiet);
  const phases = recording.phases
    .filter(isLoaded)
    .map((phase) => loadedPhase({ recording, holes, quiet, idle }, phase));
  const loaded = phases.map(({ statistics }) => statistics);
  const calm = phaseWindow(recording, 'recovery', holes);
  const recovery = calm === null ? null : latencyWithin([foreignProbes], drained(calm, loaded.at(-1)));
  return {
    ...{ idle, recovery, loaded },
    ...gradeOf(idle, loaded),
    doubts: loadDoubts({ recording, holes, idle, phases }),
  };
}

function isLoaded({ name }: LoadPhaseRecord): boolean {
  return name === 'down' || name === 'up' || name === 'both';
}

function phaseWindow({ phases }: LoadRecording, name: LoadPhaseName, holes: readonly Span[]): Window | null {
  const phase = phases.find((one) => one.name === name);
  return phase === undefined ? null : { fromNs: phase.fromAtNs, toNs: phase.toAtNs, holes };
}

/** Without its first part, as long as the longest round trip of the load before it: what waited then has gone. */
function drained(calm: Window, before: LoadedPhaseStatistics | undefined): Window {
  const drainNs = Math.min(before?.latency?.max ?? 0, MAX_DRAIN_SHARE * (calm.toNs - calm.fromNs));
  return { ...calm, fromNs: calm.fromNs + drainNs };
}
