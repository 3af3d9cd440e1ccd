/** The connections of a run in a few lines: how long they took to stand, and what the kernels made of them. */

import type { PathRecord } from '../../../result/block-record.ts';
import type { Result } from '../../../result/result.ts';
import { leastOf, mostOf } from '../../../stats/extremes.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import { counted } from '../../../text/numbers.ts';
import { memoryText } from '../../../text/sizes.ts';
import { inUnit, kernelTimeText, rateUnit, timeUnit } from '../../../text/units.ts';

export function connectionLines({
  blocks,
  series,
  warnings,
}: Pick<Result, 'blocks' | 'series' | 'warnings'>): string[] {
  const doubted = warnings.some(({ code }) => code === 'something-between');
  const connects = blocks.map(({ connectNs }) => connectNs);
  const over = connects.length === 1 ? '' : ` over ${connects.length} connections`;
  const lines = [`connect time ${spreadText(connects)}${over}`];
  const handshakes = present(blocks.map(({ handshakeRttNs }) => handshakeRttNs));
  if (handshakes.length > 0) {
    lines.push(
      `handshake RTT ${rangeText(handshakes, kernelTimeText)}, as the kernel measured it${doubted ? '; it does not stand for the path: an echo takes far longer' : ''}`,
    );
  }
  const [secured] = present(blocks.map(({ tls }) => tls ?? null));
  if (secured !== undefined) {
    const times = present(blocks.map(({ tls }) => tls?.handshakeNs ?? null));
    lines.push(
      `${secured.version}, ${secured.cipher}: a round trip has the cryptography of both ends in it; TLS handshake ${spreadText(times)}`,
    );
  }
  const bounds = present(series.map(({ windowBoundBitsPerSecond }) => windowBoundBitsPerSecond));
  lines.push(...pathLines(present(blocks.map(({ path }) => path)), bounds, doubted));
  const shares = present(blocks.map(({ clientCpuShare }) => clientCpuShare));
  if (shares.length > 0) {
    const share = Math.round(quantile(sorted(shares), 0.5) * 100);
    lines.push(
      `the client kept one processor busy for ${share} % of the time${connects.length === 1 ? '' : ' (median of the blocks)'}`,
    );
  }
  return lines;
}

/**
 * @param bounds of each series, bits per second
 * @param doubted whether the ends of the connection may be others than those of the echo
 */
function pathLines(paths: readonly PathRecord[], bounds: readonly number[], doubted: boolean): string[] {
  const of = <K extends keyof PathRecord>(name: K): NonNullable<PathRecord[K]>[] =>
    present(paths.map((path) => path[name]));
  const told: string[] = [...new Set(of('congestionControl'))];
  const congestionWindows = of('congestionWindowSegments');
  if (congestionWindows.length > 0) {
    const last = rangeText(congestionWindows, String);
    const firstWindows = of('firstCongestionWindowSegments');
    const first = firstWindows.length === 0 ? last : rangeText(firstWindows, String);
    told.push(`congestion window ${first === last ? '' : `${first} segments at first, `}${last} segments`);
  }
  const retransmitted = of('retransmittedSegments');
  if (retransmitted.length > 0) {
    const segments = retransmitted.reduce((a, b) => a + b);
    told.push(counted(segments, 'retransmit'));
  }
  const minRtts = of('minRttNs');
  if (minRtts.length > 0) told.push(`min RTT ${kernelTimeText(leastOf(minRtts))}`);
  const lines = told.length === 0 ? [] : [`TCP: ${told.join(', ')}`];
  const windows = of('peerWindowBytes');
  if (windows.length > 0 && bounds.length > 0) {
    const unit = rateUnit(bounds);
    const bound = rangeText(bounds, (rate) => inUnit(rate, unit));
    if (doubted) {
      return [
        ...lines,
        `receive window of who answers the handshake ${rangeText(windows, memoryText)}`,
        'no window bound: who answers the handshake may not be who echoes',
      ];
    }
    lines.push(`receive window of the server ${rangeText(windows, memoryText)}`);
    lines.push(`window bound ${bound} ${unit.name}: 8 x window / median round-trip time`);
  }
  return lines;
}

/** The median, and the extremes where there are several. */
function spreadText(times: readonly number[]): string {
  const ascending = sorted(times);
  const median = quantile(ascending, 0.5);
  const unit = timeUnit([median]);
  const [least, most] = [ascending[0] ?? 0, ascending.at(-1) ?? 0];
  const spread = times.length === 1 ? '' : `, ${inUnit(least, unit)} to ${inUnit(most, unit)}`;
  return `${inUnit(median, unit)} ${unit.name}${spread}`;
}

function rangeText(values: readonly number[], text: (value: number) => string): string {
  const least = text(leastOf(values));
  const most = text(mostOf(values));
  return least === most ? least : `${least} to ${most}`;
}

function present<T>(values: readonly T[]): NonNullable<T>[] {
  return values.filter((value) => value !== null && value !== undefined);
}
