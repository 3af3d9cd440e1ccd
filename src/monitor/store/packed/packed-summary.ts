/** A summary as sealed bytes: whole ns, each as what it is above the one before, in the variable length of histograms. */
import { eachCount, encodeCounts } from '../../../stats/histogram-codec.ts';
import type { LayerSummary } from '../../records/interval.ts';
import { sealed, unsealed } from './sealed.ts';

/** Ascending. */
const PERCENTILES = ['minNs', 'p5Ns', 'p25Ns', 'p50Ns', 'p75Ns', 'p90Ns', 'p99Ns', 'maxNs'] as const;

export function packSummary(summary: LayerSummary): Uint8Array {
  let lastNs = 0;
  const stepsNs = PERCENTILES.map((percentile) => {
    const ns = Math.round(summary[percentile]);
    const stepNs = ns - lastNs;
    lastNs = ns;
    return stepNs;
  });
  return sealed(encodeCounts([summary.count, ...stepsNs]));
}

/** @throws RangeError when the bytes are damaged */
export function unpackSummary(bytes: Uint8Array): LayerSummary {
  const numbers = new Float64Array(1 + PERCENTILES.length);
  eachCount(unsealed(bytes), numbers.length, (index, number) => {
    numbers[index] = number;
  });
  const [count, ...stepsNs] = numbers as unknown as Numbers;
  const [minNs, p5, p25, p50, p75, p90, p99, max] = stepsNs;
  // Written out: a chart has thousands of them.
  const p5Ns = minNs + p5;
  const p25Ns = p5Ns + p25;
  const p50Ns = p25Ns + p50;
  const p75Ns = p50Ns + p75;
  const p90Ns = p75Ns + p90;
  const p99Ns = p90Ns + p99;
  return { count, minNs, p5Ns, p25Ns, p50Ns, p75Ns, p90Ns, p99Ns, maxNs: p99Ns + max };
}

/** The count, and one for each of {@link PERCENTILES}. */
type Numbers = readonly [number, number, number, number, number, number, number, number, number];
