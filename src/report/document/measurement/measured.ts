/** The figures of round-trip times and throughput: what is usual, the slow tail, the line through the sizes. */

import type { SampleStatistics, SeriesRecord } from '../../../result/series-record.ts';
import type { WorkloadKind } from '../../../result/workload.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { sizeText } from '../../../text/sizes.ts';
import { inUnit, rateUnit, timeUnit, type Unit } from '../../../text/units.ts';
import { type Column, type Depth, figures, NONE, type Part, type Section, table, text } from '../document.ts';
import { estimateOf, INTERVAL, percentileName, rangeText } from '../intervals.ts';
import { fitSentence } from './fit.ts';
import { named, namedColumns, type Source } from './sources.ts';

/** Fewest samples beyond a percentile that tell of more than the extreme; see `supportsQuantile`. */
const FAR_SIDE_SAMPLES = 5;

const WORDS = {
  rtt: {
    id: 'round-trip-time',
    title: 'Round-trip time',
    caption: 'from before sending to the last byte of the echo',
    meaning:
      "As the program sees it: the path in both directions, both kernels, the server's work and the wake-up of the client.",
    quantiles: [0.9, 0.99, 0.999],
  },
  throughput: {
    id: 'throughput',
    title: 'Throughput',
    caption: 'payload bits / round-trip time of each probe',
    meaning:
      'One message under way at a time: this is what a program that asks and waits gets out of the path, not the capacity of the path. The slow tail of a rate is its low end.',
    quantiles: [0.1, 0.01, 0.001],
  },
} as const;

interface Row {
  readonly label: string;
  readonly series: SeriesRecord;
  readonly statistics: SampleStatistics | null;
}

/** A column and what it has of each series. */
interface Figure {
  readonly column: Column;
  readonly cell: (statistics: SampleStatistics) => string;
}

/** @returns undefined where nothing of the kind was measured */
export function measuredSection(
  sources: readonly Source[],
  kind: WorkloadKind,
  depth: Depth,
): Section | undefined {
  const rows: Row[] = sources.flatMap(({ label, result }) =>
    result.series
      .filter((series) => series.workload.kind === kind)
      .map((series) => ({ label, series, statistics: statisticsOf(series) })),
  );
  if (rows.length === 0) return undefined;
  const { id, title, meaning } = WORDS[kind];
  const medians = rows.map(({ statistics }) => statistics?.median ?? 0);
  const unit = kind === 'rtt' ? timeUnit(medians) : rateUnit(medians);
  return {
    id,
    title,
    parts: [
      ...(depth === 'full' ? [text(meaning)] : []),
      usualTable(sources, rows, kind, unit),
      tailPart(sources, rows, kind, unit),
      ...fitParts(sources, rows, kind, depth),
    ],
  };
}

export function statisticsOf({ workload: { kind }, statistics }: SeriesRecord): SampleStatistics | null {
  if (statistics === null) return null;
  return kind === 'rtt' ? statistics.rttNs : statistics.goodputBitsPerSecond;
}

function usualTable(sources: readonly Source[], rows: readonly Row[], kind: WorkloadKind, unit: Unit): Part {
  const figure = (name: string, spare: number, value: (of: SampleStatistics) => number | null): Figure => ({
    column: figures(name, spare),
    cell: (statistics) => {
      const number = value(statistics);
      return number === null ? NONE : inUnit(number, unit);
    },
  });
  const median = figure('median', 0, (statistics) => statistics.median);
  const columns: Figure[] = [
    { column: figures('n', 5), cell: ({ n }) => n.toLocaleString('en-US') },
    { ...median, column: figures('median') },
    ...intervalFigure(rows, 0.5, unit, 6),
    figure('mean', 2, ({ mean }) => mean),
    figure('min', 3, ({ min }) => min),
    figure('max', 4, ({ max }) => max),
    figure('std dev', 1, ({ standardDeviation }) => standardDeviation),
  ];
  const { title, caption } = WORDS[kind];
  return tableOf(`${title} in ${unit.name}: ${caption}`, sources, rows, columns, '');
}

/** Only what the samples support in one row at least, and below it what is missing elsewhere. */
function tailPart(sources: readonly Source[], rows: readonly Row[], kind: WorkloadKind, unit: Unit): Part {
  const quantiles: readonly number[] = WORDS[kind].quantiles;
  const isSupported = quantiles.some((p) =>
    rows.some(({ statistics }) => statistics !== null && supportsQuantile(statistics.n, p)),
  );
  const lacking = needs(rows, quantiles);
  if (!isSupported) return text(`No figures of the slow tail: ${lacking}`);
  const columns = quantiles.flatMap((p, i): Figure[] => {
    const cell = (statistics: SampleStatistics): string => tailText(statistics, p, unit);
    if (rows.every(({ statistics }) => statistics === null || cell(statistics) === NONE)) return [];
    // The far ends go last: p99 is what most ask for.
    const spare = p === 0.99 || p === 0.01 ? {} : { spare: 3 + i };
    return [
      { column: { name: percentileName(p), kind: 'figures', ...spare }, cell },
      ...intervalFigure(rows, p, unit, i + 1),
    ];
  });
  const cells = rows.flatMap(({ statistics }) =>
    statistics === null ? [] : columns.map(({ cell }) => cell(statistics)),
  );
  const marks = [
    ...(cells.some((cell) => cell.startsWith('~')) ? ['~ little more than the extreme'] : []),
    ...(cells.includes(NONE) ? [`${NONE} not even that`] : []),
  ];
  const legend = lacking === '' ? '' : [marks.join(', '), lacking].filter((part) => part !== '').join(': ');
  return tableOf(`The slow tail in ${unit.name}`, sources, rows, columns, legend);
}

function tableOf(
  caption: string,
  sources: readonly Source[],
  rows: readonly Row[],
  shown: readonly Figure[],
  legend: string,
): Part {
  const cells = rows.map(({ label, series, statistics }) =>
    named(sources, label, [
      sizeText(series.workload.payloadBytes),
      ...shown.map(({ column, cell }) => {
        if (statistics !== null) return cell(statistics);
        return column.name === 'n' ? '0' : NONE;
      }),
    ]),
  );
  const columns = [figures('size'), ...shown.map(({ column }) => column)];
  return table(caption, namedColumns(sources, columns), cells, legend);
}

/** No column where there is no interval in it. */
function intervalFigure(rows: readonly Row[], p: number, unit: Unit, spare: number): Figure[] {
  const cell = (statistics: SampleStatistics): string => {
    const interval = estimateOf(statistics, p)?.interval ?? null;
    return interval === null ? NONE : rangeText(interval, unit);
  };
  const any = rows.some(({ statistics }) => statistics !== null && cell(statistics) !== NONE);
  return any ? [{ column: figures(INTERVAL, spare), cell }] : [];
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

/** Its times have one unit, which is that of the round-trip times in the tables above. */
function fitParts(
  sources: readonly Source[],
  measured: readonly Row[],
  kind: WorkloadKind,
  depth: Depth,
): Part[] {
  const unit = timeUnit(measured.map(({ series }) => series.statistics?.rttNs.median ?? 0));
  const sentences = sources.flatMap(({ label, result }) =>
    result.fits
      .filter((fit) => fit.workload.kind === kind)
      .map((fit) => fitSentence(fit, unit, depth === 'full'))
      .filter((sentence) => sentence !== '')
      .map((sentence) => (sources.length > 1 ? `${label}: ${sentence}` : sentence)),
  );
  return sentences.map(text);
}
