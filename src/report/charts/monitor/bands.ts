/**
 * The round-trip time over hours and days: the middle half of the answers as a dark band, those from the p5 to the p90 as
 * a light one, the median as a line, the p99 as a thin one. What is no band was not measured, or not answered.
 */
import type {
  CustomSeriesOption,
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemReturn,
  EChartsOption,
  LineSeriesOption,
} from 'echarts';
import type { IntervalSummary, Layer, LayerSummary } from '../../../monitor/records/interval.ts';
import type { TimeSpan } from '../../../text/moments.ts';
import { timeText, timeUnit } from '../../../text/units.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { headPx } from '../look.ts';
import { extent } from '../scales.ts';
import { colour } from '../theme.ts';
import { rttAxis } from './rtt-axis.ts';
import { rowsOf, type Stretch, stepLine } from './stretches.ts';
import { dayAxis, FOOT_PX, frame, secondsIn } from './time-axis.ts';
import { LAYER_NAMES } from './words.ts';

const ID = 'rtt';
const TITLE = 'Round-trip time';
const BODY_PX = 260;
const NAMES = { outer: 'p5 to p90', inner: 'p25 to p75', median: 'p50', tail: 'p99' } as const;
const LEGEND: readonly string[] = [NAMES.median, NAMES.inner, NAMES.outer, NAMES.tail];

interface Figures extends Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly summary: LayerSummary;
}

/** @param intervals ascending */
export function bandsChart(
  intervals: readonly IntervalSummary[],
  layer: Layer | undefined,
  span: TimeSpan,
): ChartOutcome {
  const figures = intervals.flatMap(({ fromMs, toMs, layers }): Figures[] => {
    const summary = layer === undefined ? undefined : layers[layer];
    if (summary === undefined) return [];
    return [{ fromMs, toMs, fromS: secondsIn(span, fromMs), toS: secondsIn(span, toMs), summary }];
  });
  if (layer === undefined || figures.length === 0) {
    return { id: ID, title: TITLE, missing: 'nothing was answered in this time' };
  }
  const medians = figures.map(({ summary }) => summary.p50Ns);
  const unit = timeUnit(medians);
  const [least, most] = extent(medians);
  const [, worst] = extent(figures.map(({ summary }) => summary.p99Ns));
  return {
    id: ID,
    title: TITLE,
    caption: `In ${unit.name}: ${LAYER_NAMES[layer]}. The dark band holds the middle half of the answers, the light one those from the p5 to the p90; where there is none, nothing was answered.`,
    alternative: `${TITLE}: p50 from ${timeText(least)} to ${timeText(most)}, p99 up to ${timeText(worst)}.`,
    table: {
      header: ['from_ms', 'to_ms', 'answers', 'p5_ns', 'p25_ns', 'p50_ns', 'p75_ns', 'p90_ns', 'p99_ns'],
      rows: figures.map(({ fromMs, toMs, summary: one }) => [
        ...[fromMs, toMs, one.count],
        ...[one.p5Ns, one.p25Ns, one.p50Ns, one.p75Ns, one.p90Ns, one.p99Ns].map(Math.round),
      ]),
    },
    heightPx: (canvas) => headPx(canvas, LEGEND) + BODY_PX + FOOT_PX,
    option: (canvas) => option(canvas, figures, span),
  };
}

function option(canvas: Canvas, figures: readonly Figures[], span: TimeSpan): EChartsOption {
  const unit = timeUnit(figures.map(({ summary }) => summary.p50Ns));
  const { axis, scaled } = rttAxis(
    figures.flatMap(({ summary: { p5Ns, p99Ns } }) => [p5Ns, p99Ns]),
    unit,
  );
  const line = (name: string, of: (one: LayerSummary) => number, width: number): LineSeriesOption => ({
    type: 'line',
    name,
    color: colour(name === NAMES.tail ? 'series-2' : 'series-1'),
    silent: true,
    symbol: 'none',
    z: 4,
    lineStyle: { width, type: 'solid' },
    data: stepLine(figures, ({ summary }) => scaled(of(summary))),
  });
  return {
    ...frame(canvas, TITLE, LEGEND),
    xAxis: dayAxis(span, canvas.widthPx),
    yAxis: axis,
    series: [
      bandSeries(NAMES.outer, figures, (one) => [scaled(one.p5Ns), scaled(one.p90Ns)], 0.18),
      bandSeries(NAMES.inner, figures, (one) => [scaled(one.p25Ns), scaled(one.p75Ns)], 0.3),
      line(NAMES.tail, ({ p99Ns }) => p99Ns, 1),
      line(NAMES.median, ({ p50Ns }) => p50Ns, 2),
    ],
  };
}

/** Drawn at once for each row of intervals: a rectangle for each interval would take twenty times the room. */
function bandSeries(
  name: string,
  figures: readonly Figures[],
  ends: (one: LayerSummary) => readonly [low: number, high: number],
  opacity: number,
): CustomSeriesOption {
  const rows = rowsOf(figures);
  return {
    type: 'custom',
    name,
    color: colour('series-1'),
    itemStyle: { opacity },
    silent: true,
    clip: true,
    z: 2,
    data: rows.map((row) => [row[0]?.fromS ?? 0, ends((row[0] as Figures).summary)[0]]),
    renderItem: ({ dataIndex }, api) =>
      drawBand(
        api,
        (rows[dataIndex] ?? []).map((one) => ({ ...one, ends: ends(one.summary) })),
        opacity,
      ),
  };
}

function drawBand(
  api: CustomSeriesRenderItemAPI,
  row: readonly (Stretch & { readonly ends: readonly [low: number, high: number] })[],
  opacity: number,
): CustomSeriesRenderItemReturn {
  const corners = (end: 0 | 1): number[][] =>
    row.flatMap(({ fromS, toS, ends }) => [
      tenths(api.coord([fromS, ends[end]])),
      tenths(api.coord([toS, ends[end]])),
    ]);
  return {
    type: 'polygon',
    shape: { points: [...corners(1), ...corners(0).reverse()] },
    style: { fill: colour('series-1'), opacity },
  };
}

function tenths(point: readonly number[]): number[] {
  return point.map((one) => Math.round(one * 10) / 10);
}
