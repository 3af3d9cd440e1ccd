/** Whether the probes beside a load are to be believed: sent when they were due, answered, not held up at home. */
import type { LoadPhaseRecord, LoadRecording } from '../../../result/load/load-result.ts';
import type { LoadDoubt } from '../../../result/load/load-statistics.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import { percentText } from '../../../text/numbers.ts';
import { countText, timeText } from '../../checks/words/words.ts';
import { totalUnsentBytes } from '../carried/counters.ts';
import type { LoadedPhase } from '../phase.ts';
import { probesWithin } from '../waiting/latency.ts';
import { holds, NS_PER_S, type Window } from '../window.ts';
import { type LoadSubject, phaseText } from './subject.ts';

const NS_PER_MS = 1_000_000;
const BITS_PER_BYTE = 8;
/** What timers and schedulers may be late by. */
export const LATE_NS: number = 2 * NS_PER_MS;
/** Of the median round trip: what is late by less hides nothing. */
export const LATE_SHARE = 0.1;
/** Of the probes of a phase: one in a hundred, as TCP loses none. */
export const LOST_SHARE = 0.01;
/** What waits in the own kernel for longer is more than a program needs to wake up. */
export const BACKLOG_NS: number = 20 * NS_PER_MS;
/** At the end of a run that was cut off they were under way. */
const UNDER_WAY_NS: number = NS_PER_S;

/** A program that is held up is so in most phases: told of the one in which it was worst. */
export function probesLate({ recording, holes }: LoadSubject): LoadDoubt[] {
  const late = recording.phases.flatMap((phase) => {
    const window = { ...spanOf(phase), holes };
    const { rttNs } = probesWithin([recording.foreignProbes], window);
    const lateness = latenessWithin(recording, window);
    if (rttNs.length === 0 || lateness.length === 0) return [];
    const lateNs = Math.round(quantile(sorted(lateness), 0.99));
    const limitNs = Math.max(LATE_NS, LATE_SHARE * quantile(sorted(rttNs), 0.5));
    return lateNs <= limitNs ? [] : [{ phase: phase.name, lateNs }];
  });
  return late
    .toSorted((a, b) => b.lateNs - a.lateNs)
    .slice(0, 1)
    .map(({ phase, lateNs }): LoadDoubt => {
      const others =
        late.length === 1 ? '' : `, and in ${countText(late.length - 1, 'other phase')} too late as well`;
      return {
        code: 'probes-late',
        phase,
        value: lateNs,
        message: `one probe in a hundred was sent ${timeText(lateNs)} late or later ${phaseText(phase)}${others}: this program was held up`,
        advice:
          'moments at which it was held up are seldom measured, so the worst may be missing: leave a processor to it, or use --engine native',
      };
    });
}

function latenessWithin({ foreignProbes: { dueAtNs, sentAtNs } }: LoadRecording, window: Window): number[] {
  return sentAtNs.flatMap((sentNs, i) => {
    const dueNs = dueAtNs[i] as number;
    return sentNs === null || !holds(window, sentNs, sentNs) ? [] : [sentNs - dueNs];
  });
}

export function probesLost({ recording, holes }: LoadSubject): LoadDoubt[] {
  const { foreignProbes, phases, durationNs } = recording;
  return phases.flatMap((phase): LoadDoubt[] => {
    const { fromNs, toNs } = spanOf(phase);
    const window = { fromNs, toNs: Math.min(toNs, durationNs - UNDER_WAY_NS), holes };
    const { rttNs, unanswered } = probesWithin([foreignProbes], window);
    const share = unanswered / (rttNs.length + unanswered);
    if (!(share > LOST_SHARE)) return [];
    return [
      {
        code: 'probes-lost',
        phase: phase.name,
        value: share,
        message: `${percentText(share)} of the probes were never answered ${phaseText(phase.name)}`,
        advice:
          'quantiles are of those that were: the true ones are higher; look at how the run ended, and run it again',
      },
    ];
  });
}

export function senderBacklog({ recording, phases }: LoadSubject): LoadDoubt[] {
  return phases.flatMap((loaded): LoadDoubt[] => {
    const { phase } = loaded.statistics;
    const waitNs = recording.engine.hasTcp ? unsentNs(loaded) : excessNs(loaded);
    if (waitNs === null || waitNs <= BACKLOG_NS) return [];
    return [
      {
        code: 'sender-backlog',
        phase,
        value: Math.round(waitNs),
        message: recording.engine.hasTcp
          ? `data waited ${timeText(waitNs)} unsent in this machine ${phaseText(phase)}`
          : `probes within the data took ${timeText(waitNs)} longer than those beside it ${phaseText(phase)}, and the ${recording.engine.name} engine cannot keep data from waiting in this machine`,
        advice:
          'probes within the data wait for it, too: what they say is of this sender, not of the path; use --engine native, or a smaller --sndbuf',
      },
    ];
  });
}

/** For how long the usual amount of unsent data lasts at the rate of the stream; null where the kernel does not tell. */
function unsentNs({ directed, statistics, window }: LoadedPhase): number | null {
  const up = directed.find(({ direction }) => direction === 'up');
  const rate = statistics.directions.find(({ direction }) => direction === 'up')?.goodput.value ?? 0;
  const bytes = up === undefined ? null : totalUnsentBytes(up.streams, window);
  return bytes === null || rate === 0 ? null : (bytes * BITS_PER_BYTE * NS_PER_S) / rate;
}

/** How much longer the probes within the data take; null where there are none, or none is sent from here. */
function excessNs({ directed, statistics: { latency, ownLatency } }: LoadedPhase): number | null {
  const isSender = directed.some(({ direction }) => direction === 'up');
  return isSender && latency !== null && ownLatency !== null
    ? ownLatency.p50.value - latency.p50.value
    : null;
}

function spanOf({ fromAtNs, toAtNs }: LoadPhaseRecord): { readonly fromNs: number; readonly toNs: number } {
  return { fromNs: fromAtNs, toNs: toAtNs };
}
