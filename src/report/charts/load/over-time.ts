/**
 * How a load went: goodput in each direction above, round-trip times below on the same time, the phases behind both.
 * Ramps, stalls and queues that fill and drain are seen here and in no table.
 */
import type {
  CustomSeriesOption,
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemReturn,
  EChartsOption,
  LineSeriesOption,
} from 'echarts';
import type { LoadDirection, LoadResult } from '../../../result/load/load-result.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import type { Unit } from '../../../text/units.ts';
import { latencyText, latencyUnitOf, rateText, rateUnitOf } from '../../document/load/words.ts';
import { type BinProbes, goodputOf, type LoadBin, probesOf } from '../../load/load-series.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { axisLook, basis, headPx, labelsAt } from '../look.ts';
import { extent, logTicks, plainNumber, round, spansDecades } from '../scales.ts';
import { colour } from '../theme.ts';
import { SHADING_TEXT, shading } from './shading.ts';
import { headroom, LEFT_PX, middleS, pictureBins, RIGHT_PX, timeAxis } from './time-axis.ts';

const ID = 'load-over-time';
const TITLE = 'Goodput and round-trip time over the load';
const GOODPUT_PX = 190;
const GAP_PX = 34;
const RTT_PX = 210;
const FOOT_PX = 44;
const NS_PER_S = 1_000_000_000;
const NAMES: Readonly<Record<LoadDirection, string>> = { down: 'goodput down', up: 'goodput up' };
const FOREIGN = 'RTT beside the data';
const OWN = 'RTT within the data';

interface Way {
  readonly direction: LoadDirection;
  readonly values: readonly (number | null)[];
}

/** Of one bin, ns. */
interface Range {
  readonly bin: LoadBin;
  readonly leastNs: number;
  readonly medianNs: number;
  readonly mostNs: number;
}

interface Plot {
  readonly result: LoadResult;
  readonly bins: readonly LoadBin[];
  readonly ways: readonly Way[];
  readonly foreign: readonly Range[];
  readonly own: readonly Range[];
  readonly rate: Unit;
  readonly time: Unit;
}

export function loadOverTimeChart(result: LoadResult): ChartOutcome {
  const plot = plotOf(result);
  const { bins, ways, foreign, own, rate, time } = plot;
  if (ways.length === 0 && foreign.length === 0) {
    return { id: ID, title: TITLE, missing: 'nothing was carried, and no probe answered' };
  }
  const names = namesOf(plot);
  return {
    id: ID,
    title: TITLE,
    caption: `Above: goodput in ${rate.name}, counted by the receiver. Below: round-trip times in ${time.name}; a box reaches from the fastest to the slowest probe of its time, the line across it is their median${own.length === 0 ? '' : '; the other line is the median of the probes within the data'}. ${SHADING_TEXT}`,
    alternative: `${TITLE}. ${[...ways.map(wayWords), rangeWords(FOREIGN, foreign), rangeWords(OWN, own)].filter((words) => words !== '').join('; ')}.`,
    table: {
      header: ['quantity', 'from_ns', 'to_ns', 'min', 'median', 'max'],
      rows: [
        ...ways.flatMap(({ direction, values }) =>
          bins.flatMap(({ fromAtNs, toAtNs }, i) => {
            const value = values[i] ?? null;
            return value === null ? [] : [[NAMES[direction], fromAtNs, toAtNs, null, round(value), null]];
          }),
        ),
        ...[
          ...foreign.map((range) => ({ range, name: FOREIGN })),
          ...own.map((range) => ({ range, name: OWN })),
        ].map(({ name, range: { bin, leastNs, medianNs, mostNs } }) => [
          name,
          bin.fromAtNs,
          bin.toAtNs,
          leastNs,
          round(medianNs),
          mostNs,
        ]),
      ],
    },
    heightPx: (canvas) => headPx(canvas, names) + GOODPUT_PX + GAP_PX + RTT_PX + FOOT_PX,
    option: (canvas) => option(canvas, plot),
  };
}

function plotOf(result: LoadResult): Plot {
  const bins = pictureBins(result);
  const ways = (['down', 'up'] as const)
    .map((direction) => ({ direction, values: goodputOf(result, direction, bins) }))
    .filter(({ values }) => values.some((value) => value !== null));
  const foreign = rangesOf(probesOf([result.foreignProbes], bins), bins);
  const own = rangesOf(
    probesOf(
      result.streams.map(({ ownProbes }) => ownProbes),
      bins,
    ),
    bins,
  );
  const rates = ways.flatMap(({ values }) => values.filter((value) => value !== null));
  return {
    ...{ result, bins, ways, foreign, own },
    rate: rateUnitOf(rates),
    time: latencyUnitOf([...foreign, ...own].map(({ medianNs }) => medianNs)),
  };
}

function rangesOf(probes: readonly BinProbes[], bins: readonly LoadBin[]): Range[] {
  return probes.flatMap(({ rttNs }, i) => {
    const bin = bins[i];
    if (rttNs.length === 0 || bin === undefined) return [];
    const [leastNs, mostNs] = extent(rttNs);
    return [{ bin, leastNs, medianNs: quantile(sorted(rttNs), 0.5), mostNs }];
  });
}

function namesOf({ ways, foreign, own }: Plot): string[] {
  return [
    ...ways.map(({ direction }) => NAMES[direction]),
    ...(foreign.length > 0 ? [FOREIGN] : []),
    ...(own.length > 0 ? [OWN] : []),
  ];
}

