/** Whether the path was there all the time, and let data pass at all: figures of a path that was cut are of the cut. */
import type { LoadDirection, ProbesRecord } from '../../../result/load/load-result.ts';
import type { LoadDoubt } from '../../../result/load/load-statistics.ts';
import { mostOf } from '../../../stats/extremes.ts';
import { memoryText } from '../../../text/sizes.ts';
import { countText, timeText } from '../../checks/words/words.ts';
import type { DirectedStreams } from '../carried/goodput.ts';
import { receivedWithin } from '../carried/receipts.ts';
import { probesWithin } from '../waiting/latency.ts';
import { NS_PER_S, type Span } from '../window.ts';
import { type LoadSubject, phaseText } from './subject.ts';

/** Beyond the interval of probes: a queue delays one answer after the other, and keeps none of them from coming. */
export const SILENT_NS: number = NS_PER_S;
const TOWARDS: Readonly<Record<LoadDirection, string>> = {
  down: 'towards this machine',
  up: 'towards the server',
};

/** Told once of a phase, of the longest that began in it. */
export function pathSilent({ recording, holes }: LoadSubject): LoadDoubt[] {
  const { foreignProbes, phases, plan } = recording;
  const gaps = gapsOf(foreignProbes).filter(
    ({ fromNs, toNs }) =>
      toNs - fromNs > SILENT_NS + plan.probeIntervalNs &&
      !holes.some((hole) => fromNs < hole.toNs && toNs >= hole.fromNs),
  );
  return phases.flatMap(({ name, fromAtNs, toAtNs }): LoadDoubt[] => {
    const own = gaps.filter(({ fromNs }) => fromNs >= fromAtNs && fromNs < toAtNs);
    if (own.length === 0) return [];
    const silentNs = mostOf(own.map(({ fromNs, toNs }) => toNs - fromNs));
    return [
      {
        code: 'path-silent',
        phase: name,
        value: silentNs,
        message: `no probe was answered for ${timeText(silentNs)} ${phaseText(name)}`,
        advice:
          'the path was cut meanwhile, or one of its ends stood still: figures of the phase, and differences to it, are of that; measure again',
      },
    ];
  });
}

/** Between one answer and the next. */
function gapsOf({ sentAtNs, rttNs }: ProbesRecord): Span[] {
  const answeredNs = sentAtNs.flatMap((sentNs, i) => {
    const ns = rttNs[i] ?? null;
    return sentNs === null || ns === null ? [] : [sentNs + ns];
  });
  answeredNs.sort((a, b) => a - b);
  return answeredNs.slice(1).map((toNs, i) => ({ fromNs: answeredNs[i] as number, toNs }));
}

/**
 * What lets small packets pass and none of full size looks like a server that is slow. Told of a phase that was over, or
 * that went on for long enough, and of the time that its figures are of: the first packets may have passed.
 */
export function nothingCarried({ recording, phases, holes }: LoadSubject): LoadDoubt[] {
  return phases.flatMap(({ statistics: { phase }, directed, window }) => {
    const span = recording.phases.find(({ name }) => name === phase);
    if (span === undefined || !(span.isComplete || span.toAtNs - span.fromAtNs > SILENT_NS)) return [];
    const within = { fromNs: span.fromAtNs, toNs: span.toAtNs };
    const { rttNs } = probesWithin([recording.foreignProbes], { ...within, holes });
    return waysOf(directed).flatMap(({ way, receipts, streams }): LoadDoubt[] => {
      if (receivedWithin(receipts, window) > 0) return [];
      const before = receivedWithin(receipts, within);
      const which = before === 0 ? 'no data' : `no data but the first ${memoryText(before)}`;
      const answered = rttNs.length;
      const beside =
        answered === 0
          ? 'and no probe beside it was answered'
          : `while ${countText(answered, 'probe')} beside it ${answered === 1 ? 'was' : 'were'} answered`;
      return [
        {
          code: 'nothing-carried',
          phase,
          value: answered,
          message: `${which} ${way} over ${countText(streams.length, 'stream')} ${phaseText(phase)}, ${beside}`,
          advice:
            answered === 0
              ? 'the path was cut, or the server stood still: measure again'
              : 'packets of full size may be lost on the way, where small ones pass: see whether --mss 1000 carries data',
        },
      ];
    });
  });
}

/** An echo's data is the same both ways. */
function waysOf(directed: readonly DirectedStreams[]): (DirectedStreams & { readonly way: string })[] {
  const isEcho = directed.some(({ streams }) => streams.some(({ direction }) => direction === 'both'));
  if (isEcho) return directed.slice(0, 1).map((one) => ({ ...one, way: 'came back' }));
  return directed.map((one) => ({ ...one, way: `arrived ${TOWARDS[one.direction]}` }));
}
