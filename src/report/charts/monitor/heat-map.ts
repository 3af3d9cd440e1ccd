/**
 * How the answers were spread, and when: a column for each stretch of time, in it the share of its answers in each
 * bin on a logarithmic axis. Two modes, or a tail that comes and goes, are seen here and in no percentile.
 */
import type { CustomSeriesOption, EChartsOption } from 'echarts';
import type { NanosecondHistogram } from '../../../stats/histogram.ts';
import type { TimeSpan } from '../../../text/moments.ts';
import { percentText } from '../../../text/numbers.ts';
import { timeText, timeUnit, type Unit } from '../../../text/units.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { axisLook, headPx, labelsAt } from '../look.ts';
import { extent, logTicks, plainNumber, round } from '../scales.ts';
import { colour } from '../theme.ts';
import { dayAxis, FOOT_PX, frame, secondsIn } from './time-axis.ts';

const ID = 'heat-map';
const TITLE = 'Distribution over time';
const BODY_PX = 240;
/** A bin is some 6 % wide. */
const BINS_A_DECADE = 40;
/** Beyond so many rows the bins become wider. */
const MOST_ROWS = 48;
/** What is hardly there is seen all the same. */
const LEAST_OPACITY = 0.08;

/** What was answered in one stretch of time, counted in bins of the logarithm: a histogram is too large to be kept for each. */
export interface HeatColumn {
  readonly fromMs: number;
  readonly toMs: number;
  /** By the number of the bin, which is {@link BINS_A_DECADE} times the decimal logarithm of the time in ns, rounded down. */
  readonly bins: ReadonlyMap<number, number>;
}

export function heatColumn(
  { fromMs, toMs }: TimeSpan,
  histogram: Pick<NanosecondHistogram, 'bins'>,
): HeatColumn {
  const bins = new Map<number, number>();
  for (const { fromNs, toNs, count } of histogram.bins()) {
    const bin = Math.floor(BINS_A_DECADE * Math.log10(Math.max(1, (fromNs + toNs) / 2)));
    bins.set(bin, (bins.get(bin) ?? 0) + count);
  }
  return { fromMs, toMs, bins };
}

interface Cell {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromNs: number;
  readonly toNs: number;
  readonly share: number;
}

export function heatMapChart(columns: readonly HeatColumn[], span: TimeSpan): ChartOutcome {
  const cells = cellsOf(columns);
  if (cells.length === 0) return { id: ID, title: TITLE, missing: 'nothing was answered in this time' };
  const unit = timeUnit(cells.map(({ fromNs }) => fromNs));
  const [, densest] = extent(cells.map(({ share }) => share));
  const peak = cells.find(({ share }) => share === densest) as Cell;
  return {
    id: ID,
    title: TITLE,
    caption: `Share of the answers of each time, in ${unit.name}: the fuller the colour, the more; full at ${percentText(densest)}.`,
    alternative: `${TITLE}: most answers, ${percentText(densest)} of their time, were from ${timeText(peak.fromNs)} to ${timeText(peak.toNs)}.`,
    table: {
      header: ['from_ms', 'to_ms', 'from_ns', 'to_ns', 'share'],
      rows: cells.map(({ fromMs, toMs, fromNs, toNs, share }) => [
        ...[fromMs, toMs, Math.round(fromNs), Math.round(toNs)],
        round(share),
      ]),
    },
    heightPx: (canvas) => headPx(canvas, []) + BODY_PX + FOOT_PX,
    option: (canvas) => option(canvas, cells, densest, unit, span),
  };
}

function cellsOf(columns: readonly HeatColumn[]): Cell[] {
  const [lowest, highest] = extent(columns.flatMap(({ bins }) => [...bins.keys()]));
  const width = Math.max(1, Math.ceil((highest - lowest + 1) / MOST_ROWS));
  const edge = (row: number): number => 10 ** ((row * width) / BINS_A_DECADE);
  return columns.flatMap(({ fromMs, toMs, bins }) => {
    const rows = new Map<number, number>();
    let all = 0;
    for (const [bin, count] of bins) {
      const row = Math.floor(bin / width);
      rows.set(row, (rows.get(row) ?? 0) + count);
      all += count;
    }
    return [...rows]
      .sort(([a], [b]) => a - b)
      .map(([row, count]) => ({ fromMs, toMs, fromNs: edge(row), toNs: edge(row + 1), share: count / all }));
  });
}

function option(
  canvas: Canvas,
  cells: readonly Cell[],
  densest: number,
  unit: Unit,
  span: TimeSpan,
): EChartsOption {
  const [low, high] = extent(cells.flatMap(({ fromNs, toNs }) => [fromNs / unit.factor, toNs / unit.factor]));
  return {
    ...frame(canvas, TITLE, []),
    xAxis: dayAxis(span, canvas.widthPx),
    yAxis: {
      type: 'log',
      min: low,
      max: high,
      ...axisLook({ name: unit.name, upright: true }),
      ...labelsAt(logTicks(low, high), plainNumber),
      splitLine: { show: false },
    },
    series: [cellSeries(cells, densest, unit, span)],
  };
}

function cellSeries(cells: readonly Cell[], densest: number, unit: Unit, span: TimeSpan): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    clip: true,
    encode: { x: [0, 1], y: [2, 3] },
    data: cells.map(({ fromMs, toMs, fromNs, toNs, share }) => [
      ...[secondsIn(span, fromMs), secondsIn(span, toMs)],
      ...[round(fromNs / unit.factor), round(toNs / unit.factor), round(share / densest)],
    ]),
    renderItem: (_params, api) => {
      const [left = 0, bottom = 0] = api.coord([api.value(0), api.value(2)]);
      const [right = 0, top = 0] = api.coord([api.value(1), api.value(3)]);
      // The root of the share: the eye tells faint shades apart better than full ones.
      const opacity = Math.max(LEAST_OPACITY, Math.sqrt(Number(api.value(4))));
      return {
        type: 'rect',
        shape: { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) },
        style: { fill: colour('series-1'), opacity: Math.round(opacity * 100) / 100 },
      };
    },
  };
}
