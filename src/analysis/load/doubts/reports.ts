/**
 * Whether what the server told can be: no receiver has more than was sent, no count goes backwards, and no clock runs
 * much faster than another. A server that tells something else is broken, or lies.
 */
import type { StreamRecord } from '../../../result/load/load-result.ts';
import type { LoadDoubt } from '../../../result/load/load-statistics.ts';
import { percentText } from '../../../text/numbers.ts';
import { memoryText } from '../../../text/sizes.ts';
import { NS_PER_S } from '../window.ts';
import { type LoadSubject, phaseText } from './subject.ts';

/** What crystals and their discipline may differ by is a thousand times less. */
export const CLOCK_TOLERANCE = 0.05;
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
