/**
 * Rows to text: one table with aligned columns, or one in Markdown. Pure, and the only place that turns base units into units for
 * people and a target into a verdict.
 */
import type { Row, Target, Unit } from './row.ts';
import { pairRatios, type Spread, spreadOf } from './stats.ts';

const HEAD = ['row', 'ours', 'reference', 'ratio', 'target', 'verdict'] as const;

export function tableText(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

export function markdownTable(rows: readonly Row[]): string {
  const cells = [HEAD, HEAD.map(() => '---'), ...rows.map(cellsOf)];
  return cells.map((line) => `| ${line.map((cell) => cell.trim()).join(' | ')} |`).join('\n');
}

function cellsOf(row: Row): readonly string[] {
  const ours = spreadOf(row.ours);
  const reference = spreadOf(row.reference);
  const ratio = spreadOf(pairRatios(row.ours, row.reference));
  return [
    row.name,
    spreadText(ours, row.unit),
    reference === undefined ? '-' : `${spreadText(reference, row.unit)} ${row.referenceName}`,
    ratio === undefined ? '-' : `x${ratioText(ratio)}`,
    row.target === undefined ? '-' : targetText(row.target, row.unit),
    verdict(row.target, row.target?.of === 'ratio' ? ratio : ours),
  ];
}

/** Whether the median, not the best run, keeps to the bound. */
function verdict(target: Target | undefined, spread: Spread | undefined): string {
  if (target === undefined) return 'informative';
  if (spread === undefined) return 'no numbers';
  return keeps(target, spread.median) ? 'met' : 'NOT MET';
}

function keeps({ of, bound, limit }: Target, median: number): boolean {
  switch (bound) {
    case 'atMost':
      return median <= limit;
    case 'atLeast':
      return median >= limit;
    case 'within':
      return Math.abs(median - (of === 'ratio' ? 1 : 0)) <= limit;
  }
}

function targetText(target: Target, unit: Unit): string {
  if (target.bound === 'within' && target.of === 'ratio') return `x1 +-${(100 * target.limit).toFixed(0)} %`;
  const sign = { atMost: '<=', atLeast: '>=', within: '+-' }[target.bound];
  return target.of === 'ratio'
    ? `${sign} x${target.limit.toFixed(2)}`
    : `${sign} ${inUnit(target.limit, scaleOf(target.limit, unit))} ${scaleOf(target.limit, unit).name}`;
}

function spreadText(spread: Spread | undefined, unit: Unit): string {
  if (spread === undefined) return '-';
  const scale = scaleOf(spread.median, unit);
  const median = inUnit(spread.median, scale);
  if (spread.count === 1) return `${median} ${scale.name}`;
  return `${median} [${inUnit(spread.min, scale)}..${inUnit(spread.max, scale)}] ${scale.name}`;
}

function ratioText(spread: Spread): string {
  const median = spread.median.toFixed(2);
  return spread.count === 1 ? median : `${median} [${spread.min.toFixed(2)}..${spread.max.toFixed(2)}]`;
}

interface Scale {
  readonly name: string;
  readonly divisor: number;
}

/** One scale for a whole spread, chosen by its median: a range in two units cannot be read. */
function scaleOf(value: number, unit: Unit): Scale {
  switch (unit) {
    case 'ns':
      return Math.abs(value) < 1_000_000
        ? { name: 'us', divisor: 1_000 }
        : { name: 'ms', divisor: 1_000_000 };
    case 'requestsPerSecond':
      return { name: 'k/s', divisor: 1_000 };
    case 'bytesPerSecond':
      return { name: 'MB/s', divisor: 1_000_000 };
    case 'bytes':
      return { name: 'MB', divisor: 1_000_000 };
  }
}

function inUnit(value: number, scale: Scale): string {
  const scaled = value / scale.divisor;
  return scaled.toFixed(Math.abs(scaled) < 20 ? 2 : Math.abs(scaled) < 1_000 ? 1 : 0);
}
