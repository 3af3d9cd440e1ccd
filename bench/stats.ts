/**
 * The few order statistics of a benchmark table. Repetitions are few and noisy, so there is a median and a range,
 * and nothing that pretends to more.
 */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = ascending(values);
  const min = sorted[0];
  const max = sorted[sorted.length - 1];
  if (min === undefined || max === undefined) return undefined;
  const low = sorted[(sorted.length - 1) >> 1] ?? min;
  const high = sorted[sorted.length >> 1] ?? max;
  return { median: (low + high) / 2, min, max, count: sorted.length };
}

/** The sample at rank floor(n * p), as the C programs take it: both sides of a ratio by the same rule. */
export function sampleAt(values: readonly number[], p: number): number {
  const sorted = ascending(values);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
  if (found === undefined) throw new Error('no samples');
  return found;
}

/**
 * Ratio by ratio within each repetition. The machine's state drifts over seconds and moves both numbers of a
 * repetition alike, so these ratios are steadier than the ratio of the two medians.
 */
export function pairRatios(ours: readonly number[], reference: readonly number[]): number[] {
  return ours.flatMap((value, i) => {
    const other = reference[i];
    return other === undefined ? [] : [value / other];
  });
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
