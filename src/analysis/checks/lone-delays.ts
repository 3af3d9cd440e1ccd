/**
 * Single probes that took far longer than all others: told with the time at which they were sent, so that whoever
 * knows what happened then finds it. A cause is named only where the record proves it. Warm-up at the head of blocks is
 * looked at as well: a server that freezes between two sessions is met by the first probe of the next.
 */
import type { BlockRecord, RawBlock } from '../../result/block-record.ts';
import type { LoneDelayWarning } from '../../result/warnings.ts';
import { pool, quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { sortedRttNs } from '../samples/probes.ts';
import {
  type Check,
  inEachSeries,
  longestCollectionNs,
  type MeasuredSeries,
  NOT_KEPT,
  type Subject,
  sum,
  type Unknown,
} from './check.ts';
import { serverStall } from './server.ts';
import { probesOf, timeText, whenText } from './words/words.ts';

const NS_PER_MS = 1_000_000;
export const MIN_NS: number = 100 * NS_PER_MS;
/** Of the 99th percentile of the others. */
export const FACTOR = 20;
/** The most that are still single ones: what is more is a tail. */
export const MAX_LONE = 3;
export const MAX_SHARE = 0.01;
/** Fewer others have no percentile to speak of. */
export const MIN_OTHERS = 5;
/** What explains a delay makes up this share of it at least. */
export const PROOF_SHARE = 0.5;

export const LONE_DELAYS: Check = {
  question: 'Did single probes take far longer than all others?',
  look: (subject) => inEachSeries(subject, (series) => loneDelay(series, subject)),
};

type Cause = LoneDelayWarning['cause'];

interface Lone {
  readonly block: RawBlock;
  /** Its number within the block. */
  readonly index: number;
  readonly rttNs: number;
}

interface Limit {
  /** A lone probe took longer. */
  readonly limitNs: number;
  readonly othersP99Ns: number;
}

/** Null where there are too few others; undefined where no probe took long enough to ask. */
export function loneLimit({ blocks }: MeasuredSeries): Limit | null | undefined {
  if (!blocks.some(hasLong)) return undefined;
  const ascending = pool(blocks.map(sortedRttNs));
  const most = Math.max(MAX_LONE, Math.floor(MAX_SHARE * ascending.length));
  const others = ascending.length - most;
  if (others < MIN_OTHERS) return null;
  // The few largest are left out whether they are lone or not: their own size must not hide them.
  const othersP99Ns = Math.round(quantile(sorted(ascending.slice(0, others)), 0.99));
  return { limitNs: Math.max(MIN_NS, FACTOR * othersP99Ns), othersP99Ns };
}

/** Warm-up as well, where it is kept. */
function hasLong(block: BlockRecord): boolean {
  const { samples } = block;
  return samples.form === 'raw'
    ? samples.rttNs.some((ns) => ns > MIN_NS)
    : (sortedRttNs(block).at(-1) ?? 0) > MIN_NS;
}

function loneDelay(series: MeasuredSeries, { recording }: Subject): LoneDelayWarning | Unknown | undefined {
  const { record, rawBlocks: blocks } = series;
  // Of what is not kept the warm-up is a part, which may have had one.
  if (blocks === undefined) return NOT_KEPT;
  const limit = loneLimit(series);
  if (limit === undefined) return undefined;
  if (limit === null) return { unknown: `it takes ${MIN_OTHERS + MAX_LONE} probes of a size` };
  const stall = serverStall(series, recording);
  const toldOf = stall !== undefined && 'code' in stall;
  const lone = blocks
    .flatMap((block) => loneIn(block, limit.limitNs))
    .map((one) => ({ ...one, cause: causeOf(one) }))
    // One doubt is enough: the server itself says that it stood still.
    .filter(({ cause }) => !(toldOf && cause === 'server'))
    .sort((a, b) => b.rttNs - a.rttNs);
  const [longest] = lone;
  if (longest === undefined) return undefined;
  const { run, samples } = longest.block;
  const sentAtNs = samples.sentAtNs[longest.index] as number;
  const warmUp = longest.index < samples.warmupProbes;
  const sent = sum(blocks.map((block) => block.samples.rttNs.length));
  const when = whenText({ run, sentAtNs }, recording.runs.length);
  const what = `${lone.length} of ${sent} ${probesOf(record)} took`;
  const took = lone.length === 1 ? timeText(longest.rttNs) : `up to ${timeText(longest.rttNs)}`;
  return {
    code: 'lone-delay',
    check: 'lone-delays',
    message: `${what} ${took}, ${lone.length === 1 ? '' : 'the longest '}${when}, where 99 in 100 of the others took ${timeText(limit.othersP99Ns)} at most: ${WORDS[longest.cause ?? 'unknown']}`,
    advice: [
      warmUp ? 'it was part of the warm-up and is in no figure' : 'nothing is left out: go by the median',
      ...(longest.cause === null ? ['look for what happened then at either end or on the path'] : []),
    ].join('; '),
    workload: record.workload,
    probes: lone.length,
    longestNs: longest.rttNs,
    run,
    sentAtNs,
    warmUp,
    othersP99Ns: limit.othersP99Ns,
    cause: longest.cause,
  };
}

function loneIn(block: RawBlock, limitNs: number): Lone[] {
  return block.samples.rttNs.flatMap((rttNs, index) => (rttNs > limitNs ? [{ block, index, rttNs }] : []));
}

const WORDS: Readonly<Record<NonNullable<Cause> | 'unknown', string>> = {
  server: 'the server says that it kept it',
  network: 'it was between the two kernels, on the path or in what lies on it',
  'garbage-collection': 'a garbage collection stopped the measuring thread',
  'processor-wait': 'the measuring thread waited for a processor',
  client: 'it was held up on this machine',
  retransmission: 'segments of its connection had to be retransmitted',
  unknown: 'by what is not known',
};

/** What is outside of this machine is no fault of its collections, and what a server kept is none of the path. */
function causeOf({ block, index, rttNs }: Lone): Cause {
  const explains = (ns: number): boolean => ns >= PROOF_SHARE * rttNs;
  const kernelRttNs = block.samples.layers?.kernelRttNs[index] ?? null;
  const residenceNs = block.samples.layers?.residenceNs[index] ?? null;
  const tcpWaitNs = block.samples.layers?.tcpWaitNs?.[index] ?? 0;
  const serverTcpWaitNs = block.samples.layers?.serverTcpWaitNs?.[index] ?? 0;
  // A wait for acknowledgements is of no program; those of the server's segments are never seen.
  if (explains(tcpWaitNs) || explains(serverTcpWaitNs)) return resent(block) ? 'retransmission' : null;
  if (residenceNs !== null && explains(residenceNs - serverTcpWaitNs)) return 'server';
  if (kernelRttNs !== null && explains(kernelRttNs)) {
    if (resent(block)) return 'retransmission';
    return residenceNs !== null && explains(kernelRttNs - residenceNs) ? 'network' : null;
  }
  if (explains(collectionWithin({ block, index, rttNs }))) return 'garbage-collection';
  if (explains(waitWithin({ block, index, rttNs }))) return 'processor-wait';
  if (kernelRttNs !== null) return 'client';
  return resent(block) ? 'retransmission' : null;
}

function resent({ path }: BlockRecord): boolean {
  return (path?.retransmittedSegments ?? 0) > 0;
}

/**
 * How long the longest collection of the block was, if it must have been while this probe was under way: no other
 * probe, and no pause between two, has room for it. 0 otherwise.
 */
function collectionWithin({ block, index }: Lone): number {
  const longestNs = longestCollectionNs(block) ?? 0;
  const { rttNs, sentAtNs } = block.samples;
  const hasRoom = rttNs.some((ns, i) => {
    const next = sentAtNs[i + 1] ?? 0;
    return (i !== index && ns >= longestNs) || next - (sentAtNs[i] as number) - ns >= longestNs;
  });
  return hasRoom ? 0 : longestNs;
}

/** The part of the block's waiting for a processor that no other probe has room for, ns. */
function waitWithin({ block, rttNs }: Lone): number {
  const { scheduling } = block;
  if (scheduling === null || scheduling.processorWaitNs === null) return 0;
  return scheduling.processorWaitNs - Math.max(0, scheduling.measuredNs - rttNs);
}
