/** How a line and its points are drawn: through the medians with their fit, or through the means with the medians beside. */
import type { CustomSeriesOption, LineSeriesOption } from 'echarts';
import type { FitRecord } from '../../../result/series-record.ts';
import { type ErrorBar, errorBars } from '../error-bars.ts';
import { extent, isLogBetter, round } from '../scales.ts';
import { colour, lineLook } from '../theme.ts';
import { type Line, type Point, type Statistic, valueAt } from './lines.ts';

/** Points of a fitted line, which is bent where the sizes stand on a logarithmic axis. */
const FIT_POINTS = 24;
/** A dash that reaches beyond a mark at the same place on both sides. */
const DASH_PX: readonly [width: number, height: number] = [18, 2.5];
/** The dash of a median with its error bar, in a square. */
const DASH_WITH_BAR = 'path://M0 7H16V9H0ZM7.2 0H8.8V16H7.2ZM4.5 0H11.5V1.4H4.5ZM4.5 14.6H11.5V16H4.5Z';

type Mark = LineSeriesOption | CustomSeriesOption;
/** What the legend calls them. */
export type MarkNames = readonly [mean: string, median: string];
type Scaled = (value: number) => number;

/** @param index of the line, which its looks come from @param sizes ascending, each once */
export function medianMarks(line: Line, index: number, sizes: readonly number[], scaled: Scaled): Mark[] {
  const { label, points, fit } = line;
  const { color } = lineLook(index);
  // The first one of a name is the one that the legend shows.
  return [
    leadingLine(line, index, 'median', scaled),
    errorBars(label, color, barsOf(points, scaled)),
    ...fitLine(fit, sizes, color, scaled),
  ];
}

/** The medians are dashes across, so that a mean at the same place hides none. */
export function meanMarks(line: Line, index: number, scaled: Scaled): Mark[] {
  const { label, points } = line;
  const { color } = lineLook(index);
  const medians: LineSeriesOption = {
    type: 'line',
    name: label,
    color,
    symbol: 'rect',
    symbolSize: [...DASH_PX],
    silent: true,
    z: 3,
    lineStyle: { width: 0 },
    itemStyle: { color },
    data: points.map(({ payloadBytes, median }) => [payloadBytes, scaled(median.value)]),
  };
  return [leadingLine(line, index, 'mean', scaled), medians, errorBars(label, color, barsOf(points, scaled))];
}

/** Without points: only the legend shows them, as what is what in every line. @param hasBars whether any median has one */
export function keyToMarks([mean, median]: MarkNames, hasBars: boolean): LineSeriesOption[] {
  const color = colour('ink');
  const key: LineSeriesOption = { type: 'line', color, itemStyle: { color }, silent: true, data: [] };
  return [
    { ...key, name: mean, symbol: 'circle', lineStyle: { width: 2, color } },
    hasBars
      ? { ...key, name: median, symbol: DASH_WITH_BAR, lineStyle: { width: 0 } }
      : { ...key, name: median, symbol: 'none', lineStyle: { width: DASH_PX[1], color } },
  ];
}

function leadingLine({ label, points }: Line, index: number, statistic: Statistic, scaled: Scaled): Mark {
  const { color, dash, symbol } = lineLook(index);
  return {
    type: 'line',
    name: label,
    color,
    symbol,
    symbolSize: 7,
    silent: true,
    z: 4,
    lineStyle: { width: 2, type: dash },
    itemStyle: { color },
    data: points.map((point) => [point.payloadBytes, scaled(valueAt(point, statistic))]),
  };
}

function barsOf(points: readonly Point[], scaled: Scaled): ErrorBar[] {
  return points.flatMap(({ payloadBytes, median: { interval } }) =>
    interval === null ? [] : [{ x: payloadBytes, low: scaled(interval.low), high: scaled(interval.high) }],
  );
}

function fitLine(
  fit: FitRecord | undefined,
  sizes: readonly number[],
  color: string,
  scaled: Scaled,
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
