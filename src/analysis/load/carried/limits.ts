/**
 * What held a load, each with its share of the settled time. Of data that is sent from here the kernel tells what its
 * sender waited for (linux/tcp.h: tcpi_busy_time, tcpi_rwnd_limited, tcpi_sndbuf_limited); of the other direction only
 * processors and rates are seen.
 */
import type { LoadRecording } from '../../../result/load/load-result.ts';
import type { LimitShare } from '../../../result/load/load-statistics.ts';
import type { Window } from '../window.ts';
import { totalGrowth } from './counters.ts';
import { countedRates, type DirectedStreams } from './goodput.ts';

/** Of one processor: a thread that has no more to give. */
export const BUSY_SHARE = 0.95;
/** How far below a rate that bounds it goodput stays: the bound is of payload, kept in bursts. */
export const RATE_TOLERANCE = 0.03;
/** What has less of the time is no limit. */
const MIN_SHARE = 0.01;

export function limitsOf(recording: LoadRecording, directed: DirectedStreams, window: Window): LimitShare[] {
  const rate = rateLimit(recording, directed, window);
  const known: LimitShare[] = [
    rate ?? { by: 'unknown', share: 0 },
    { by: 'own-processor', share: ownBusyShare(recording, window) ?? 0 },
    { by: 'server-processor', share: serverBusyShare(directed, window) ?? 0 },
    ...windowLimits(directed, window, rate?.share ?? 0),
  ];
  const found = known.filter(({ share }) => share >= MIN_SHARE);
  const told = Math.max(
    ...found.map(({ share }) => share),
    found.filter(({ by }) => WINDOWS.has(by)).reduce((sum, { share }) => sum + share, rate?.share ?? 0),
  );
  if (1 - told >= MIN_SHARE) found.push({ by: 'unknown', share: 1 - Math.max(0, told) });
  return found.toSorted((a, b) => b.share - a.share);
}

const WINDOWS: ReadonlySet<LimitShare['by']> = new Set([
  'congestion-window',
  'receive-window',
  'send-buffer',
]);

/** In how many of the moments the thread that carries data had no more to give; null where nobody knows. */
export function ownBusyShare({ processors }: LoadRecording, window: Window): number | null {
  return busyShare(processors.atNs, processors.dataShare, window);
}

/** The same of the server's threads, by their reports. */
export function serverBusyShare({ streams }: DirectedStreams, window: Window): number | null {
  const atNs = streams.flatMap(({ reports }) => reports.atNs);
  const shares = streams.flatMap(({ reports }) => reports.peerCpuShare);
  return busyShare(atNs, shares, window);
}

function busyShare(
  atNs: readonly number[],
  shares: readonly (number | null)[],
  { fromNs, toNs }: Window,
): number | null {
  const within = shares.filter((share, i) => {
    const ns = atNs[i] as number;
    return share !== null && ns >= fromNs && ns <= toNs;
  });
  if (within.length === 0) return null;
  return within.filter((share) => share !== null && share >= BUSY_SHARE).length / within.length;
}

/** In how many intervals goodput was as high as its bound lets it be; undefined without one, and where it seldom was. */
function rateLimit(
  { plan, granted }: LoadRecording,
  { receipts }: DirectedStreams,
  window: Window,
): LimitShare | undefined {
  const asked = plan.bitsPerSecond ?? Number.POSITIVE_INFINITY;
  const cap = granted?.bitsPerSecond ?? Number.POSITIVE_INFINITY;
  const bound = Math.min(asked, cap);
  if (bound === Number.POSITIVE_INFINITY) return undefined;
  const { rates } = countedRates(receipts, window);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  if (!(mean >= (1 - RATE_TOLERANCE) * bound)) return undefined;
  const share = rates.filter((rate) => rate >= (1 - RATE_TOLERANCE) * bound).length / rates.length;
  return { by: cap < asked ? 'server-cap' : 'asked-rate', share };
}

/** @param ratedShare the share of the time in which a rate holds the sender, which is busy then, too */
function windowLimits(
  { direction, streams }: DirectedStreams,
  window: Window,
  ratedShare: number,
): LimitShare[] {
  const senders = direction === 'up' ? streams : [];
  const busy = totalGrowth(senders, 'busyNs', window);
  const receiver = totalGrowth(senders, 'receiveWindowLimitedNs', window);
  const buffer = totalGrowth(senders, 'sendBufferLimitedNs', window);
  if (busy === null || receiver === null || buffer === null || busy.inNs === 0) return [];
  // The kernel counts in ticks, and the two looks at it may fall on either side of one.
  const share = (ns: number): number => Math.min(1, Math.max(0, ns / busy.inNs));
  const free = share(busy.by - receiver.by - buffer.by);
  return [
    { by: 'congestion-window', share: free * (1 - ratedShare) },
    { by: 'receive-window', share: share(receiver.by) },
    { by: 'send-buffer', share: share(buffer.by) },
  ];
}
