/**
 * A load over time, in bins of one length within each phase: what was received in each direction, as its receiver has
 * it, and the round trips of the probes that were due. Tables of rows and pictures are made of these.
 */
import type {
  LoadDirection,
  LoadPhaseName,
  LoadPhaseRecord,
  LoadResult,
  ProbesRecord,
  StreamRecord,
} from '../../result/load/load-result.ts';

const BITS_PER_BYTE = 8;
const NS_PER_S = 1_000_000_000;

export interface LoadBin {
  readonly phase: LoadPhaseName;
  readonly fromAtNs: number;
  readonly toAtNs: number;
}

/** How many bytes had been received, at ascending moments. */
interface Curve {
  readonly atNs: readonly number[];
  readonly bytes: readonly number[];
}

/** All phases in bins of about this length; a phase of no time has none. */
export function binsOf(phases: readonly LoadPhaseRecord[], lengthNs: number): LoadBin[] {
  return phases.flatMap(({ name, fromAtNs, toAtNs }) => {
    // None is shorter than a nanosecond.
    const count = Math.max(1, Math.min(toAtNs - fromAtNs, Math.round((toAtNs - fromAtNs) / lengthNs)));
    const at = (i: number): number => Math.round(fromAtNs + ((toAtNs - fromAtNs) * i) / count);
    if (toAtNs <= fromAtNs) return [];
    return Array.from({ length: count }, (_, i) => ({ phase: name, fromAtNs: at(i), toAtNs: at(i + 1) }));
  });
}

/** Goodput of each bin, bit/s; null in phases without this direction. */
export function goodputOf(
  { streams }: Pick<LoadResult, 'streams'>,
  direction: LoadDirection,
  bins: readonly LoadBin[],
): (number | null)[] {
  const own = streams
    .filter((stream) => stream.direction === direction || stream.direction === 'both')
    .map((stream) => ({ phase: stream.phase, curve: curveOf(stream, direction) }));
  return bins.map(({ phase, fromAtNs, toAtNs }) => {
    const curves = own.filter((stream) => stream.phase === phase);
    if (curves.length === 0) return null;
    let bytes = 0;
    for (const { curve } of curves) bytes += bytesAt(curve, toAtNs) - bytesAt(curve, fromAtNs);
    return (bytes * BITS_PER_BYTE * NS_PER_S) / (toAtNs - fromAtNs);
  });
}

/** What comes back of an echo has gone there as well. */
function curveOf({ fromAtNs, direction, tallies, reports }: StreamRecord, wanted: LoadDirection): Curve {
  const told = wanted === 'up' && direction === 'up' ? reports : tallies;
  return { atNs: [fromAtNs, ...told.atNs], bytes: [0, ...told.receivedBytes] };
}

/** Between two moments as much more as time has passed. */
function bytesAt({ atNs, bytes }: Curve, ns: number): number {
  let low = 0;
  let high = atNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((atNs[middle] ?? 0) <= ns) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [bytes[low - 1] ?? 0, bytes[low]];
  if (after === undefined) return before;
  const [from, to] = [atNs[low - 1] ?? ns, atNs[low] ?? ns];
  return low === 0 || to <= from ? before : before + ((after - before) * (ns - from)) / (to - from);
}

/** What became of the probes that were due in one bin. */
export interface BinProbes {
  readonly sent: number;
  readonly rttNs: readonly number[];
}

/** @param sets the probes of one connection or of several */
export function probesOf(sets: readonly ProbesRecord[], bins: readonly LoadBin[]): BinProbes[] {
  const found = bins.map(() => ({ sent: 0, rttNs: [] as number[] }));
  for (const { dueAtNs, rttNs } of sets) {
    let at = 0;
    for (let i = 0; i < dueAtNs.length; i++) {
      const due = dueAtNs[i] ?? 0;
      while (at < bins.length && (bins[at]?.toAtNs ?? 0) <= due) at++;
      const bin = found[at];
      if (bin === undefined || (bins[at]?.fromAtNs ?? 0) > due) continue;
      bin.sent++;
      const rtt = rttNs[i] ?? null;
      if (rtt !== null) bin.rttNs.push(rtt);
    }
  }
  return found;
}

/** Connections that carried data in a bin. */
export function streamsIn({ streams }: Pick<LoadResult, 'streams'>, { phase, toAtNs }: LoadBin): number {
  return streams.filter((stream) => stream.phase === phase && stream.fromAtNs < toAtNs).length;
}
