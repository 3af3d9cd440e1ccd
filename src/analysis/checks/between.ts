/**
 * Whether the one that answers the handshake is the one that echoes. A proxy, a load balancer or `ssh -L` ends the
 * connection near by: then the handshake tells of the way to it, and the echo of the way to the server. A server that
 * takes its time looks the same from here, unless it tells how long it kept each probe; without that both are named.
 */

import type { RawBlock } from '../../result/block-record.ts';
import type { SomethingBetweenWarning } from '../../result/warnings.ts';
import { leastOf } from '../../stats/extremes.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';
import { type Check, NOT_KEPT, type Subject, type Unknown } from './check.ts';
import { timeText } from './words/words.ts';

const NS_PER_MS = 1_000_000;
/** What one packet carries on any path: a larger message takes longer on the path, and to read at the server. */
export const MAX_MESSAGE_BYTES = 1_448;
/** The least of fewer echoes may be a late one. */
export const MIN_ECHOES = 10;
/** Of the blocks, each held against its own handshake. */
export const MIN_SHARE = 0.75;
/** What wake-ups of both ends, which no handshake contains, may add to the fastest echo. */
export const MIN_EXCESS_NS: number = 2 * NS_PER_MS;
export const MIN_FACTOR = 2;
/** A SYN over IPv4 with its usual options: on a slow link an echo takes longer by as much as it is larger. */
export const HANDSHAKE_BYTES = 60;
/** What timers may add to a server delay. */
export const DELAY_TOLERANCE = 0.1;

export const SOMETHING_BETWEEN: Check = {
  question: 'Does something between answer the handshake in place of the server?',
  look: (subject) => {
    const found = somethingBetween(subject);
    if (found === undefined) return [];
    return 'code' in found ? [found] : found;
  },
};

/** Whether it is sure: the server itself says that it did not keep the probes. */
export function isSurelyBetween(subject: Subject): boolean {
  const found = somethingBetween(subject);
  return found !== undefined && 'code' in found && found.certain;
}

interface Ends {
  readonly handshakeNs: number;
  /** The least that lay between the ends, ns. */
  readonly echoNs: number;
  readonly disagree: boolean;
}

export function somethingBetween(subject: Subject): SomethingBetweenWarning | Unknown | undefined {
  const { serverDelayNs } = subject.recording.plan;
  const smallest = subject.series.reduce((least, one) =>
    one.record.workload.payloadBytes < least.record.workload.payloadBytes ? one : least,
  );
  if (smallest.blocks.some(({ messageBytes }) => messageBytes > MAX_MESSAGE_BYTES)) {
    return { unknown: `it takes messages of ${MAX_MESSAGE_BYTES} bytes at most` };
  }
  if (smallest.rawBlocks === undefined) return NOT_KEPT;
  const inNetwork = endsOf(smallest.rawBlocks, networkNs, 0);
  const certain = inNetwork !== undefined;
  const ends = inNetwork ?? endsOf(smallest.rawBlocks, outsideNs, serverDelayNs);
  if (ends === undefined) return { unknown: `it takes ${MIN_ECHOES} echoes` };
  const disagreeing = ends.filter(({ disagree }) => disagree);
  if (disagreeing.length < MIN_SHARE * ends.length) return undefined;
  const handshakeRttNs = Math.round(quantile(sorted(disagreeing.map(({ handshakeNs }) => handshakeNs)), 0.5));
  const echoNs = leastOf(disagreeing.map((each) => each.echoNs));
  return {
    code: 'something-between',
    check: 'something-between',
    ...wordsOf(certain, timeText(handshakeRttNs), timeText(echoNs), serverDelayNs),
    certain,
    handshakeRttNs,
    echoNs,
  };
}

function wordsOf(
  certain: boolean,
  handshake: string,
  echo: string,
  serverDelayNs: number,
): Pick<SomethingBetweenWarning, 'message' | 'advice'> {
  if (certain) {
    return {
      message: `the handshake takes ${handshake}, and an echo ${echo} at least without the time at the server: who answers the handshake is not who echoes`,
      advice:
        'look for a proxy, a load balancer or an ssh -L between; neither handshake RTT nor window bound stand for the path to the server',
    };
  }
  const less = serverDelayNs === 0 ? '' : `, less the ${timeText(serverDelayNs)} it was asked to wait`;
  return {
    message: `the handshake takes ${handshake}, and an echo ${echo} at least${less}: either the server takes that long for each, or something between (a proxy, a load balancer, ssh -L) answers the handshake`,
    advice:
      'do not take handshake RTT or window bound for those of the path before it is known which; a server that tells how long it keeps a probe, such as echolot serve, decides it',
  };
}

type Times = readonly (number | null)[];

/** @returns for each block its two ends; undefined where too few echoes are known */
function endsOf(
  blocks: readonly RawBlock[],
  timesOf: (block: RawBlock) => Times,
  serverDelayNs: number,
): Ends[] | undefined {
  let echoes = 0;
  const ends = blocks.flatMap((block): Ends[] => {
    const times = timesOf(block).filter((ns) => ns !== null);
    if (times.length === 0) return [];
    echoes += times.length;
    const handshakeNs = block.handshakeRttNs ?? block.connectNs;
    const echoNs = times.reduce((least, ns) => Math.min(least, ns)) - serverDelayNs;
    const factor = Math.max(MIN_FACTOR, 1 + block.messageBytes / HANDSHAKE_BYTES);
    const excessNs = MIN_EXCESS_NS + DELAY_TOLERANCE * serverDelayNs;
    return [
      { handshakeNs, echoNs, disagree: echoNs > Math.max(factor * handshakeNs, handshakeNs + excessNs) },
    ];
  });
  return echoes < MIN_ECHOES ? undefined : ends;
}

/** Outside of this machine and of the server, where the server tells how long it kept the probe. */
function networkNs(block: RawBlock): Times {
  return outsideNs(block).map((ns, i) => {
    const residenceNs = block.samples.layers?.residenceNs[i] ?? null;
    return ns === null || residenceNs === null ? null : Math.max(0, ns - residenceNs);
  });
}

/** Outside of this machine, as far as is known. */
function outsideNs({ samples: { rttNs, layers } }: RawBlock): Times {
  return rttNs.map((ns, i) => layers?.kernelRttNs[i] ?? ns);
}
