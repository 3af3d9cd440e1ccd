/**
 * The samples of a result as CSV (RFC 4180 but for LF line ends): a row for each of them, or for each interval of a record that
 * keeps histograms. Histograms take long to load: not for those who write as it happens.
 */
import type { BlockRecord } from '../result/block-record.ts';
import type { Recording } from '../result/result.ts';
import { NanosecondHistogram } from '../stats/histogram.ts';
import { quantile, type SortedSamples, sorted } from '../stats/quantile/quantiles.ts';
import { COLUMNS, LAYER_COLUMNS, linesOf, ROWS_AT_ONCE, type SampleChoice } from './samples.ts';

const INTERVAL_COLUMNS = [
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

/**
 * The samples of a result, one row each some rows at a time; where it keeps
 * histograms, a row for each interval.
 */
export function* csvPieces(
  { blocks }: Pick<Recording, 'blocks'>,
  choice: SampleChoice = {},
): Generator<string> {
  const raw = blocks.flatMap(({ samples, ...block }, i) =>
    samples.form === 'raw' ? [{ ...block, ...samples, block: i + 1, first: 0 }] : [],
  );
  // Of what keeps histograms there is no probe to write.
  if (raw.length < blocks.length) {
    yield* intervalPieces(blocks);
    return;
  }
  // All rows have the same columns, also those of a block without stamps.
  const layered = raw.some(({ layers }) => layers !== null);
  const columns = layered ? [...COLUMNS, ...LAYER_COLUMNS] : COLUMNS;
  yield `${columns.map(([name]) => name).join(',')}\n`;
  for (const batch of raw) {
    for (let from = 0; from < batch.rttNs.length; from += ROWS_AT_ONCE) {
      const lines = linesOf(batch, layered, from, choice, (row) => row.join(','));
      if (lines !== '') yield lines;
    }
  }
}

/** Of measured blocks, a block that keeps each probe being one interval. */
function* intervalPieces(blocks: readonly BlockRecord[]): Generator<string> {
  yield `${INTERVAL_COLUMNS.join(',')}\n`;
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
