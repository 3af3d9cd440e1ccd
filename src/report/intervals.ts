/** What was sent within each interval of a run, as rows of CSV: of records that keep histograms instead of each probe. */
import type { BlockRecord } from '../result/block-record.ts';
import { NanosecondHistogram } from '../stats/histogram.ts';
import { quantile, type SortedSamples, sorted } from '../stats/quantile/quantiles.ts';

const COLUMNS = [
  'run',
  'block',
  'round',
  'measurement',
  'payload_bytes',
  'from_at_ns',
  'to_at_ns',
  'probes',
  'min_ns',
  'p50_ns',
  'p90_ns',
  'p99_ns',
  'max_ns',
] as const;
const QUANTILES = [0, 0.5, 0.9, 0.99, 1] as const;

interface Interval {
  readonly fromAtNs: number;
  readonly toAtNs: number;
  readonly rttNs: SortedSamples;
}

/** Of measured blocks, a block that keeps each probe being one interval. */
export function* intervalPieces(blocks: readonly BlockRecord[]): Generator<string> {
  yield `${COLUMNS.join(',')}\n`;
  for (const [i, block] of blocks.entries()) {
    if (block.kind !== 'measured') continue;
    const { run, round, workload } = block;
    for (const { fromAtNs, toAtNs, rttNs } of intervalsOf(block)) {
      const figures = QUANTILES.map((p) => Math.round(quantile(rttNs, p)));
      const key = [run, i + 1, round, workload.kind, workload.payloadBytes];
      yield `${[...key, fromAtNs, toAtNs, rttNs.length, ...figures].join(',')}\n`;
    }
  }
}

function intervalsOf({ samples }: BlockRecord): Interval[] {
  if (samples.form === 'histograms') {
    return samples.intervals.map(({ fromAtNs, toAtNs, rttNs }) => ({
      fromAtNs,
      toAtNs,
      rttNs: NanosecondHistogram.decode(rttNs).middles(),
    }));
  }
  const { warmupProbes, sentAtNs, rttNs } = samples;
  const counted = rttNs.slice(warmupProbes);
  if (counted.length === 0) return [];
  const toAtNs = (sentAtNs.at(-1) ?? 0) + (rttNs.at(-1) ?? 0);
  return [{ fromAtNs: sentAtNs[warmupProbes] ?? 0, toAtNs, rttNs: sorted(counted) }];
}
