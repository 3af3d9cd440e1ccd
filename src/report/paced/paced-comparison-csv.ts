/** A comparison of paced probes as CSV (RFC 4180 but for LF line ends): a row for each figure that B has against A. */
import type { PacedComparison } from '../../result/paced/paced-comparison.ts';
import { csvText } from '../csv-text.ts';

const COLUMNS = [
  'a',
  'b',
  'asked_per_second',
  'of',
  'pairs',
  'a_value',
  'b_value',
  'ratio',
  'low',
  'high',
  'method',
  'verdict',
  'no_interval_because',
] as const;

/** What is not known is empty. */
export function pacedComparisonCsv({ a, b, figures }: PacedComparison): string {
  const head = [csvText(a.label), csvText(b.label)];
  const rows = figures.map((figure) => {
    const { askedPerSecond, of, pairs, value, interval, verdict, refused } = figure;
    const compared = [askedPerSecond ?? '', of, pairs ?? '', figure.a ?? '', figure.b ?? '', value ?? ''];
    const ends = [interval?.low ?? '', interval?.high ?? '', interval?.method ?? ''];
    return [...head, ...compared, ...ends, verdict, refused ?? ''].join(',');
  });
  return [COLUMNS.join(','), ...rows].map((line) => `${line}\n`).join('');
}
