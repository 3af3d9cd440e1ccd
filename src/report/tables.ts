/** The figures of one measurement: a table of what is usual, one of the slow tail, and the line through the sizes. */
import type { Measurement } from '../result/plan-record.ts';
import type { Result } from '../result/result.ts';
import type { SampleStatistics, SeriesRecord } from '../result/series-record.ts';
import { sizeText } from '../result/size-text.ts';
import type { QuantileEstimate } from '../stats/estimate.ts';
import { supportsQuantile } from '../stats/quantiles.ts';
import { fitText } from './fit.ts';
import { renderTable } from './table.ts';
import { wrapped } from './text.ts';
import { inUnit, rateUnit, timeUnit, type Unit } from './units.ts';

const NONE = '-';
const INTERVAL = '95 % interval';
/** Fewest samples beyond a percentile that tell of more than the extreme; see `supportsQuantile`. */
const FAR_SIDE_SAMPLES = 5;
/** The slow tail of a rate is its low end. */
const TAIL: Readonly<Record<Measurement, readonly number[]>> = {
  rtt: [0.9, 0.99, 0.999],
  throughput: [0.1, 0.01, 0.001],
};

/** @returns '' where the measurement was not begun */
export function measurementTables({ series, fits }: Result, measurement: Measurement): string {
  const own = series.filter((one) => one.measurement === measurement);
  const rows = own.map((one) => ({ size: sizeText(one.payloadBytes), statistics: statisticsOf(one) }));
  if (rows.length === 0) return '';
  const times = timeUnit(own.map(({ statistics }) => statistics?.rttNs.median ?? 0));
  const unit =
    measurement === 'rtt' ? times : rateUnit(rows.map(({ statistics }) => statistics?.median ?? 0));
  const parts = [mainTable(rows, measurement, unit), tailTable(rows, TAIL[measurement], unit)];
  const fit = fits.find((one) => one.measurement === measurement);
  if (fit !== undefined) parts.push(fitText(fit, times));
  return parts.filter((part) => part !== '').join('\n');
}

interface Row {
  readonly size: string;
  readonly statistics: SampleStatistics | null;
}

interface Column {
  readonly name: string;
  readonly text: (statistics: SampleStatistics) => string;
}

function statisticsOf({ measurement, statistics }: SeriesRecord): SampleStatistics | null {
  if (statistics === null) return null;
  return measurement === 'rtt' ? statistics.rttNs : statistics.goodputBitsPerSecond;
}

function mainTable(rows: readonly Row[], measurement: Measurement, unit: Unit): string {
  const title =
    measurement === 'rtt'
      ? `Round-trip time in ${unit.name}: from before sending to the last byte of the echo`
      : `Throughput in ${unit.name}: payload bits / round-trip time of each probe`;
  const figure = (name: string, value: (of: SampleStatistics) => number | null): Column => ({
    name,
    text: (statistics) => {
      const number = value(statistics);
      return number === null ? NONE : inUnit(number, unit);
    },
  });
  const columns = [
    { name: 'n', text: ({ n }: SampleStatistics) => String(n) },
    figure('median', ({ median }) => median),
    ...intervalColumn(rows, 0.5, unit),
    figure('mean', ({ mean }) => mean),
    figure('min', ({ min }) => min),
    figure('max', ({ max }) => max),
    figure('std dev', ({ standardDeviation }) => standardDeviation),
  ];
  return `${title}\n\n${tableOf(rows, columns)}`;
}

/** Only what the samples support in one row at least, and below it what is missing elsewhere. */
function tailTable(rows: readonly Row[], quantiles: readonly number[], unit: Unit): string {
  const supported = quantiles.filter((p) =>
    rows.some(({ statistics }) => statistics !== null && supportsQuantile(statistics.n, p)),
  );
  if (supported.length === 0) return wrapped(`No figures of the slow tail: ${needs(rows, quantiles)}`, '  ');
  const columns = quantiles.flatMap((p): Column[] => {
    const column = { name: percentileName(p), text: (of: SampleStatistics) => tailText(of, p, unit) };
    if (rows.every(({ statistics }) => statistics === null || column.text(statistics) === NONE)) return [];
    return [column, ...intervalColumn(rows, p, unit)];
  });
  const table = tableOf(rows, columns);
  const marks = [
    ...(table.includes('~') ? ['~ little more than the extreme'] : []),
    ...(/ -(?=\s)/.test(table) ? ['- not even that'] : []),
  ];
  const lacking = needs(rows, quantiles);
  const legend = lacking === '' ? [] : [`${marks.length === 0 ? '' : `${marks.join(', ')}: `}${lacking}`];
  return `The slow tail in ${unit.name}\n\n${table}${legend.map((line) => wrapped(line, '  ')).join('')}`;
}

function tableOf(rows: readonly Row[], columns: readonly Column[]): string {
  const cells = rows.map(({ size, statistics }) => [
    size,
    ...columns.map(({ name, text }) => {
      if (statistics !== null) return text(statistics);
      return name === 'n' ? '0' : NONE;
    }),
  ]);
  return renderTable(['size', ...columns.map(({ name }) => name)], cells);
}

/** No column where there is no interval in it. */
function intervalColumn(rows: readonly Row[], p: number, unit: Unit): Column[] {
  const text = (statistics: SampleStatistics): string => {
    const interval = estimateOf(statistics, p)?.interval ?? null;
    return interval === null ? NONE : `${inUnit(interval.low, unit)}–${inUnit(interval.high, unit)}`;
  };
  const any = rows.some(({ statistics }) => statistics !== null && text(statistics) !== NONE);
  return any ? [{ name: INTERVAL, text }] : [];
}

function tailText(statistics: SampleStatistics, p: number, unit: Unit): string {
  const estimate = estimateOf(statistics, p);
  if (estimate === undefined) return NONE;
  const { n } = statistics;
  if (supportsQuantile(n, p)) return inUnit(estimate.value, unit);
  return n * farSide(p) >= 1 ? `~${inUnit(estimate.value, unit)}` : NONE;
}

/** What the percentiles that some row lacks would take. */
function needs(rows: readonly Row[], quantiles: readonly number[]): string {
  const least = Math.min(...rows.map(({ statistics }) => statistics?.n ?? 0));
  const missing = quantiles.filter((p) => !supportsQuantile(least, p));
  if (missing.length === 0) return '';
  const each = missing.map((p, i) => {
    const probes = Math.round(FAR_SIDE_SAMPLES / farSide(p)).toLocaleString('en-US');
    return `${percentileName(p)}${i === 0 ? ' needs' : ''} ${probes}${i === 0 ? ' probes a size' : ''}`;
  });
  return each.join(', ');
}

/** Share of the samples on the far side of a quantile; 1 - 0.999 is not quite 0.001. */
function farSide(p: number): number {
  return Number(Math.min(p, 1 - p).toPrecision(6));
}

function estimateOf({ estimates }: SampleStatistics, p: number): QuantileEstimate | undefined {
  return estimates.find((estimate) => estimate.p === p);
}

function percentileName(p: number): string {
  return `p${Number((p * 100).toPrecision(6))}`;
}
