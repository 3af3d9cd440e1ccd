/**
 * Whether what the server told can be: no receiver has more than was sent, no count goes backwards, and no clock runs
 * much faster than another. A server that tells something else is broken, or lies.
 */
import type { StreamRecord } from '../../../result/load/load-result.ts';
import type { LoadDoubt } from '../../../result/load/load-statistics.ts';
import { mostOf } from '../../../stats/extremes.ts';
import { percentText } from '../../../text/numbers.ts';
import { memoryText } from '../../../text/sizes.ts';
import { countText, timeText } from '../../checks/words/words.ts';
import { lateReports } from '../carried/late-reports.ts';
import { isLost, receiptsOf, UNREPORTED_NS } from '../carried/receipts.ts';
import { NS_PER_S, type Span } from '../window.ts';
import { type LoadSubject, phaseText } from './subject.ts';

/** What crystals and their discipline may differ by is a thousand times less. */
export const CLOCK_TOLERANCE = 0.05;
/** Of the probes: a clock that is set spoils one of them. */
export const RESIDENCE_SHARE = 0.01;
/** Of the reports of a stream in its phase. */
export const LATE_REPORTS_SHARE = 0.01;
/** What a report may take longer than another where no round trip is known. */
const UNKNOWN_DELAY_NS: number = NS_PER_S;

interface Fault {
  readonly value: number;
  readonly what: string;
}

export function reportsImpossible({ recording, phases }: LoadSubject): LoadDoubt[] {
  const faulty = recording.streams.flatMap((stream) => {
    const loaded = phases.find(({ statistics }) => statistics.phase === stream.phase);
    const delayNs = loaded?.statistics.latency?.max ?? UNKNOWN_DELAY_NS;
    const fault = tooMuch(stream) ?? backwards(stream) ?? tooFewSent(stream) ?? clockFault(stream, delayNs);
    return fault === undefined ? [] : [{ ...fault, stream }];
  });
  return [...Map.groupBy(faulty, ({ stream }) => stream.phase)].flatMap(([phase, faults]): LoadDoubt[] => {
    const [first] = faults;
    if (first === undefined) return [];
    const others = faults.length === 1 ? '' : ` (and likewise on ${faults.length - 1} more)`;
    return [
      {
        code: 'reports-impossible',
        phase,
        value: first.value,
        message: `the server ${first.what} on stream ${first.stream.number} ${phaseText(phase)}${others}`,
        advice: 'it is broken or lies: believe none of its figures, and measure against another server',
      },
    ];
  });
}

/** Parts of a round trip rest on it: those of such a probe are left out. */
export function residenceImpossible({ recording }: LoadSubject): LoadDoubt[] {
  const probes = [recording.foreignProbes, ...recording.streams.map(({ ownProbes }) => ownProbes)];
  let answered = 0;
  let faulty = 0;
  for (const { rttNs, residenceNs, peerWaitNs } of probes) {
    for (let i = 0; i < rttNs.length; i++) {
      const rtt = rttNs[i] ?? null;
      const residence = residenceNs[i] ?? null;
      if (rtt === null || residence === null) continue;
      answered++;
      if (residence > rtt || (peerWaitNs[i] ?? 0) > residence) faulty++;
    }
  }
  if (!(faulty > RESIDENCE_SHARE * answered)) return [];
  return [
    {
      code: 'residence-impossible',
      phase: null,
      value: faulty,
      message: `the server says of ${faulty} of ${countText(answered, 'probe')} that it kept them for longer than can be`,
      advice:
        'whose queue it is cannot be told from these: its clock was set, or it is broken or lies; measure against another server',
    },
  ];
}

/** What was received meanwhile is told as a mean, which looks steadier than it was, or not at all. */
export function reportsMissing({ recording, holes }: LoadSubject): LoadDoubt[] {
  return recording.phases.flatMap((phase): LoadDoubt[] => {
    const silent = recording.streams
      .filter((stream) => stream.phase === phase.name && stream.direction === 'up' && !isLost(stream))
      .map((stream) => ({ stream, silenceNs: longestSilenceNs(stream, phase.toAtNs, holes) }))
      .filter(({ silenceNs }) => silenceNs > UNREPORTED_NS);
    const [first] = silent;
    if (first === undefined) return [];
    const others = silent.length === 1 ? '' : ` (and likewise on ${silent.length - 1} more)`;
    return [
      {
        code: 'reports-missing',
        phase: phase.name,
        value: first.silenceNs,
        message: `for ${timeText(first.silenceNs)} nothing was heard of what the server received on stream ${first.stream.number} ${phaseText(phase.name)}${others}`,
        advice: 'goodput of that time is a mean or missing, and its interval means nothing: measure again',
      },
    ];
  });
}

