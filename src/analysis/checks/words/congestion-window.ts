/**
 * Whether TCP held messages back: for acknowledgements, since the congestion window was smaller than the message, or
 * for the pace of its congestion control. Said of what both ends measured where they did; else of the window's size.
 * On loopback no round trip is worth speaking of, and a message in one segment waits for no window.
 */

import type { WindowLimitedWarning } from '../../../result/warnings.ts';
import { sameButForSize } from '../../../result/workload.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import { figureText, percentText } from '../../../text/numbers.ts';
import { networkTimeGrows } from '../../tcp-waits.ts';
import type { MeasuredSeries } from '../check.ts';
import { fitsOneSegment, fitsWindow, isOnLoopback } from './segments.ts';
import { probesOf, timeText } from './words.ts';

/** Of the round-trip times. */
const MAX_WAIT_SHARE = 0.1;
const ADVICE =
  'no program is slow here: TCP sends no more at once than its window and its pace allow; send smaller messages, or compare another --cc';
/** Where larger messages are longer under way as well. */
const ADVICE_OF_RATE =
  'no program is slow here: the path itself takes longer for larger messages, and where its rate is the limit no window and no --cc helps';

/** @param all the series of the same recording */
export function congestionLimit(
  series: MeasuredSeries,
  all: readonly MeasuredSeries[],
): WindowLimitedWarning | undefined {
  const { record, blocks } = series;
  if (most(blocks, (block) => isOnLoopback(block) || fitsOneSegment(block))) return undefined;
  const waits = waitsOf(series);
  if (waits === undefined) {
    if (most(blocks, fitsWindow)) return undefined;
    return warning(series, null, {
      message: `${probesOf(record)} are larger than the own congestion window${windowText(series)}, so each takes more than one round trip`,
      advice: ADVICE,
    });
  }
  const { ownNs, serverNs, wholeNs, pathNs } = waits;
  const waitNs = ownNs + (serverNs ?? 0);
  const share = waitNs / wholeNs;
  if (share <= MAX_WAIT_SHARE) return undefined;
  const alike = all.filter((other) => sameButForSize(other.record.workload, record.workload));
  const mayBeRate = networkTimeGrows(alike.map(({ record }) => record)) === true;
  const roundTrips = 1 + waitNs / pathNs;
  const where =
    serverNs === null
      ? `${timeText(ownNs)} each at this end`
      : `${timeText(ownNs)} each at this end and ${timeText(serverNs)} at the server`;
  return warning(series, share, {
    message: `${probesOf(record)} waited in TCP for ${percentText(share)} of their time (on average ${where}): ${mayBeRate ? "at this window, this pace or the path's rate" : 'at this window and pace'}${windowText(series)} each needs ${figureText(roundTrips, 2)} round trips of the path`,
    advice: mayBeRate ? ADVICE_OF_RATE : ADVICE,
    tcpWaitNs: Math.round(ownNs),
    serverTcpWaitNs: serverNs === null ? null : Math.round(serverNs),
    roundTrips,
  });
}

interface Waits {
  readonly ownNs: number;
  /** Null where the server does not tell. */
  readonly serverNs: number | null;
  readonly wholeNs: number;
  /** A round trip without any of it. */
  readonly pathNs: number;
}

/** Means, as a share of the whole time is one of the sums. @returns undefined where nothing was measured */
function waitsOf({ record, statistics }: MeasuredSeries): Waits | undefined {
  const layers = record.layers?.statistics;
  const ownNs = layers?.tcpWaitNs?.mean;
  if (ownNs === undefined) return undefined;
  const serverNs = layers?.serverTcpWaitNs?.mean ?? null;
  const wholeNs = statistics.rttNs.mean;
  return { ownNs, serverNs, wholeNs, pathNs: layers?.networkRttNs?.mean ?? wholeNs - ownNs };
}

/** ` (bbr, 10 segments at first, 52 at the end)`: medians of the connections. */
function windowText({ blocks }: MeasuredSeries): string {
  const median = (values: readonly number[]): number | undefined =>
    values.length === 0 ? undefined : Math.round(quantile(sorted(values), 0.5));
  const first = median(blocks.flatMap(({ path }) => path?.firstCongestionWindowSegments ?? []));
  const last = median(blocks.flatMap(({ path }) => path?.congestionWindowSegments ?? []));
  if (last === undefined) return '';
  const [control] = new Set(blocks.flatMap(({ path }) => path?.congestionControl ?? []));
  const window = first === undefined ? `${last} segments` : `${first} segments at first, ${last} at the end`;
  return ` (${control === undefined ? '' : `${control}, `}${window})`;
}

function warning(
  { record }: MeasuredSeries,
  limitedShare: number | null,
  rest: Pick<WindowLimitedWarning, 'message' | 'advice' | 'tcpWaitNs' | 'serverTcpWaitNs' | 'roundTrips'>,
): WindowLimitedWarning {
  const { workload } = record;
  return {
    code: 'window-limited',
    check: 'window',
    workload,
    limit: 'congestion-window',
    limitedShare,
    ...rest,
  };
}

function most<T>(list: readonly T[], holds: (one: T) => boolean): boolean {
  return 2 * list.filter(holds).length > list.length;
}
