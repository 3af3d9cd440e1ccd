/** The histograms of a report: which series are drawn, and what each picture takes from their bins. */

import type { Result } from '../../result/result.ts';
import type { WorkloadKind } from '../../result/workload.ts';
import { type HistogramBin, NanosecondHistogram } from '../../stats/histogram.ts';
import { sizeText } from '../../text/sizes.ts';
import { resultLabels } from '../document/labels.ts';
import { SERIES_COLOURS } from './theme.ts';

export interface Distribution {
  readonly label: string;
  readonly count: number;
  /** Ascending; only those with a sample. */
  readonly bins: readonly HistogramBin[];
}

export interface Distributions {
  readonly drawn: readonly Distribution[];
  /** What is not in the picture, in a sentence; '' where all is. */
  readonly leftOut: string;
}

/** Those of the measurement of round-trip times, or of throughput where there is no other. */
export function distributionsOf(results: readonly Result[]): Distributions {
  const kind: WorkloadKind = results.some(({ series }) =>
    series.some((one) => one.workload.kind === 'rtt' && one.rttHistogram !== null),
  )
    ? 'rtt'
    : 'throughput';
  const own = results.map(({ series }) =>
    series.filter((one) => one.workload.kind === kind && one.rttHistogram !== null),
  );
  const sizes = [...new Set(own.flat().map(({ workload }) => workload.payloadBytes))].sort((a, b) => a - b);
  const shown = pickEvenly(sizes, Math.max(1, Math.floor(SERIES_COLOURS / results.length)));
  const labels = resultLabels(results);
  const drawn = own.flatMap((series, i) =>
    series
      .filter(({ workload }) => shown.includes(workload.payloadBytes))
      .flatMap(({ workload, rttHistogram }) => {
        const histogram = decoded(rttHistogram ?? '');
        const size = sizeText(workload.payloadBytes);
        const label = results.length === 1 ? size : `${size}, ${labels[i] ?? ''}`;
        return histogram === null ? [] : [{ label, count: histogram.count, bins: [...histogram.bins()] }];
      }),
  );
  const leftOut =
    shown.length === sizes.length
      ? ''
      : ` Drawn are ${shown.length} of ${sizes.length} sizes, so that lines can be told apart.`;
  return { drawn, leftOut };
}

/** @returns null when the text is no histogram: a picture of it less is no reason to refuse the rest */
export function decoded(text: string): NanosecondHistogram | null {
  try {
    const histogram = NanosecondHistogram.decode(text);
    return histogram.count === 0 ? null : histogram;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The first, the last, and as many between as are wanted. */
export function pickEvenly<T>(items: readonly T[], wanted: number): T[] {
  if (items.length <= wanted) return [...items];
  if (wanted === 1) return items.slice(Math.floor(items.length / 2), Math.floor(items.length / 2) + 1);
  return Array.from(
    { length: wanted },
    (_, i) => items[Math.round((i * (items.length - 1)) / (wanted - 1))] as T,
  );
}