/** The time of one that is late is unknown as well: it may be told as missing, too. */
export function reportsLate({ recording }: LoadSubject): LoadDoubt[] {
  return recording.phases.flatMap(({ name, fromAtNs, toAtNs }): LoadDoubt[] => {
    const shares = recording.streams
      .filter((stream) => stream.phase === name && stream.direction === 'up')
      .map((stream) => {
        const isLate = lateReports(stream).filter((_, i) => {
          const ns = stream.reports.atNs[i] as number;
          return ns >= fromAtNs && ns < toAtNs;
        });
        return { stream, share: isLate.filter(Boolean).length / Math.max(1, isLate.length) };
      })
      .filter(({ share }) => share > LATE_REPORTS_SHARE);
    const [first] = shares;
    if (first === undefined) return [];
    const others = shares.length === 1 ? '' : ` (and likewise on ${shares.length - 1} more)`;
    return [
      {
        code: 'reports-late',
        phase: name,
        value: first.share,
        message: `${percentText(first.share)} of the server's reports told less than it had read on stream ${first.stream.number} ${phaseText(name)}${others}`,
        advice:
          'they are left out, and goodput is a mean of what is between the others: the server reports too seldom or too late; measure against another one',
      },
    ];
  });
}

/** But for what was missed while this program was stopped. */
function longestSilenceNs(stream: StreamRecord, toAtNs: number, holes: readonly Span[]): number {
  const { atNs } = receiptsOf(stream, 'up');
  const moments = [...atNs.filter((ns) => ns < toAtNs), toAtNs];
  const silences = moments.map((toNs, i) => ({ fromNs: moments[i - 1] ?? toNs, toNs }));
  const heard = silences.filter(
    (one) => !holes.some((hole) => one.fromNs < hole.toNs && one.toNs > hole.fromNs),
  );
  return mostOf(heard.map(({ fromNs, toNs }) => toNs - fromNs));
}

/** More received, or sent back, than had been sent by then. */
function tooMuch({ direction, tallies, reports }: StreamRecord): Fault | undefined {
  const { atNs, receivedBytes } = direction === 'up' ? reports : tallies;
  if (direction === 'down' || tallies.atNs.length === 0) return undefined;
  let most = 0;
  let tally = 0;
  for (const [i, ns] of atNs.entries()) {
    // What was sent until the next look at it: a report may come in between.
    while (tally < tallies.atNs.length - 1 && (tallies.atNs[tally] as number) < ns) tally++;
    most = Math.max(most, (receivedBytes[i] as number) - (tallies.sentBytes[tally] as number));
  }
  if (most <= 0) return undefined;
  const verb = direction === 'up' ? 'reports to have received' : 'sent back';
  return { value: most, what: `${verb} ${memoryText(most)} more than it was sent` };
}

function backwards({ reports: { receivedBytes, peerClockNs } }: StreamRecord): Fault | undefined {
  const falls = (values: readonly number[]): boolean =>
    values.some((value, i) => i > 0 && value < (values[i - 1] as number));
  if (falls(receivedBytes)) return { value: 0, what: 'reports less received than before' };
  return falls(peerClockNs) ? { value: 0, what: 'reports by a clock that goes backwards' } : undefined;
}

/** Fewer bytes sent, by its own account, than came. */
function tooFewSent({ direction, peerSentBytes, tallies, error }: StreamRecord): Fault | undefined {
  const received = tallies.receivedBytes.at(-1) ?? 0;
  if (direction !== 'down' || peerSentBytes === null || error !== null || received <= peerSentBytes) {
    return undefined;
  }
  const missing = received - peerSentBytes;
  return { value: missing, what: `says to have sent ${memoryText(missing)} less than came` };
}

/** @param delayNs what the way of the last report may have taken longer than that of the first */
function clockFault({ reports: { atNs, peerClockNs } }: StreamRecord, delayNs: number): Fault | undefined {
  const ownNs = (atNs.at(-1) ?? 0) - (atNs[0] ?? 0);
  const peerNs = (peerClockNs.at(-1) ?? 0) - (peerClockNs[0] ?? 0);
  if (Math.abs(peerNs - ownNs) <= delayNs + CLOCK_TOLERANCE * ownNs) return undefined;
  const excess = (peerNs - ownNs) / Math.max(1, ownNs);
  const how = excess > 0 ? 'faster' : 'slower';
  return { value: excess, what: `counts time ${percentText(Math.abs(excess))} ${how} than this machine` };
}
