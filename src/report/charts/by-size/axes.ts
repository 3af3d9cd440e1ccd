/** The axes of the plots against the message size, each linear or logarithmic, whichever shows more. */
import type { EChartsOption } from 'echarts';
import { sizeText } from '../../../text/sizes.ts';
import type { Canvas } from '../chart.ts';
import { axisLook, labelsAt, turnedPx } from '../look.ts';
import { areCurvesFarApart, extent, isLogBetter, logTicks, plainNumber, round } from '../scales.ts';
import { colour } from '../theme.ts';
import { type Line, type Statistic, valueAt } from './lines.ts';

/** What a logarithmic axis has beyond its values at either end, as a factor. */
const MARGIN = 1.1;

/** @param sizes ascending, each once */
function sizeRange(sizes: readonly number[]): [min: number, max: number] {
  const [least, most] = extent(sizes);
  return isLogBetter(sizes)
    ? [least / 1.3, most * 1.3]
    : [0, round(sizes.length === 1 ? most * 2 : most * 1.05)];
}

/** What turned labels of the sizes take, px; 0 where all fit side by side. */
export function turnedSizesPx(canvas: Canvas, sizes: readonly number[]): number {
  const [min, max] = sizeRange(sizes);
  const scale = isLogBetter(sizes) ? Math.log : (bytes: number): number => bytes;
  const at = sizes.map((bytes) => (scale(bytes) - scale(min)) / (scale(max) - scale(min)));
  return turnedPx(canvas, sizes.map(sizeText), at);
}

/** @param turned see {@link turnedSizesPx} */
export function sizeAxis(sizes: readonly number[], turned: number): NonNullable<EChartsOption['xAxis']> {
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

/** Whether the lines need a logarithmic axis to be told from its foot: the curves of several server delays may. */
export function isValueLog(lines: readonly Line[], statistic: Statistic): boolean {
  const points = lines.flatMap((line) => line.points);
  const bySize = Map.groupBy(points, ({ payloadBytes }) => payloadBytes);
  return areCurvesFarApart(
    [...bySize.values()].map((alike) => alike.map((point) => valueAt(point, statistic))),
  );
}

/** @param drawn all values of the picture, in units of the axis */
export function valueAxis(
  name: string,
  drawn: readonly number[],
  isLog: boolean,
): NonNullable<EChartsOption['yAxis']> {
  const look = axisLook({ name, upright: true });
  if (!isLog) {
    return { type: 'value', scale: !startsAtZero(drawn), ...look, axisLabel: { color: colour('faint') } };
  }
  const [least, most] = extent(drawn);
  const [min, max] = [least / MARGIN, most * MARGIN];
  return { type: 'log', min, max, ...look, ...labelsAt(logTicks(min, max), plainNumber) };
}

/** A zero far below all values would press them together. */
function startsAtZero(drawn: readonly number[]): boolean {
  const [least, most] = extent(drawn);
  return least === most || least < most / 2;
}
