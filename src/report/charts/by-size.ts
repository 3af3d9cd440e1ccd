/**
 * The median against the message size, a line for each result, with its intervals: the plot that the course's
 * assignment asks for. Results that differ in the server's delay make its second plot.
 */
import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { Result } from '../../result/result.ts';
import type { FitRecord, SeriesRecord } from '../../result/series-record.ts';
import type { WorkloadKind } from '../../result/workload.ts';
import type { QuantileEstimate } from '../../stats/quantile/estimate.ts';
import { sizeText } from '../../text/sizes.ts';
import { inUnit, rateUnit, timeUnit, type Unit } from '../../text/units.ts';
import { resultLabels } from '../document/labels.ts';
import type { Canvas, ChartOutcome } from './chart.ts';
import { errorBars } from './error-bars.ts';
import { axisLook, basis, headPx, labelsAt, turnedPx } from './look.ts';
import { extent, isLogBetter, round } from './scales.ts';
import { colour, lineLook } from './theme.ts';

const BODY_PX = 300;
/** Points of a fitted line, which is bent where the sizes stand on a logarithmic axis. */
const FIT_POINTS = 24;

interface Kind {
  readonly id: string;
  readonly title: string;
  readonly quantity: string;
}

const KINDS: Readonly<Record<WorkloadKind, Kind>> = {
  rtt: { id: 'rtt-by-size', title: 'Round-trip time by message size', quantity: 'round-trip time' },
  throughput: { id: 'goodput-by-size', title: 'Throughput by message size', quantity: 'throughput' },
};

interface Point {
  readonly payloadBytes: number;
  readonly n: number;
  readonly estimate: QuantileEstimate;
}

interface Line {
  readonly label: string;
  readonly points: readonly Point[];
  readonly fit: FitRecord | undefined;
}

export function chartBySize(results: readonly Result[], kind: WorkloadKind): ChartOutcome {
  const { id, title, quantity } = KINDS[kind];
  const labels = resultLabels(results);
  const lines = results
    .map((result, i) => lineOf(result, kind, labels[i] ?? ''))
    .filter(({ points }) => points.length > 0);
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) {
    return { id, title, missing: `no ${quantity} was measured` };
  }
  const unit = (kind === 'rtt' ? timeUnit : rateUnit)(points.map(({ estimate }) => estimate.value));
  const sizes = [...new Set(points.map(({ payloadBytes }) => payloadBytes))].sort((a, b) => a - b);
  const fitted = lines.some(({ fit }) => fit !== undefined);
  const withInterval = points.filter(({ estimate }) => estimate.interval !== null).length;
  const names = lines.map(({ label }) => label);
  return {
    id,
    title,
    caption: `Median ${quantity} in ${unit.name}${intervalWords(withInterval, points.length)}.${
      fitted ? ' The thin line is the fit through the medians.' : ''
    }${isLogBetter(sizes) ? ' Sizes stand on a logarithmic axis.' : ''}`,
    alternative: `${title}, in ${unit.name}. ${lines.map((line) => lineWords(line, unit)).join('; ')}.`,
    table: {
      header: ['result', 'payload_bytes', 'n', 'median', 'low', 'high'],
      rows: lines.flatMap(({ label, points: own }) =>
        own.map(({ payloadBytes, n, estimate: { value, interval } }) => [
          label,
          payloadBytes,
          n,
          round(value),
          interval === null ? null : round(interval.low),
          interval === null ? null : round(interval.high),
        ]),
      ),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX + turnedSizesPx(canvas, sizes),
    option: (canvas) => option(canvas, title, lines, sizes, unit),
  };
}

function lineOf({ series, fits }: Result, kind: WorkloadKind, label: string): Line {
  const points = series
    .filter((one) => one.workload.kind === kind)
    .flatMap((one) => pointOf(one))
    .sort((a, b) => a.payloadBytes - b.payloadBytes);
  const fit =
    kind === 'rtt' ? fits.find((one) => one.workload.kind === kind && one.intercept !== null) : undefined;
  return { label, points, fit };
}

function pointOf({ workload: { kind, payloadBytes }, statistics }: SeriesRecord): Point[] {
  const own = kind === 'rtt' ? statistics?.rttNs : statistics?.goodputBitsPerSecond;
  const estimate = own?.estimates.find(({ p }) => p === 0.5);
  return own === undefined || own === null || estimate === undefined
    ? []
    : [{ payloadBytes, n: own.n, estimate }];
}