function option(canvas: Canvas, plot: Plot): EChartsOption {
  const { result, ways, foreign, own, rate, time } = plot;
  const top = headPx(canvas, namesOf(plot));
  const widthPx = canvas.widthPx - LEFT_PX - RIGHT_PX;
  const grid = { left: LEFT_PX, right: RIGHT_PX, outerBoundsMode: 'none' as const };
  const rtts = [...foreign, ...own].flatMap(({ leastNs, mostNs }) =>
    [leastNs, mostNs].map((ns) => ns / time.factor),
  );
  const isLog = spansDecades(rtts);
  const [least, most] = extent(rtts.filter((value) => value > 0));
  const [low, high] = [least / 1.2, most * 1.2];
  const scaled = (ns: number): number => (isLog ? Math.max(low, ns / time.factor) : ns / time.factor);
  return {
    ...basis(canvas, TITLE, namesOf(plot)),
    grid: [
      { ...grid, top, height: GOODPUT_PX },
      { ...grid, top: top + GOODPUT_PX + GAP_PX, height: RTT_PX },
    ],
    xAxis: [timeAxis(result, 0, false), timeAxis(result, 1, true)],
    yAxis: [
      {
        type: 'value',
        gridIndex: 0,
        min: 0,
        max: ({ max }: { readonly max: number }) => headroom(max),
        splitNumber: 4,
        ...axisLook({ name: rate.name, upright: true }),
        axisLabel: {
          color: colour('faint'),
          showMaxLabel: false,
          formatter: (value: number) => plainNumber(value),
        },
      },
      {
        gridIndex: 1,
        ...(isLog
          ? {
              type: 'log' as const,
              min: low,
              max: high,
              ...axisLook({ name: time.name, upright: true }),
              ...labelsAt(logTicks(low, high), plainNumber),
            }
          : {
              type: 'value' as const,
              min: 0,
              splitNumber: 4,
              ...axisLook({ name: time.name, upright: true }),
              axisLabel: { color: colour('faint'), formatter: (value: number) => plainNumber(value) },
            }),
      },
    ],
    series: [
      shadeSeries(0, { markArea: shading(result, true, widthPx) }),
      shadeSeries(1, { markArea: shading(result, ways.length === 0, widthPx) }),
      ...ways.map((way) => waySeries(way, plot)),
      rangeSeries(foreign, scaled),
      medianSeries(FOREIGN, foreign, scaled, 'series-3', 'solid'),
      medianSeries(OWN, own, scaled, 'series-6', 'dashed'),
    ],
  };
}

/** A line of nothing that the phases hang on. */
function shadeSeries(index: number, marks: Pick<LineSeriesOption, 'markArea'>): LineSeriesOption {
  return { type: 'line', silent: true, data: [], xAxisIndex: index, yAxisIndex: index, ...marks };
}

function waySeries({ direction, values }: Way, { bins, rate }: Plot): LineSeriesOption {
  const color = colour(direction === 'down' ? 'series-1' : 'series-2');
  return {
    type: 'line',
    name: NAMES[direction],
    color,
    silent: true,
    symbol: 'none',
    connectNulls: false,
    lineStyle: { width: 2, type: 'solid' },
    areaStyle: { opacity: 0.18 },
    data: bins.map((bin, i) => {
      const value = values[i] ?? null;
      return [middleS(bin), value === null ? null : round(value / rate.factor)];
    }),
  };
}

function rangeSeries(ranges: readonly Range[], scaled: (ns: number) => number): CustomSeriesOption {
  const color = colour('series-3');
  return {
    type: 'custom',
    name: FOREIGN,
    color,
    silent: true,
    clip: true,
    xAxisIndex: 1,
    yAxisIndex: 1,
    encode: { x: [0, 1], y: [2, 3] },
    data: ranges.map(({ bin, leastNs, mostNs }) => [
      round(bin.fromAtNs / NS_PER_S),
      round(bin.toAtNs / NS_PER_S),
      round(scaled(leastNs)),
      round(scaled(mostNs)),
    ]),
    renderItem: (_params, api) => drawRange(api, color),
  };
}

function drawRange(api: CustomSeriesRenderItemAPI, fill: string): CustomSeriesRenderItemReturn {
  const [left = 0, bottom = 0] = api.coord([api.value(0), api.value(2)]);
  const [right = 0, top = 0] = api.coord([api.value(1), api.value(3)]);
  return {
    type: 'rect',
    shape: { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) },
    style: { fill, opacity: 0.3 },
  };
}

/** With a gap where a phase of data ends: those of two phases are of different connections. */
function medianSeries(
  name: string,
  ranges: readonly Range[],
  scaled: (ns: number) => number,
  role: 'series-3' | 'series-6',
  type: 'solid' | 'dashed',
): LineSeriesOption {
  const data = ranges.flatMap(({ bin, medianNs }, i): [number, number | null][] => {
    const point: [number, number] = [middleS(bin), round(scaled(medianNs))];
    const isNew = name === OWN && i > 0 && ranges[i - 1]?.bin.phase !== bin.phase;
    return isNew ? [[point[0], null], point] : [point];
  });
  return {
    type: 'line',
    name,
    color: colour(role),
    silent: true,
    symbol: 'none',
    z: 4,
    xAxisIndex: 1,
    yAxisIndex: 1,
    lineStyle: { width: type === 'solid' ? 2 : 1.5, type },
    data,
  };
}

function wayWords({ direction, values }: Way): string {
  const known = values.filter((value) => value !== null);
  const [least, most] = extent(known);
  return `${NAMES[direction]} from ${rateText(least)} to ${rateText(most)}`;
}

function rangeWords(name: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return '';
  const [least, most] = extent(ranges.map(({ medianNs }) => medianNs));
  return `${name}, medians from ${latencyText(least)} to ${latencyText(most)}`;
}
