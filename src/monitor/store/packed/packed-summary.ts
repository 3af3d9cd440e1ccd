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
  const numbers = new Array<number>(1 + PERCENTILES.length).fill(0);
  eachCount(unsealed(bytes), numbers.length, (index, number) => {
    numbers[index] = number;
  });
  let ns = 0;
  const [count = 0, ...stepsNs] = numbers;
  const quantiles = PERCENTILES.map((percentile, i) => {
    ns += stepsNs[i] as number;
    return [percentile, ns] as const;
  });
  return { count, ...Object.fromEntries(quantiles) } as unknown as LayerSummary;
}
