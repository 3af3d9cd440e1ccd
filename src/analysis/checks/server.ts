/** Whether the server did as it should: in whole echoes, with the delay asked for, without a stop, to the end. */

import type { BlockRecord, RawBlock } from '../../result/block-record.ts';
import type { Recording } from '../../result/result.ts';
import type { ServerDelayNotHonouredWarning, ServerStalledWarning, Warning } from '../../result/warnings.ts';
import { leastOf, mostOf } from '../../stats/extremes.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { serverTimes, tellsServerTcpWaits } from '../layers.ts';
import { answeredProbes } from '../samples/probes.ts';
import { isSurelyBetween } from './between.ts';
import {
  type Check,
  type Found,
  inEachSeries,
  type MeasuredSeries,
  NOT_KEPT,
  type Subject,
  sum,
  type Unknown,
} from './check.ts';
import { fitsInitialWindow, fitsOneSegment, resentSegments } from './words/segments.ts';
import { countText, probesOf, timeText, whenText } from './words/words.ts';

const NS_PER_MS = 1_000_000;
/** An echo may be parted once by chance, where two segments arrive with a read in between. */
export const MAX_READS = 2;
/** A segment over Ethernet carries 1,460 bytes; with room for less no alarm is false, unless the path has less. */
export const PIECE_BYTES = 1_000;
/** Longer than any scheduler lets a program wait on a machine that is not stopped or starved. */
export const STALL_NS: number = 100 * NS_PER_MS;
/** A server that is slow each time is slow, not stalled. */
export const STALL_FACTOR = 100;
/** What timers and schedulers may add to a delay. */
export const RESIDENCE_TOLERANCE: { readonly ns: number; readonly share: number } = {
  ns: NS_PER_MS,
  share: 0.05,
};
/** A timer may be early by a tick. */
export const EARLY_SHARE = 0.05;
/** What no path takes: a delay taken in a larger unit is a thousand times as long. */
export const OTHER_UNIT: { readonly ns: number; readonly factor: number } = {
  ns: 500 * NS_PER_MS,
  factor: 100,
};

export const PIECES: Check = {
  question: 'Does the server send its echoes in small pieces?',
  look: (subject) => inEachSeries(subject, pieces),
};

export const SERVER_DELAY: Check = {
  question: 'Did the server keep probes for another time than it was asked to?',
  look: serverDelay,
};

export const SERVER_STALLS: Check = {
  question: 'Did the server stand still while it had probes to answer?',
  look: (subject) => {
    // Behind it is a path whose losses nobody tells of.
    if (isSurelyBetween(subject)) return { unknown: 'something between hides the path to the server' };
    return inEachSeries(subject, (series) => serverStall(series, subject.recording));
  },
};

export const CLOSED_EARLY: Check = {
  question: 'Did a session end before all its probes were sent?',
  look: closedEarly,
};

function pieces({ record, blocks }: MeasuredSeries): Warning | Unknown | undefined {
  const counted = blocks.filter((block) => block.readsPerEcho !== null);
  if (counted.length === 0) return { unknown: 'the engine does not count its reads' };
  const echoes = sum(counted.map(answeredProbes));
  const reads = sum(counted.map((block) => (block.readsPerEcho ?? 0) * answeredProbes(block)));
  const readsPerEcho = reads / echoes;
  const messageBytes = mostOf(counted.map((block) => block.messageBytes));
  const pieceBytes = Math.min(PIECE_BYTES, leastOf(counted.flatMap(({ path }) => path?.sendMssBytes ?? [])));
  if (readsPerEcho <= Math.max(MAX_READS, messageBytes / pieceBytes)) return undefined;
  return {
    code: 'echo-in-pieces',
    check: 'pieces',
    message: `an echo of the ${probesOf(record)} came in ${Number(readsPerEcho.toPrecision(3))} pieces on average, though it is ${messageBytes} bytes`,
    advice:
      'let the server, or what passes its echoes on, write each with one call; the figures show the pieces as well as the path',
    workload: record.workload,
    readsPerEcho,
  };
}

function serverDelay(subject: Subject): Found {
  const { serverDelayNs } = subject.recording.plan;
  if (serverDelayNs === 0) return [];
  return inEachSeries(subject, (series) => {
    const seen = observedDelay(series, serverDelayNs);
    if (seen === undefined) return undefined;
    const { workload } = series.record;
    return {
      code: 'server-delay-not-honoured',
      check: 'server-delay',
      message: `the server was asked to keep each probe for ${timeText(serverDelayNs)}, and ${told(seen)} (${probesOf(series.record)})`,
      advice:
        'do not subtract the delay from these figures; find out which unit the server takes it in (--delay-unit)',
      workload,
      serverDelayNs,
      observed: seen.observed,
      observedNs: Math.round(seen.observedNs),
    };
  });
}

type Observed = Pick<ServerDelayNotHonouredWarning, 'observed' | 'observedNs'>;

/**
 * What contradicts the delay; undefined when nothing does. A delay that is a little too long is seen by a residence
 * alone: without one the path behind a proxy, or a slow server, takes as long.
 */
