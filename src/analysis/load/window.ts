/**
 * The time that a figure of a load is of, and the blocks that its intervals rest on. Samples that follow each other
 * through one queue are alike, so they are no units; seconds are alike much less.
 */
import type { Block } from '../../stats/quantile/estimate.ts';
import { MIN_BLOCKS } from '../../stats/quantile/interval.ts';
import { sorted } from '../../stats/quantile/quantiles.ts';

export const NS_PER_S = 1_000_000_000;
/** Blocks are seconds; where a phase has fewer than five whole ones a fifth of it, but no shorter than this. */
export const MIN_BLOCK_NS: number = NS_PER_S / 2;

/** From its begin to before its end, ns after the start. */
export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

/** A span of which parts do not count. */
export interface Window extends Span {
  /** When this program was stopped, and what that spoils. */
  readonly holes: readonly Span[];
}

/** Whether it lies within, and none of it in a hole. */
export function holds({ fromNs, toNs, holes }: Window, beginNs: number, endNs: number): boolean {
  return beginNs >= fromNs && beginNs < toNs && !overlapsAny(holes, beginNs, endNs);
}

/** How many blocks a span has: one at least, whatever its length. */
export function blockCount({ fromNs, toNs }: Span): number {
  const seconds = Math.floor((toNs - fromNs) / NS_PER_S);
  if (seconds >= MIN_BLOCKS) return seconds;
  return Math.max(1, Math.min(MIN_BLOCKS, Math.floor((toNs - fromNs) / MIN_BLOCK_NS)));
}

/** Values parted by when they were had, in blocks of one length. */
export function blocksOf(span: Span, atNs: ArrayLike<number>, values: ArrayLike<number>): Block[] {
  const count = blockCount(span);
  const perNs = count / (span.toNs - span.fromNs);
  const blocks = Uint32Array.from({ length: values.length }, (_, i) =>
    Math.min(count - 1, Math.floor(((atNs[i] as number) - span.fromNs) * perNs)),
  );
  const sizes = new Uint32Array(count);
  for (const block of blocks) sizes[block] = (sizes[block] as number) + 1;
  const parts = Array.from(sizes, (size) => new Float64Array(size));
  for (let i = values.length - 1; i >= 0; i--) {
    const block = blocks[i] as number;
    const place = (sizes[block] as number) - 1;
    (parts[block] as Float64Array)[place] = values[i] as number;
    sizes[block] = place;
  }
  return parts.filter(({ length }) => length > 0).map((samples) => ({ run: 1, samples: sorted(samples) }));
}

function overlapsAny(holes: readonly Span[], beginNs: number, endNs: number): boolean {
  return holes.some(({ fromNs, toNs }) => beginNs < toNs && endNs >= fromNs);
}
