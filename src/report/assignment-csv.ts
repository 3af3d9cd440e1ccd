/**
 * The assignment's results as CSV (RFC 4180 but for LF line ends): a row for each server delay and size, which LaTeX
 * (pgfplots) and spreadsheets read as it is. Figures are in base units, as exact as the record has them.
 */
import type { Result } from '../result/result.ts';
import type { SampleStatistics } from '../result/series-record.ts';
import { estimateOf } from './document/intervals.ts';

const NS_PER_MS = 1_000_000;

/** Low and high are those of the median's 95 % interval. */
const COLUMNS = [
  'delay_ms',
  'measurement',
  'payload_bytes',
  'n',
  'mean',
  'median',
  'low',
  'high',
  'unit',
] as const;

/** @param results one for each server delay, in the order of the rows */
export function assignmentCsv(results: readonly Result[]): string {
  const rows = results.flatMap(({ plan, series }) =>
    series.map(({ workload: { kind, payloadBytes }, statistics }) => {
      const [own, unit] =
        kind === 'rtt' ? [statistics?.rttNs, 'ns'] : [statistics?.goodputBitsPerSecond, 'bit/s'];
      const head = [plan.serverDelayNs / NS_PER_MS, kind, payloadBytes];
      return [...head, ...figures(own ?? null), unit].map((cell) => cell ?? '').join(',');
    }),
  );
  return [COLUMNS.join(','), ...rows].map((line) => `${line}\n`).join('');
}

/** What is absent is null, and becomes an empty cell. */
function figures(statistics: SampleStatistics | null): (number | null)[] {
  if (statistics === null) return [0, null, null, null, null];
  const { n, mean, median } = statistics;
  const interval = estimateOf(statistics, 0.5)?.interval ?? null;
  return [n, mean, median, interval?.low ?? null, interval?.high ?? null];
}
