/** Whether the server ended when it was asked to: what is waited for is time, and nobody knows whether all of the data came. */
import { MAX_END_NS } from '../../../facts/load.ts';
import type { LoadPhaseRecord, LoadRecording, StreamRecord } from '../../../result/load/load-result.ts';
import type { LoadDoubt } from '../../../result/load/load-statistics.ts';
import { countText, timeText } from '../../checks/words/words.ts';
import { type LoadSubject, phaseText } from './subject.ts';

/** Moments are told to a nanosecond, and waits are not shorter than they should be. */
const ROUNDING_NS = 1_000;

export function endMissing({ recording }: LoadSubject): LoadDoubt[] {
  const { phases, outcome, durationNs, plan } = recording;
  const waits = phases.map((phase, i) => ({
    phase,
    spentNs: (phases[i + 1]?.fromAtNs ?? durationNs) - phase.toAtNs,
    streams: recording.streams.filter((stream) => isOf(stream, phase) && !hasEnded(recording, stream)),
  }));
  const missing = waits.flatMap(({ phase, spentNs, streams }): LoadDoubt[] => {
    if (streams.length === 0 || spentNs < MAX_END_NS - ROUNDING_NS) return [];
    const what =
      plan.protocol === 'echo' ? 'did not send back all of its data' : 'did not say the end of its data';
    return [doubtOf(phase, `${what} on ${countText(streams.length, 'stream')} ${phaseText(phase.name)}`)];
  });
  // Of the connection of the probes nothing else is known than how long it was waited for.
  const last = waits.at(-1);
  if (outcome.status !== 'complete' || last === undefined) return missing;
  const waitedNs = last.streams.length > 0 ? MAX_END_NS : 0;
  if (last.spentNs - waitedNs < MAX_END_NS - ROUNDING_NS) return missing;
  return [...missing, doubtOf(undefined, 'did not say the end of the load')];
}

function doubtOf(phase: LoadPhaseRecord | undefined, what: string): LoadDoubt {
  return {
    code: 'end-missing',
    phase: phase?.name ?? null,
    value: MAX_END_NS,
    message: `the server ${what}: ${timeText(MAX_END_NS)} were spent waiting for it`,
    advice:
      'a queue of seconds was in the way, the path was cut, or the server breaks the protocol: what came last may be missing, and the next phase may have begun in what was left over',
  };
}

function isOf({ phase, fromAtNs }: StreamRecord, { name, fromAtNs: beganNs }: LoadPhaseRecord): boolean {
  return phase === name && fromAtNs >= beganNs;
}

/** What ended with an error is told as lost. */
function hasEnded({ plan }: LoadRecording, { error, peerSentBytes, tallies }: StreamRecord): boolean {
  if (error !== null) return true;
  if (plan.protocol === 'load') return peerSentBytes !== null;
  return (tallies.receivedBytes.at(-1) ?? 0) >= (tallies.sentBytes.at(-1) ?? 0);
}
