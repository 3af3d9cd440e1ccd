/** Second implementations by the definitions, slow and plain, to check the fast ones against. */

/** Type 7: the value at 1 + (n - 1)p in the ordered sample, counted from 1. */
export function naiveQuantile(samples: readonly number[], p: number): number {
  const ordered = [...samples].sort((a, b) => a - b);
  const h = 1 + (ordered.length - 1) * p;
  const lower = ordered[Math.floor(h) - 1] as number;
  const upper = ordered[Math.ceil(h) - 1] as number;
  return lower * (1 - (h - Math.floor(h))) + upper * (h - Math.floor(h));
}

/** All samples of the blocks, each block as often as its weight tells. */
export function naiveResample(blocks: readonly (readonly number[])[], weights: readonly number[]): number[] {
  return blocks.flatMap((block, i) => Array.from({ length: weights[i] as number }, () => block).flat());
}

/** Kendall's score by looking at all pairs, and the share of all orders that are at least as extreme. */
export function naiveScore(values: readonly number[]): number {
  let score = 0;
  for (const [i, earlier] of values.entries()) {
    for (const later of values.slice(i + 1)) score += Math.sign(later - earlier);
  }
  return score;
}

export function permutations(values: readonly number[]): number[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, i) => permutations(values.toSpliced(i, 1)).map((rest) => [value, ...rest]));
}

/** (x_i + x_j) / 2 for all i <= j, ascending. */
export function naiveWalshAverages(values: readonly number[]): number[] {
  return values.flatMap((x, i) => values.slice(i).map((y) => (x + y) / 2)).sort((a, b) => a - b);
}
