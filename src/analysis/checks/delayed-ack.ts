/**
 * An acknowledgement that is held back while the other side waits for it (Nagle's algorithm against delayed
 * acknowledgements, RFC 896 and RFC 1122, 4.2.3.2): the rest of an echo that is written in pieces comes 40 ms later.
 * A slow path, a slow server, a lost segment and a large message may take as long; so it is said only where each
 * late echo came in pieces, and where nothing that is recorded explains the time. A server that pauses for as long
 * between its two writes looks the same from here, so both are named.
 *
 * Kernels that wait for 200 ms are not looked for: a lost segment takes as long, and there nobody tells of one.
 */

import type { RawBlock } from '../../result/block-record.ts';
import type { PlanRecord } from '../../result/plan-record.ts';
import { countedRttNs } from '../../result/samples.ts';
import type { DelayedAckWarning } from '../../result/warnings.ts';
import { leastOf } from '../../stats/extremes.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { type Check, inEachSeries, type MeasuredSeries, NOT_KEPT, type Unknown } from './check.ts';
import { fitsOneSegment, resentSegments } from './words/segments.ts';
import { probesOf, timeText } from './words/words.ts';

const NS_PER_MS = 1_000_000;
/** Linux delays an acknowledgement by 40 ms at least; with the peer's wake-up it is seen as 40 to 55 ms. */
export const MIN_NS: number = 39 * NS_PER_MS;
export const MAX_NS: number = 55 * NS_PER_MS;
/** One or two such samples are the work of a busy scheduler. */
export const MIN_COUNT = 3;
export const MIN_SHARE = 0.02;
/** Above this the path itself is of the same order and nothing can be told. */
export const SHORT_PATH_NS: number = 15 * NS_PER_MS;
/** A mode has few neighbours: in as much time before and after it, together, at most this share of its samples. */
export const NEIGHBOUR_SHARE = 0.25;
/** Each of them came in two reads; a few of the others' may have found their pieces together. */
export const PARTED_SHARE = 0.9;

export const DELAYED_ACK: Check = {
  question: 'Did acknowledgements that were held back (delayed ACK) make probes wait?',
  look: (subject) => inEachSeries(subject, (series) => delayedAckOf(series, subject.recording.plan)),
};

export function delayedAckOf(
  { record, rawBlocks: blocks, statistics }: MeasuredSeries,
  { serverDelayNs }: PlanRecord,
): DelayedAckWarning | Unknown | undefined {
  if (serverDelayNs > 0) return { unknown: 'the server delay that was asked for looks like it' };
  if (blocks === undefined) return NOT_KEPT;
  // The first echo of a session is acknowledged at once, and often part of the warm-up.
  const fastestNs = leastOf(blocks.map(({ samples }) => leastOf(samples.rttNs)));
  if (fastestNs > SHORT_PATH_NS) {
    return { unknown: `the path or the server takes more than ${timeText(SHORT_PATH_NS)} itself` };
  }
  const affected = blocks.filter(couldShow).flatMap(heldBack);
  const { n } = statistics.rttNs;
  if (affected.length < Math.max(MIN_COUNT, n * MIN_SHARE) || !isMode(affected.length, blocks)) {
    return undefined;
  }
  const medianAffectedNs = Math.round(quantile(sorted(affected), 0.5));
  const lossKnown = resentSegments(blocks) !== null;
  return {
    code: 'delayed-ack',
    check: 'delayed-ack',
    message: `${affected.length} of ${n} ${probesOf(record)} came in pieces and took about ${timeText(medianAffectedNs)}, on a path of under ${timeText(SHORT_PATH_NS)}: an acknowledgement was held back, or the server pauses between its writes${lossKnown ? '' : ', as far as can be told without the counters of the kernel'}`,
    advice:
      'the figures show how the server writes its echo, not the path; where --quickack takes the delay away, the server lacks TCP_NODELAY',
    workload: record.workload,
    affectedProbes: affected.length,
    medianAffectedNs,
  };
}

/** Not where a segment was lost, where the path parts the echoes, or where most of them came in one piece. */
function couldShow(block: RawBlock): boolean {
  if (block.readsPerEcho === null || !fitsOneSegment(block)) return false;
  if ((resentSegments([block]) ?? 0) > 0) return false;
  const furtherReads = (block.readsPerEcho - 1) * block.samples.rttNs.length;
  return furtherReads > 0 && furtherReads >= PARTED_SHARE * heldBack(block).length;
}

/** The times of probes that could have waited for an acknowledgement, ns. */
function heldBack({ samples: { rttNs, layers, warmupProbes } }: RawBlock): number[] {
  return rttNs.filter((ns, i) => {
    if (i < warmupProbes || !isInMode(ns)) return false;
    // A server that tells how long it kept the probe has told where the time went.
    if (layers !== null && layers.residenceNs[i] !== null) return false;
    const kernelRttNs = layers?.kernelRttNs[i] ?? null;
    return kernelRttNs === null || kernelRttNs >= MIN_NS - NS_PER_MS;
  });
}

function isInMode(ns: number): boolean {
  return ns >= MIN_NS && ns <= MAX_NS;
}

function isMode(count: number, blocks: readonly RawBlock[]): boolean {
  const widthNs = MAX_NS - MIN_NS;
  const neighbours = blocks.flatMap((block) =>
    countedRttNs(block.samples).filter(
      (ns) => ns >= MIN_NS - widthNs && ns <= MAX_NS + widthNs && !isInMode(ns),
    ),
  );
  return neighbours.length <= NEIGHBOUR_SHARE * count;
}
