/** Percentiles of the layers of an interval, as they are kept beside the histograms. */
import type { NanosecondHistogram } from '../../stats/histogram.ts';
import {
  type Interval,
  type IntervalSummary,
  LAYERS,
  type Layer,
  type LayerSummary,
} from '../records/interval.ts';

const PROBABILITIES = [0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.99, 1] as const;

/**
 * What `quantile` of the histogram says of each, ns, in one pass over its bins instead of eight.
 * @throws RangeError when there is no sample
 */
export function summaryOf(histogram: NanosecondHistogram): LayerSummary {
  const { count } = histogram;
  if (count === 0) throw new RangeError('a summary needs at least one sample');
  const positions = PROBABILITIES.map((p) => (count - 1) * p);
  const low: number[] = [];
  const quantilesNs: number[] = [];
  let before = 0;
  for (const { fromNs, toNs, count: inBin } of histogram.bins()) {
    before += inBin;
    const middleNs = fromNs + (toNs - 1 - fromNs) / 2;
    // Both neighbours of a position are in this bin, or the first of them in an earlier one.
    while (low.length < positions.length && before > Math.floor(positions[low.length] as number)) {
      low.push(middleNs);
    }
    while (quantilesNs.length < low.length) {
      const position = positions[quantilesNs.length] as number;
      const rank = Math.floor(position);
      if (position !== rank && before <= rank + 1) break;
      const lowNs = low[quantilesNs.length] as number;
      quantilesNs.push(lowNs + (middleNs - lowNs) * (position - rank));
    }
  }
  const [minNs, p5Ns, p25Ns, p50Ns, p75Ns, p90Ns, p99Ns, maxNs] = quantilesNs as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { count, minNs, p5Ns, p25Ns, p50Ns, p75Ns, p90Ns, p99Ns, maxNs };
}

/** The same interval with summaries; a layer without a sample has none. */
export function summarized(interval: Interval): IntervalSummary {
  const layers: Partial<Record<Layer, LayerSummary>> = {};
  for (const layer of LAYERS) {
    const histogram = interval.layers[layer];
    if (histogram !== undefined && histogram.count > 0) layers[layer] = summaryOf(histogram);
  }
  return { ...interval, layers };
}