function option(
  canvas: Canvas,
  title: string,
  lines: readonly Line[],
  sizes: readonly number[],
  unit: Unit,
): EChartsOption {
  const scaled = (value: number): number => round(value / unit.factor);
  return {
    ...basis(
      canvas,
      title,
      lines.map(({ label }) => label),
    ),
    xAxis: sizeAxis(sizes, turnedSizesPx(canvas, sizes)),
    yAxis: {
      type: 'value',
      scale: !startsAtZero(lines),
      ...axisLook({ name: unit.name, upright: true }),
      axisLabel: { color: colour('faint') },
    },
    series: lines.flatMap(({ label, points, fit }, i) => {
      const { color, dash, symbol } = lineLook(i);
      const bars = points.flatMap(({ payloadBytes, estimate: { interval } }) =>
        interval === null
          ? []
          : [{ x: payloadBytes, low: scaled(interval.low), high: scaled(interval.high) }],
      );
      const median: LineSeriesOption = {
        type: 'line',
        name: label,
        color,
        symbol,
        symbolSize: 7,
        silent: true,
        z: 4,
        lineStyle: { width: 2, type: dash },
        itemStyle: { color },
        data: points.map(({ payloadBytes, estimate }) => [payloadBytes, scaled(estimate.value)]),
      };
      // The first one of a name is the one that the legend shows.
      return [median, errorBars(label, color, bars), ...fitLine(fit, sizes, color, scaled)];
    }),
  };
}

function sizeRange(sizes: readonly number[]): [min: number, max: number] {
  const [least, most] = extent(sizes);
  return isLogBetter(sizes)
    ? [least / 1.3, most * 1.3]
    : [0, round(sizes.length === 1 ? most * 2 : most * 1.05)];
}

/** What turned labels of the sizes take, px; 0 where all fit side by side. */
function turnedSizesPx(canvas: Canvas, sizes: readonly number[]): number {
  const [min, max] = sizeRange(sizes);
  const scale = isLogBetter(sizes) ? Math.log : (bytes: number): number => bytes;
  const at = sizes.map((bytes) => (scale(bytes) - scale(min)) / (scale(max) - scale(min)));
  return turnedPx(canvas, sizes.map(sizeText), at);
}

/** @param turned see {@link turnedSizesPx} */
function sizeAxis(sizes: readonly number[], turned: number): NonNullable<EChartsOption['xAxis']> {
  const [min, max] = sizeRange(sizes);
  const look = axisLook({ name: 'message size' });
  const { axisLabel, ...ticks } = labelsAt(sizes, sizeText);
  return {
    ...(isLogBetter(sizes) ? { type: 'log', logBase: 2 } : { type: 'value' }),
    min,
    max,
    ...look,
    nameGap: look.nameGap + turned,
    ...ticks,
    axisLabel: turned === 0 ? axisLabel : { ...axisLabel, rotate: 45 },
  };
}

function fitLine(
  fit: FitRecord | undefined,
  sizes: readonly number[],
  color: string,
  scaled: (ns: number) => number,
): LineSeriesOption[] {
  const { intercept, slopeNsPerByte } = fit ?? {};
  if (intercept === undefined || intercept === null || slopeNsPerByte === undefined) return [];
  const [least, most] = extent(sizes);
  const steps = isLogBetter(sizes)
    ? Array.from({ length: FIT_POINTS + 1 }, (_, i) => least * (most / least) ** (i / FIT_POINTS))
    : [0, most];
  return [
    {
      type: 'line',
      color,
      silent: true,
      showSymbol: false,
      lineStyle: { width: 1, type: 'dashed', opacity: 0.6, color },
      data: steps.map((bytes) => [round(bytes), scaled(intercept.value + slopeNsPerByte.value * bytes)]),
    },
  ];
}

/** A zero far below all values would press them together. */
function startsAtZero(lines: readonly Line[]): boolean {
  const ends = lines.flatMap(({ points }) =>
    points.flatMap(({ estimate: { value, interval } }) => [
      interval?.low ?? value,
      value,
      interval?.high ?? value,
    ]),
  );
  const [least, most] = extent(ends);
  return least === most || least < most / 2;
}

function intervalWords(withInterval: number, points: number): string {
  if (withInterval === 0) return ', without intervals: too few blocks or samples';
  return withInterval === points
    ? ' with 95 % intervals'
    : ' with 95 % intervals where there are enough blocks and samples';
}

function lineWords({ label, points }: Line, unit: Unit): string {
  const told = points.map(({ payloadBytes, estimate: { value, interval } }) => {
    const range =
      interval === null ? '' : ` (${inUnit(interval.low, unit)} to ${inUnit(interval.high, unit)})`;
    return `${inUnit(value, unit)}${range} at ${sizeText(payloadBytes)}`;
  });
  return `${label}: ${told.join(', ')}`;
}
