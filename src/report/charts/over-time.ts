/**
 * How a run went: for each size the range and the median of what was sent within a bin of time, and the median of
 * each block. Drifts, stalls and what warm-up was left out are seen here and in no table.
 */
import type {
  CustomSeriesOption,
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemReturn,
  EChartsOption,
  LineSeriesOption,
} from 'echarts';
import type { Result } from '../../result/result.ts';
import { timeText, timeUnit, type Unit } from '../../text/units.ts';
import type { Canvas, ChartOutcome } from './chart.ts';
import { axisLook, basis, headPx, labelsAt } from './look.ts';
import { extent, linearTicks, logTicks, plainNumber, round, spansDecades } from './scales.ts';
import { colour, lineLook } from './theme.ts';
import { type Track, tracksOf, WARM_UP } from './tracks.ts';

const ID = 'rtt-over-time';
const TITLE = 'Round-trip times over the run';
const BODY_PX = 320;
/** More of them would be a smear. */
const MOST_SYMBOLS = 40;
const LEAST_RANGE_PX = 2;
const NS_PER_S = 1_000_000_000;

/** A time in the unit of the axis. */
type Scaled = (ns: number) => number;

/** @param suffix to tell the pictures of several results apart: '' or `-2` @param share of the room: 1 / results */
export function overTimeChart(result: Result, suffix: string, label: string, share: number): ChartOutcome {
  const id = `${ID}${suffix}`;
  const title = label === '' ? TITLE : `${TITLE}: ${label}`;
  const { tracks, leftOut, endNs } = tracksOf(result, share);
  if (tracks.length === 0) return { id, title, missing: 'there is no sample' };
  const all = tracks.flatMap(({ ranges }) => ranges);
  const unit = timeUnit(all.map(({ medianNs }) => medianNs));
  const names = tracks.map((track) => track.label);
  const runs = result.runs.length > 1 ? ` The ${result.runs.length} runs stand one after the other.` : '';
  return {
    id,
    title,
    caption: `A box reaches from the fastest to the slowest probe sent within its time, the line across it is their median; the marks are the medians of the blocks. In ${unit.name}.${runs}${leftOut}`,
    alternative: `${title}, over ${timeText(endNs)}. ${tracks.map(trackWords).join('; ')}.`,
    table: {
      header: ['series', 'from_ns', 'to_ns', 'min_ns', 'median_ns', 'max_ns'],
      rows: tracks.flatMap((track) =>
        track.ranges.map(({ fromNs, toNs, leastNs, medianNs, mostNs }) => [
          track.label,
          Math.round(fromNs),
          Math.round(toNs),
          leastNs,
          round(medianNs),
          mostNs,
        ]),
      ),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX,
    option: (canvas) => option(canvas, title, tracks, endNs, unit),
  };
}

function option(
  canvas: Canvas,
  title: string,
  tracks: readonly Track[],
  endNs: number,
  unit: Unit,
): EChartsOption {
  const times = tracks.flatMap(({ ranges }) =>
    ranges.flatMap(({ leastNs, mostNs }) => [leastNs / unit.factor, mostNs / unit.factor]),
  );
  const isLog = spansDecades(times);
  // A clock too coarse for a time saw 0 of it, which is drawn at the foot of a logarithmic axis.
  const [low, high] = extent(isLog ? times.filter((time) => time > 0) : times);
  const scaled = (ns: number): number => Math.max(low, round(ns / unit.factor));
  const [min, max] = [low / 1.2, high * 1.2];
  const endS = endNs / NS_PER_S;
  return {
    ...basis(
      canvas,
      title,
      tracks.map(({ label }) => label),
    ),
    xAxis: {
      type: 'value',
      min: 0,
      max: round(endS),
      ...axisLook({ name: 'time since the start, s' }),
      ...labelsAt(linearTicks(0, endS), plainNumber),
    },
    yAxis: isLog
      ? {
          type: 'log',
          min,
          max,
          ...axisLook({ name: unit.name, upright: true }),
          ...labelsAt(logTicks(min, max), plainNumber),
        }
      : {
          type: 'value',
          ...axisLook({ name: unit.name, upright: true }),
          axisLabel: { color: colour('faint') },
        },
    series: tracks.flatMap((track, i) => {
      const isWarmUp = track.label === WARM_UP;
      const color = isWarmUp ? colour('faint') : lineLook(i).color;
      return isWarmUp
        ? [rangeSeries(track, color, scaled)]
        : [medianSeries(track, i, scaled), rangeSeries(track, color, scaled)];
    }),
  };
}

function rangeSeries({ label, ranges }: Track, color: string, scaled: Scaled): CustomSeriesOption {
  return {
    type: 'custom',
    name: label,
    color,
    silent: true,
    clip: true,
    z: label === WARM_UP ? 1 : 2,
    encode: { x: [0, 1], y: [2, 3, 4] },
    data: ranges.map(({ fromNs, toNs, leastNs, medianNs, mostNs }) => [
      round(fromNs / NS_PER_S),
      round(toNs / NS_PER_S),
      ...[leastNs, medianNs, mostNs].map(scaled),
    ]),
    renderItem: (_params, api) => drawRange(api, color),
  };
}

function drawRange(api: CustomSeriesRenderItemAPI, color: string): CustomSeriesRenderItemReturn {
  const [left = 0, bottom = 0] = api.coord([api.value(0), api.value(2)]);
  const [right = 0, top = 0] = api.coord([api.value(1), api.value(4)]);
  const [, middle = 0] = api.coord([api.value(1), api.value(3)]);
  const width = Math.max(LEAST_RANGE_PX, right - left);
  return {
    type: 'group',
    children: [
      {
        type: 'rect',
        shape: { x: left, y: top, width, height: Math.max(1, bottom - top) },
        style: { fill: color, opacity: 0.35 },
      },
      {
        type: 'line',
        shape: { x1: left, y1: middle, x2: left + width, y2: middle },
        style: { stroke: color, lineWidth: 2, fill: 'none' },
      },
    ],
  };
}

function medianSeries({ label, blockMedians }: Track, index: number, scaled: Scaled): LineSeriesOption {
  const { color, symbol } = lineLook(index);
  return {
    type: 'line',
    name: label,
    color,
    silent: true,
    z: 4,
    symbol,
    symbolSize: 5,
    showSymbol: blockMedians.length <= MOST_SYMBOLS,
    lineStyle: { width: 1, opacity: 0.5 },
    itemStyle: { color },
    data: blockMedians.map(([atNs, ns]) => [round(atNs / NS_PER_S), scaled(ns)]),
  };
}

function trackWords({ label, ranges, blockMedians }: Track): string {
  const [least] = extent(ranges.map(({ leastNs }) => leastNs));
  const [, most] = extent(ranges.map(({ mostNs }) => mostNs));
  const [low, high] = extent(blockMedians.map(([, ns]) => ns));
  if (ranges.length === 0) return `${label}: nothing`;
  const medians = blockMedians.length < 2 ? '' : `, block medians from ${timeText(low)} to ${timeText(high)}`;
  return `${label}: from ${timeText(least)} to ${timeText(most)}${medians}`;
}