function observedDelay(
  { record, statistics, blocks }: MeasuredSeries,
  serverDelayNs: number,
): Observed | undefined {
  const { min } = statistics.rttNs;
  if (min < (1 - EARLY_SHARE) * serverDelayNs) return { observed: 'rtt', observedNs: min };
  const layers = record.layers?.statistics;
  const residenceNs = (layers?.serverNs ?? layers?.residenceNs)?.median;
  if (residenceNs !== undefined) {
    const { ns, share } = RESIDENCE_TOLERANCE;
    const honoured = Math.abs(residenceNs - serverDelayNs) <= Math.max(ns, share * serverDelayNs);
    return honoured || !blocks.every(isUnhindered)
      ? undefined
      : { observed: 'residence', observedNs: residenceNs };
  }
  const excessNs = min - pathRttNs(blocks);
  const { ns, factor } = OTHER_UNIT;
  if (excessNs < Math.max(ns, factor * serverDelayNs)) return undefined;
  return { observed: 'rtt-less-path', observedNs: excessNs };
}

/**
 * Whether the server could send the whole echo as soon as it wished, or tells how long it could not. A residence ends
 * with the last byte, and until then TCP may have had to wait for acknowledgements of the bytes before.
 */
function isUnhindered(block: BlockRecord): boolean {
  if (tellsServerTcpWaits(block)) return true;
  return fitsOneSegment(block) || (fitsInitialWindow(block) && resentSegments([block]) === 0);
}

/** A handshake is answered by the kernel, whatever the program does. */
function pathRttNs(blocks: readonly BlockRecord[]): number {
  return quantile(sorted(blocks.map(({ handshakeRttNs, connectNs }) => handshakeRttNs ?? connectNs)), 0.5);
}

function told({ observed, observedNs }: Observed): string {
  const time = timeText(observedNs);
  if (observed === 'residence') return `says that it kept them for ${time}`;
  if (observed === 'rtt') return `an echo was back after ${time}`;
  return `none was back before ${time}, less a handshake`;
}

export function serverStall(
  { record, rawBlocks: blocks }: MeasuredSeries,
  { plan, blocks: all, runs }: Recording,
): ServerStalledWarning | Unknown | undefined {
  if (blocks === undefined) return NOT_KEPT;
  const residenceNs = blocks.flatMap(countedResidenceNs).filter((ns) => ns !== null);
  if (residenceNs.length === 0) return { unknown: 'the server does not tell how long it keeps a probe' };
  const ascending = sorted(residenceNs);
  const medianResidenceNs = Math.round(quantile(ascending, 0.5));
  const longestResidenceNs = ascending[ascending.length - 1] as number;
  const limitNs = Math.max(plan.serverDelayNs + STALL_NS, STALL_FACTOR * medianResidenceNs);
  if (longestResidenceNs <= limitNs) return undefined;
  // The server's own losses are not told; a path that loses ours may lose its as well.
  const mayWait = !blocks.every(tellsServerTcpWaits) && !blocks.every(fitsOneSegment);
  if (mayWait && (!blocks.every(isUnhindered) || resentSegments(all) !== 0)) {
    return { unknown: 'of messages of several segments the server may have waited for acknowledgements' };
  }
  const stalledProbes = residenceNs.filter((ns) => ns > limitNs).length;
  const when = whenText(sentWith(longestResidenceNs, blocks), runs.length);
  return {
    code: 'server-stalled',
    check: 'server-stalls',
    message: `the server says that it kept ${stalledProbes} of ${residenceNs.length} ${probesOf(record)} for up to ${timeText(longestResidenceNs)}, the longest ${when}: it was stopped or busy, or got no processor`,
    advice: 'repeat the run when the server is idle; the network RTT is without these times',
    workload: record.workload,
    stalledProbes,
    longestResidenceNs,
    medianResidenceNs,
  };
}

/** Without what its TCP waited for, where it tells. */
function countedResidenceNs({ samples: { layers, warmupProbes } }: RawBlock): readonly (number | null)[] {
  return layers === null ? [] : serverTimes(layers).slice(warmupProbes);
}

function sentWith(residenceNs: number, blocks: readonly RawBlock[]): { run: number; sentAtNs: number } {
  for (const block of blocks) {
    const i = countedResidenceNs(block).indexOf(residenceNs);
    if (i >= 0)
      return { run: block.run, sentAtNs: block.samples.sentAtNs[block.samples.warmupProbes + i] as number };
  }
  throw new RangeError('no probe was kept for so long');
}

function closedEarly({ recording }: Subject): Found {
  const { status, error: outcome } = recording.outcome;
  // A run goes on without a size that fails; older records do not say which block it was, and it was the last.
  const isTold = recording.blocks.some((block) => block.error !== undefined);
  const last = recording.blocks.findLast((block) => !isTold || block.error?.phase === 'measurement');
  const error = last?.error ?? outcome;
  if (status !== 'failed' || error?.phase !== 'measurement' || last === undefined) return [];
  const answered = answeredProbes(last) + last.suspendedProbes;
  // A server that answers no probe at all does not speak the protocol, which the outcome tells.
  if ((error.code !== 'peer' && error.code !== 'network') || answered === 0) return [];
  return [
    {
      code: 'closed-early',
      check: 'closed-early',
      message: `a session of ${probesOf(last)} ended after ${countText(answered, 'answer')}: ${error.message}`,
      advice: error.advice ?? 'look into the log of the server; what was measured before is sound',
      workload: last.workload,
      answeredProbes: answered,
    },
  ];
}
