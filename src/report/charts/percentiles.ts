/**
 * The slow tail: the round-trip time that a given share of the probes stayed below, on an axis on which each
 * further nine takes as much room as the one before (the percentile plot of HdrHistogram).
 */
import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { Result } from '../../result/result.ts';
import { supportsQuantile } from '../../stats/quantile/quantiles.ts';
import { timeText, timeUnit, type Unit } from '../../text/units.ts';
import type { Canvas, ChartOutcome } from './chart.ts';
import { type Distribution, distributionsOf } from './distributions.ts';
import { axisLook, basis, headPx, labelsAt } from './look.ts';
import { extent, logTicks, plainNumber, round, spansDecades } from './scales.ts';
import { colour, lineLook } from './theme.ts';

const ID = 'rtt-percentiles';
const TITLE = 'Percentiles of the round-trip time';
const BODY_PX = 290;
/** For each factor of ten by which fewer probes are slower. */
const STEPS_A_DECADE = 12;

interface Curve {
  readonly label: string;
  /** How many times rarer than one in one a slower probe is, 1 / (1 - p), and the time, ns. */
  readonly sound: readonly Point[];
  /** The same where fewer than five samples lie beyond: little more than the extreme. */
  readonly thin: readonly Point[];
}

type Point = readonly [rarity: number, ns: number];

export function percentileChart(results: readonly Result[]): ChartOutcome {
  const { drawn, leftOut } = distributionsOf(results);
  if (drawn.length === 0)
    return { id: ID, title: TITLE, missing: 'there is no histogram of round-trip times' };
  const curves = drawn.map(curveOf);
  const all = curves.flatMap(({ sound, thin }) => [...sound, ...thin]);
  const unit = timeUnit(all.map(([, ns]) => ns));
  const names = drawn.map(({ label }) => label);
  const isThin = curves.some(({ thin }) => thin.length > 0);
  return {
    id: ID,
    title: TITLE,
    caption: `Time in ${unit.name} within which the given share of the probes had their echo.${
      isThin ? ' A line goes on in dots where fewer than five probes were slower.' : ''
    }${leftOut}`,
    alternative: `${TITLE}. ${curves.map(curveWords).join('; ')}.`,
    table: {
      header: ['series', 'share_faster', 'rtt_ns', 'supported'],
      rows: curves.flatMap(({ label, sound, thin }) => [
        ...sound.map(([rarity, ns]) => [label, round(1 - 1 / rarity), round(ns), 'yes']),
        ...thin.map(([rarity, ns]) => [label, round(1 - 1 / rarity), round(ns), 'no']),
      ]),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX,
    option: (canvas) => option(canvas, curves, all, unit),
  };
}

function curveOf({ label, bins, count }: Distribution): Curve {
  const sound: Point[] = [];
  const thin: Point[] = [];
  let below = 0;
  let at = 0;
  const last = Math.floor(Math.log10(count) * STEPS_A_DECADE);
  for (let step = 0; step <= last; step++) {
    const rarity = 10 ** (step / STEPS_A_DECADE);
    const p = 1 - 1 / rarity;
    // The sample of this rank, at the middle of its bin: bins ascend, so the search goes on where it was.
    while (at < bins.length - 1 && below + (bins[at]?.count ?? 0) <= (count - 1) * p) {
      below += bins[at]?.count ?? 0;
      at++;
    }
    const bin = bins[at];
    if (bin === undefined) break;
    const point: Point = [rarity, bin.fromNs + (bin.toNs - 1 - bin.fromNs) / 2];
    if (p <= 0.5 || supportsQuantile(count, p)) sound.push(point);
    else thin.push(point);
  }
  return { label, sound, thin };
}

function option(canvas: Canvas, curves: readonly Curve[], all: readonly Point[], unit: Unit): EChartsOption {
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
      TITLE,
      curves.map(({ label }) => label),
    ),
    xAxis: {
      type: 'log',
      min: 1,
      max: Math.max(2, rarest),
      ...axisLook({ name: 'share of the probes that were faster' }),
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
    series: curves.flatMap(({ label, sound, thin }, i) => {
      const { color, dash } = lineLook(i);
      const line = (points: readonly Point[], style: LineSeriesOption['lineStyle']): LineSeriesOption => ({
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
        line(sound, { type: dash }),
        ...(thin.length === 0 ? [] : [line(tail, { type: 'dotted', width: 1 })]),
      ];
    }),
  };
}

function curveWords({ label, sound, thin }: Curve): string {
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
