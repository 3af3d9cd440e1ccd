/**
 * A statistic against the message size, a line for each result. The general report has the medians with their intervals
 * and their fit; the course's assignment asks for means, and has the medians beside them. Results that differ in the
 * server's delay make its second plot.
 */
import type { EChartsOption } from 'echarts';
import type { Result } from '../../../result/result.ts';
import type { WorkloadKind } from '../../../result/workload.ts';
import { sizeText } from '../../../text/sizes.ts';
import { inUnit, rateUnit, timeUnit, type Unit } from '../../../text/units.ts';
import type { Canvas, ChartOutcome, ChartTable } from '../chart.ts';
import { basis, headPx } from '../look.ts';
import { APART_RATIO, extent, isLogBetter, round } from '../scales.ts';
import { isValueLog, sizeAxis, turnedSizesPx, valueAxis } from './axes.ts';
import { drawnValues, type Line, linesOf, type Point, type Statistic, valueAt } from './lines.ts';
import { keyToMarks, type MarkNames, meanMarks, medianMarks } from './marks.ts';

const BODY_PX = 300;

interface Kind {
  readonly id: string;
  readonly title: string;
  readonly quantity: string;
}

const KINDS: Readonly<Record<WorkloadKind, Kind>> = {
  rtt: { id: 'rtt-by-size', title: 'Round-trip time by message size', quantity: 'round-trip time' },
  throughput: { id: 'goodput-by-size', title: 'Throughput by message size', quantity: 'throughput' },
};

/** What is drawn, and how. */
interface Plot {
  readonly title: string;
  readonly statistic: Statistic;
  readonly lines: readonly Line[];
  /** Ascending, each once. */
  readonly sizes: readonly number[];
  readonly unit: Unit;
  /** Whether the values stand on a logarithmic axis. */
  readonly isLog: boolean;
}

/** @param statistic what the lines go through; a line through means has the medians beside it */
export function chartBySize(
  results: readonly Result[],
  kind: WorkloadKind,
  statistic: Statistic = 'median',
): ChartOutcome {
  const { id, title, quantity } = KINDS[kind];
  const lines = linesOf(results, kind);
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) {
    return { id, title, missing: `no ${quantity} was measured` };
  }
  const plot: Plot = {
    title,
    statistic,
    lines,
    sizes: [...new Set(points.map(({ payloadBytes }) => payloadBytes))].sort((a, b) => a - b),
    unit: unitOf(points, kind, statistic),
    isLog: statistic === 'mean' && isValueLog(lines, statistic),
  };
  const names = legendNames(plot);
  return {
    id,
    title,
    caption: (statistic === 'mean' ? meanCaption : medianCaption)(plot, quantity),
    alternative: `${title}, in ${plot.unit.name}. ${lines.map((line) => lineWords(line, plot)).join('; ')}.`,
    table: tableOf(plot),
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX + turnedSizesPx(canvas, plot.sizes),
    option: (canvas) => option(canvas, plot),
  };
}

/** Medians of one order of magnitude read best in that of the middle one; curves far apart in that of the largest. */
function unitOf(points: readonly Point[], kind: WorkloadKind, statistic: Statistic): Unit {
  const values = points.map((point) => valueAt(point, statistic));
  const telling = statistic === 'mean' ? [extent(values)[1]] : values;
  return kind === 'rtt' ? timeUnit(telling) : rateUnit(telling);
}

function medianCaption({ lines, sizes, unit }: Plot, quantity: string): string {
  const fitted = lines.some(({ fit }) => fit !== undefined);
  return `Median ${quantity} in ${unit.name}${intervalWords(lines)}.${
    fitted ? ' The thin line is the fit through the medians.' : ''
  }${isLogBetter(sizes) ? ' Sizes stand on a logarithmic axis.' : ''}`;
}

function meanCaption({ lines, sizes, unit, isLog }: Plot, quantity: string): string {
  const scale = [
    ...(isLog
      ? [`The ${quantity} stands on a logarithmic axis: curves lie ${APART_RATIO}-fold or more apart.`]
      : []),
    ...(isLogBetter(sizes) ? ['Sizes stand on a logarithmic axis.'] : []),
  ];
  return [
    `Mean ${quantity} in ${unit.name}: marks on a line. Dashes beside them are the medians${intervalWords(lines)}.`,
    'Both are shown since a few late echoes move a mean and leave the median where it is.',
    ...scale,
  ].join(' ');
}

function tableOf({ lines, statistic }: Plot): ChartTable {
  const isMean = statistic === 'mean';
  return {
    header: ['result', 'payload_bytes', 'n', ...(isMean ? ['mean'] : []), 'median', 'low', 'high'],
    rows: lines.flatMap(({ label, points }) =>
      points.map(({ payloadBytes, n, mean, median: { value, interval } }) => [
        label,
        payloadBytes,
        n,
        ...(isMean ? [round(mean)] : []),
        round(value),
        interval === null ? null : round(interval.low),
        interval === null ? null : round(interval.high),
      ]),
    ),
  };
}

/** Lines by their colours, and what their marks are where there are two kinds. */
function legendNames({ lines, statistic }: Plot): string[] {
  const labels = lines.map(({ label }) => label);
  return statistic === 'mean' ? [...labels, ...markNames(lines)] : labels;
}

function markNames(lines: readonly Line[]): MarkNames {
  return ['mean', hasIntervals(lines) ? 'median with its 95 % interval' : 'median'];
}

function hasIntervals(lines: readonly Line[]): boolean {
  return lines.some(({ points }) => points.some(({ median }) => median.interval !== null));
}

function option(canvas: Canvas, plot: Plot): EChartsOption {
  const { title, statistic, lines, sizes, unit, isLog } = plot;
  const drawn = lines.flatMap(({ points }) => points.flatMap((point) => drawnValues(point, statistic)));
  const [foot] = extent(drawn.filter((value) => value > 0));
  // A clock too coarse for a time saw 0 of it, which is drawn at the foot of a logarithmic axis.
  const scaled = (value: number): number => round((isLog ? Math.max(foot, value) : value) / unit.factor);
  return {
    ...basis(canvas, title, legendNames(plot)),
    xAxis: sizeAxis(sizes, turnedSizesPx(canvas, sizes)),
    yAxis: valueAxis(unit.name, drawn.map(scaled), isLog),
    series:
      statistic === 'mean'
        ? [
            ...lines.flatMap((line, i) => meanMarks(line, i, scaled)),
            ...keyToMarks(markNames(lines), hasIntervals(lines)),
          ]
        : lines.flatMap((line, i) => medianMarks(line, i, sizes, scaled)),
  };
}

function intervalWords(lines: readonly Line[]): string {
  const medians = lines.flatMap(({ points }) => points.map(({ median }) => median));
  const withInterval = medians.filter(({ interval }) => interval !== null).length;
  if (withInterval === 0) return ', without intervals: too few blocks or samples';
  return withInterval === medians.length
    ? ' with 95 % intervals'
    : ' with 95 % intervals where there are enough blocks and samples';
}

function lineWords({ label, points }: Line, { statistic, unit }: Plot): string {
  const told = points.map(({ payloadBytes, mean, median: { value, interval } }) => {
    const range =
      interval === null ? '' : ` (${inUnit(interval.low, unit)} to ${inUnit(interval.high, unit)})`;
    const median = `${inUnit(value, unit)}${range}`;
    const figures = statistic === 'mean' ? `mean ${inUnit(mean, unit)}, median ${median}` : median;
    return `${figures} at ${sizeText(payloadBytes)}`;
  });
  return `${label}: ${told.join(statistic === 'mean' ? '; ' : ', ')}`;
}
