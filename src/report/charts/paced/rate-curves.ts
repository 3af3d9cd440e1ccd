/** Curves of latency against rate, whatever they are of: both axes, hollow points, words and rows. */
import type { EChartsOption, LineSeriesOption } from 'echarts';
import { timeUnit, type Unit } from '../../../text/units.ts';
import { latencyText, rateName } from '../../document/paced/words.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { axisLook, basis, headPx, labelsAt } from '../look.ts';
import { extent, isLogBetter, linearTicks, logTicks, plainNumber, round, spansDecades } from '../scales.ts';
import { colour, lineLook } from '../theme.ts';

const BODY_PX = 310;

export interface RatePoint {
  readonly perSecond: number;
  readonly ns: number;
  readonly isHollow: boolean;
}

export interface RateCurve {
  readonly label: string;
  readonly points: readonly RatePoint[];
}

export interface RateCurves {
  readonly id: string;
  readonly title: string;
  /** Those with points. */
  readonly curves: readonly RateCurve[];
  /** In the unit that they share. */
  readonly caption: (unit: Unit, hasHollow: boolean) => string;
  /** What a hollow point is, as a column. */
  readonly hollow: string;
}

export function rateCurvesChart({ id, title, curves, caption, hollow }: RateCurves): ChartOutcome {
  if (curves.length === 0) return { id, title, missing: 'no probe was answered' };
  const unit = timeUnit(curves.flatMap(({ points }) => points.map(({ ns }) => ns)));
  const names = curves.map(({ label }) => label);
  const hasHollow = curves.some(({ points }) => points.some(({ isHollow }) => isHollow));
  return {
    id,
    title,
    caption: caption(unit, hasHollow),
    alternative: `${title}. ${curves.map(curveWords).join('; ')}.`,
    table: {
      header: ['series', 'asked_per_second', 'time_ns', hollow],
      rows: curves.flatMap(({ label, points }) =>
        points.map(({ perSecond, ns, isHollow }) => [
          label,
          round(perSecond),
          round(ns),
          isHollow ? 'yes' : 'no',
        ]),
      ),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX,
    option: (canvas) => option(canvas, title, curves, unit),
  };
}

function option(canvas: Canvas, title: string, curves: readonly RateCurve[], unit: Unit): EChartsOption {
  const points = curves.flatMap((curve) => curve.points);
  const rates = [...new Set(points.map(({ perSecond }) => perSecond))].sort((a, b) => a - b);
  return {
    ...basis(
      canvas,
      title,
      curves.map(({ label }) => label),
    ),
    xAxis: rateAxis(rates),
    yAxis: latencyAxis(
      points.map(({ ns }) => ns / unit.factor),
      unit,
    ),
    series: curves.map(({ label, points: own }, i): LineSeriesOption => {
      const { color, symbol } = lineLook(i);
      return {
        type: 'line',
        name: label,
        color,
        silent: true,
        symbol,
        symbolSize: 7,
        lineStyle: { width: 2, type: label.startsWith('service') ? 'dashed' : 'solid' },
        data: own.map(({ perSecond, ns, isHollow }) => ({
          value: [round(perSecond), round(ns / unit.factor)],
          itemStyle: isHollow
            ? { color: colour('paper'), borderColor: color, borderWidth: 2 }
            : { color, borderWidth: 0 },
        })),
      };
    }),
  };
}

function rateAxis(rates: readonly number[]): object {
  const [least, most] = extent(rates);
  const look = axisLook({ name: 'probes a second' });
  if (!isLogBetter(rates)) {
    return {
      type: 'value' as const,
      min: 0,
      max: round(most * 1.05),
      ...look,
      ...labelsAt(linearTicks(0, most * 1.05), plainNumber),
    };
  }
  const [min, max] = [round(least / 1.2), round(most * 1.2)];
  return { type: 'log' as const, min, max, ...look, ...labelsAt(logTicks(min, max), plainNumber) };
}

function latencyAxis(values: readonly number[], unit: Unit): object {
  const look = axisLook({ name: unit.name, upright: true });
  if (!spansDecades(values)) {
    return {
      type: 'value' as const,
      min: 0,
      ...look,
      axisLabel: { color: colour('faint'), formatter: (value: number) => plainNumber(value) },
    };
  }
  const [least, most] = extent(values.filter((value) => value > 0));
  const [min, max] = [round(least / 1.2), round(most * 1.2)];
  return { type: 'log' as const, min, max, ...look, ...labelsAt(logTicks(min, max), plainNumber) };
}

function curveWords({ label, points }: RateCurve): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return label;
  return `${label}: ${latencyText(first.ns)} at ${rateName(first.perSecond)}, ${latencyText(last.ns)} at ${rateName(last.perSecond)}`;
}
