/**
 * Percentiles as a picture: the time that a given share stayed below, on an axis on which each further nine takes as much
 * room as the one before (the percentile plot of HdrHistogram).
 */
import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { HistogramBin } from '../../stats/histogram.ts';
import { supportsQuantile } from '../../stats/quantile/quantiles.ts';
import { timeText, type Unit } from '../../text/units.ts';
import type { Canvas } from './chart.ts';
import { axisLook, basis, labelsAt } from './look.ts';
import { extent, logTicks, plainNumber, round, spansDecades } from './scales.ts';
import { colour, lineLook } from './theme.ts';

/** For each factor of ten by which fewer are slower. */
const STEPS_A_DECADE = 12;

export interface PercentileCurve {
  readonly label: string;
  /** How many times rarer than one in one a slower one is, 1 / (1 - p), and the time, ns. */
  readonly sound: readonly PercentilePoint[];
  /** The same where fewer than five samples lie beyond: little more than the extreme. */
  readonly thin: readonly PercentilePoint[];
  /** Where another one may lie on it. */
  readonly isDashed: boolean;
}

type PercentilePoint = readonly [rarity: number, ns: number];

interface Counted {
  readonly label: string;
  readonly count: number;
  /** Ascending; only those with a sample. */
  readonly bins: readonly HistogramBin[];
}

interface CurveChoice {
  /** How many more there are, longer than all: a curve ends where they begin. */
  readonly missing?: number;
  readonly isDashed?: boolean;
}

export function percentileCurve(
  { label, bins, count }: Counted,
  { missing = 0, isDashed = false }: CurveChoice = {},
): PercentileCurve {
  const sound: PercentilePoint[] = [];
  const thin: PercentilePoint[] = [];
  const all = count + missing;
  let below = 0;
  let at = 0;
  const last = Math.floor(Math.log10(all) * STEPS_A_DECADE);
  for (let step = 0; step <= last; step++) {
    const rarity = 10 ** (step / STEPS_A_DECADE);
    const p = 1 - 1 / rarity;
    if ((all - 1) * p > count - 1) break;
    // The sample of this rank, at the middle of its bin: bins ascend, so the search goes on where it was.
    while (at < bins.length - 1 && below + (bins[at]?.count ?? 0) <= (all - 1) * p) {
      below += bins[at]?.count ?? 0;
      at++;
    }
    const bin = bins[at];
    if (bin === undefined) break;
    const point: PercentilePoint = [rarity, bin.fromNs + (bin.toNs - 1 - bin.fromNs) / 2];
    if (p <= 0.5 || supportsQuantile(all, p)) sound.push(point);
    else thin.push(point);
  }
  return { label, sound, thin, isDashed };
}

/** Share that was faster, time and whether enough are slower, for tables. */
export function percentileRows({ label, sound, thin }: PercentileCurve): (string | number)[][] {
  return [
    ...sound.map(([rarity, ns]) => [label, round(1 - 1 / rarity), round(ns), 'yes']),
    ...thin.map(([rarity, ns]) => [label, round(1 - 1 / rarity), round(ns), 'no']),
  ];
}

/** All times that are drawn, ns. */
export function percentileTimes(curves: readonly PercentileCurve[]): number[] {
  return curves.flatMap(({ sound, thin }) => [...sound, ...thin].map(([, ns]) => ns));
}

/** @param title of the picture @param axis what stands below it */
export function percentileOption(
  canvas: Canvas,
  title: string,
  axis: string,
  curves: readonly PercentileCurve[],
  unit: Unit,
): EChartsOption {
  const all = curves.flatMap(({ sound, thin }) => [...sound, ...thin]);
  const [, rarest] = extent(all.map(([rarity]) => rarity));
  const times = all.map(([, ns]) => round(ns / unit.factor));
  const isLog = spansDecades(times);
  // A clock too coarse for a time saw 0 of it, which is drawn at the foot of a logarithmic axis.
  const [least, most] = extent(isLog ? times.filter((time) => time > 0) : times);
  const decades = Array.from({ length: Math.floor(Math.log10(rarest) + 1e-9) }, (_, i) => 10 ** (i + 1));
  const shares = [2, ...decades].filter((rarity) => rarity <= rarest * 1.0001);
  const [low, high] = [least / 1.1, most * 1.1];
  return {
    ...basis(
      canvas,
      title,
      curves.map(({ label }) => label),
    ),
    xAxis: {
      type: 'log',
      min: 1,
      max: Math.max(2, rarest),
      ...axisLook({ name: axis }),
      ...labelsAt(shares, (rarity) => `${plainNumber(100 * (1 - 1 / rarity))} %`),
    },
    yAxis: isLog
      ? {
          type: 'log',
          min: low,
          max: high,
          ...axisLook({ name: unit.name, upright: true }),
          ...labelsAt(logTicks(low, high), plainNumber),
        }
      : {
          type: 'value',
          ...axisLook({ name: unit.name, upright: true }),
          axisLabel: { color: colour('faint') },
        },
    series: curves.flatMap(({ label, sound, thin, isDashed }, i) => {
      const { color, dash } = lineLook(i);
      const line = (
        points: readonly PercentilePoint[],
        style: LineSeriesOption['lineStyle'],
      ): LineSeriesOption => ({
        type: 'line',
        name: label,
        color,
        silent: true,
        symbol: 'none',
        lineStyle: { width: 2, ...style },
        data: points.map(([rarity, ns]) => [round(rarity), Math.max(least, round(ns / unit.factor))]),
      });
      const joint = sound.at(-1);
      const tail = joint === undefined ? thin : [joint, ...thin];
      return [
        line(sound, { type: isDashed ? 'dashed' : dash }),
        ...(thin.length === 0 ? [] : [line(tail, { type: 'dotted', width: 1 })]),
      ];
    }),
  };
}

/** `half within 20 µs, 90 % within 30 µs`, with the name of the curve. */
export function percentileWords({ label, sound, thin }: PercentileCurve): string {
  const at = (rarity: number): string => {
    const point = [...sound, ...thin].find(([r]) => r >= rarity * 0.9999);
    return point === undefined ? '' : timeText(point[1]);
  };
  const told = [
    ['half', at(2)],
    ['90 %', at(10)],
    ['99 %', at(100)],
  ].filter(([, text]) => text !== '');
  return `${label}: ${told.map(([share, text]) => `${share} within ${text}`).join(', ')}`;
}
