/** What an hour was like, by its tenths, and whether its end was as its beginning. */
import { sampleAt } from '../stats.ts';

export interface Tenth {
  /** Of each look, ns. */
  readonly p99Ns: readonly number[];
  readonly residentBytes: readonly number[];
  /** Of the server, those of the clients that come and go among them. */
  readonly descriptors: readonly number[];
  /** Of one processor. */
  readonly cpuShare: number;
}

/** z of a two-sided interval of 95 %. */
const Z = 1.96;
const MIB = 1024 * 1024;

export function tenthsText(tenths: readonly Tenth[]): string {
  const rows = tenths.map((tenth, i) => {
    const [low, high] = medianInterval(tenth.p99Ns);
    const us = (ns: number): string => (ns / 1e3).toFixed(1);
    const memory = (median(tenth.residentBytes) / MIB).toFixed(1);
    const p99 = `${us(median(tenth.p99Ns))} [${us(low)}..${us(high)}] us of ${tenth.p99Ns.length} looks`;
    return `tenth ${i + 1}: p99 ${p99}, ${memory} MiB, ${median(tenth.descriptors)} descriptors, ${(100 * tenth.cpuShare).toFixed(0)} % of a processor`;
  });
  return rows.join('\n');
}

export function flatness(tenths: readonly Tenth[]): string {
  const [first, last] = [tenths[0], tenths.at(-1)];
  if (first === undefined || last === undefined) return 'nothing was seen';
  const [low, high] = medianInterval(first.p99Ns);
  const [lastLow, lastHigh] = medianInterval(last.p99Ns);
  const isFlat = lastLow <= high && low <= lastHigh;
  const growth = median(last.residentBytes) / median(first.residentBytes);
  const more = median(last.descriptors) - median(first.descriptors);
  return [
    `p99 of the last tenth against the first: the intervals ${isFlat ? 'meet' : 'do not meet'}`,
    `memory x${growth.toFixed(3)}, descriptors ${more >= 0 ? '+' : ''}${more}`,
  ].join('\n');
}

/** By ranks: the binomial interval of a median, in its normal approximation. */
export function medianInterval(values: readonly number[]): readonly [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const half = (Z * Math.sqrt(sorted.length)) / 2;
  const at = (rank: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, rank))] ?? Number.NaN;
  return [at(Math.floor(sorted.length / 2 - half)), at(Math.ceil(sorted.length / 2 + half))];
}

function median(values: readonly number[]): number {
  return sampleAt([...values], 0.5);
}
