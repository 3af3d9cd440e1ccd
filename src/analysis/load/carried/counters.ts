/** How much the counters of the kernel grew within a window of a load (TCP_INFO), of each stream that sends from here. */
import type { StreamRecord, TcpTalliesRecord } from '../../../result/load/load-result.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import type { Span } from '../window.ts';

export interface Growth {
  /** In the unit of the counter. */
  readonly by: number;
  /** Between the two looks at it, ns. */
  readonly inNs: number;
}

/** @returns null where the kernel did not tell twice */
export function growthWithin(
  { tallies: { atNs, tcp } }: StreamRecord,
  counter: keyof TcpTalliesRecord,
  { fromNs, toNs }: Span,
): Growth | null {
  if (tcp === null) return null;
  const values = tcp[counter];
  const isTold = (ns: number, i: number): boolean =>
    ns >= fromNs && ns <= toNs && (values[i] ?? null) !== null;
  const first = atNs.findIndex(isTold);
  const last = atNs.findLastIndex(isTold);
  if (first < 0 || last <= first) return null;
  return {
    by: (values[last] as number) - (values[first] as number),
    inNs: (atNs[last] as number) - (atNs[first] as number),
  };
}

/** The sum over all streams of which the kernel told; null when it did of none. */
export function totalGrowth(
  streams: readonly StreamRecord[],
  counter: keyof TcpTalliesRecord,
  span: Span,
): Growth | null {
  const known = streams.flatMap((stream) => growthWithin(stream, counter, span) ?? []);
  if (known.length === 0) return null;
  return known.reduce((sum, { by, inNs }) => ({ by: sum.by + by, inNs: sum.inNs + inNs }));
}

/** Of the payload sent, the share that was sent again; null where the kernel does not tell, or nothing was sent. */
export function retransmittedShare(streams: readonly StreamRecord[], span: Span): number | null {
  const sent = totalGrowth(streams, 'sentBytes', span);
  const again = totalGrowth(streams, 'retransmittedBytes', span);
  return sent === null || again === null || sent.by <= 0 ? null : again.by / sent.by;
}

/** What usually waits unsent in this kernel, all streams together, bytes; null where it does not tell. */
export function totalUnsentBytes(streams: readonly StreamRecord[], { fromNs, toNs }: Span): number | null {
  const medians = streams.flatMap(({ tallies: { atNs, tcp } }) => {
    const within = (tcp?.unsentBytes ?? []).filter((bytes, i) => {
      const ns = atNs[i] as number;
      return bytes !== null && ns >= fromNs && ns <= toNs;
    });
    const known = within.filter((bytes) => bytes !== null);
    return known.length === 0 ? [] : [quantile(sorted(known), 0.5)];
  });
  return medians.length === 0 ? null : medians.reduce((sum, bytes) => sum + bytes, 0);
}
