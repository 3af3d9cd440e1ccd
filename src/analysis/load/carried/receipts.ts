/**
 * How much of a stream its receiver had, and when: of data towards the client by the client's own tallies, of data
 * towards the server by the server's reports and on the server's clock. What a sender hands to its kernel is no
 * goodput. An echo is counted by what came back, which has gone both ways.
 */
import type { LoadDirection, StreamRecord } from '../../../result/load/load-result.ts';
import { leastOf, mostOf } from '../../../stats/extremes.ts';
import { NS_PER_S, type Span, type Window } from '../window.ts';
import { lateReports } from './late-reports.ts';

const BITS_PER_BYTE = 8;
/** One that was silent for longer has carried nothing meanwhile. */
export const UNREPORTED_NS: number = NS_PER_S;

/** What had been received at each moment; both lists ascend. */
export interface Receipts {
  /** Moments, ns after the start. */
  readonly atNs: readonly number[];
  readonly bytes: readonly number[];
  /** Whether the stream ended before it was told to. */
  readonly isBroken: boolean;
}

/** Whether it ended before it was told to; not where somebody cancelled the run. */
export function isLost({ error }: StreamRecord): boolean {
  return error !== null && error.code !== 'cancelled';
}

export function receiptsOf(stream: StreamRecord, direction: LoadDirection): Receipts {
  const moments: number[] = [stream.fromAtNs];
  const bytes: number[] = [0];
  const { atNs, receivedBytes } =
    direction === 'up' && stream.direction === 'up' ? reported(stream) : stream.tallies;
  for (let i = 0; i < atNs.length; i++) {
    const at = atNs[i] as number;
    const counted = receivedBytes[i] as number;
    // Whoever counts backwards, or by a clock that goes so, is not followed.
    if (at <= (moments.at(-1) as number) || counted < (bytes.at(-1) as number)) continue;
    moments.push(at);
    bytes.push(counted);
  }
  return { atNs: moments, bytes, isBroken: isLost(stream) };
}

/**
 * The server's reports by its own clock, which no queue on the way back delays; set to this side's by the report that
 * came most quickly.
 */
function reported(stream: StreamRecord): Pick<StreamRecord['tallies'], 'atNs' | 'receivedBytes'> {
  const { atNs, peerClockNs, receivedBytes } = stream.reports;
  const offsetNs = leastOf(atNs.map((ns, i) => ns - (peerClockNs[i] as number)));
  const isLate = lateReports(stream);
  const told = <T>(values: readonly T[]): T[] => values.filter((_, i) => isLate[i] === false);
  return { atNs: told(peerClockNs).map((ns) => ns + offsetNs), receivedBytes: told(receivedBytes) };
}

/** Whether there is so long a time within a window of which nothing but the sum is known. */
export function isPatchy({ atNs }: Receipts, { fromNs, toNs, holes }: Window): boolean {
  return atNs.some((ns, i) => {
    const span = { fromNs: Math.max(fromNs, ns), toNs: Math.min(toNs, atNs[i + 1] ?? ns) };
    const isHole = holes.some((hole) => span.fromNs < hole.toNs && span.toNs > hole.fromNs);
    return span.toNs - span.fromNs > UNREPORTED_NS && !isHole;
  });
}

/** What all of them together had received at each of the ascending moments, bytes; even between two counts. */
export function totalsAt(all: readonly Receipts[], moments: readonly number[]): Float64Array {
  const totals = new Float64Array(moments.length);
  for (const { atNs, bytes } of all) {
    let next = 0;
    for (let i = 0; i < moments.length; i++) {
      const at = moments[i] as number;
      while (next < atNs.length && (atNs[next] as number) <= at) next++;
      totals[i] = (totals[i] as number) + between(atNs, bytes, next, at);
    }
  }
  return totals;
}

function between(atNs: readonly number[], bytes: readonly number[], next: number, at: number): number {
  const before = bytes[next - 1];
  const after = bytes[next];
  if (before === undefined || after === undefined) return before ?? 0;
  const sinceNs = atNs[next - 1] as number;
  return before + ((after - before) * (at - sinceNs)) / ((atNs[next] as number) - sinceNs);
}

/** How much all of them together had received within a span, bytes. */
export function receivedWithin(all: readonly Receipts[], { fromNs, toNs }: Span): number {
  const [before = 0, after = 0] = totalsAt(all, [fromNs, toNs]);
  return after - before;
}

/** The rates of all of them together in the whole intervals of a span, bit/s of payload, in the order of time. */
export function ratesWithin(all: readonly Receipts[], { fromNs, toNs }: Span, intervalNs: number): number[] {
  const intervals = Math.max(0, Math.floor((toNs - fromNs) / intervalNs + 1e-9));
  const moments = Array.from({ length: intervals + 1 }, (_, i) => fromNs + i * intervalNs);
  const totals = totalsAt(all, moments);
  return Array.from({ length: intervals }, (_, i) => {
    const bytes = (totals[i + 1] as number) - (totals[i] as number);
    return (bytes * BITS_PER_BYTE * NS_PER_S) / intervalNs;
  });
}

/** Until when it is known how much they carried, within a span, ns after the start. */
export function knownUntilNs(all: readonly Receipts[], { fromNs, toNs }: Span): number {
  // Whoever receives nothing has nothing to report.
  const isNothing = all.every(({ bytes, isBroken }) => !isBroken && bytes.at(-1) === 0);
  if (isNothing) return toNs;
  const ends = all.map(({ atNs }) => atNs.at(-1) as number);
  const told = ends.filter((ns, i) => all[i]?.isBroken === false && ns > toNs - UNREPORTED_NS);
  // Where all broke down, or fell silent, until the last of them did.
  const untilNs = told.length > 0 ? leastOf(told) : mostOf([fromNs, ...ends]);
  return Math.min(toNs, untilNs);
}
