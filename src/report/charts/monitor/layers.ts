/** The medians of all layers over the same time: which part of the way, or which end of it, became slower. */
import type { EChartsOption } from 'echarts';
import { type IntervalSummary, LAYERS, type Layer } from '../../../monitor/records/interval.ts';
import type { TimeSpan } from '../../../text/moments.ts';
import { timeText, timeUnit } from '../../../text/units.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { headPx } from '../look.ts';
import { extent } from '../scales.ts';
import { lineLook } from '../theme.ts';
import { rttAxis } from './rtt-axis.ts';
import { type Stretch, stepLine } from './stretches.ts';
import { dayAxis, FOOT_PX, frame, secondsIn } from './time-axis.ts';
import { LAYER_NAMES } from './words.ts';

const ID = 'layers';
const TITLE = 'Medians by layer';
const BODY_PX = 200;

interface Median extends Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly p50Ns: number;
}

interface Track {
  readonly layer: Layer;
  readonly medians: readonly Median[];
}

export function layersChart(intervals: readonly IntervalSummary[], span: TimeSpan): ChartOutcome {
  const tracks = LAYERS.map((layer) => ({ layer, medians: mediansOf(intervals, layer, span) })).filter(
    ({ medians }) => medians.length > 0,
  );
  if (tracks.length < 2) {
    return { id: ID, title: TITLE, missing: 'no more than one layer was measured in this time' };
  }
  const names = tracks.map(({ layer }) => LAYER_NAMES[layer]);
  const unit = timeUnit(tracks.flatMap(({ medians }) => medians.map(({ p50Ns }) => p50Ns)));
  return {
    id: ID,
    title: TITLE,
    caption: `Medians in ${unit.name}. What the program saw and the kernel did not is time of this machine, not of the path.`,
    alternative: `${TITLE}. ${tracks.map(trackWords).join('; ')}.`,
    table: {
      header: ['layer', 'from_ms', 'to_ms', 'p50_ns'],
      rows: tracks.flatMap(({ layer, medians }) =>
        medians.map(({ fromMs, toMs, p50Ns }) => [layer, fromMs, toMs, Math.round(p50Ns)]),
      ),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX + FOOT_PX,
    option: (canvas) => option(canvas, tracks, names, span),
  };
}

function mediansOf(intervals: readonly IntervalSummary[], layer: Layer, span: TimeSpan): Median[] {
  return intervals.flatMap(({ fromMs, toMs, layers }) => {
    const p50Ns = layers[layer]?.p50Ns;
    if (p50Ns === undefined) return [];
    return [{ fromMs, toMs, fromS: secondsIn(span, fromMs), toS: secondsIn(span, toMs), p50Ns }];
  });
}

function option(
  canvas: Canvas,
  tracks: readonly Track[],
  names: readonly string[],
  span: TimeSpan,
): EChartsOption {
  const all = tracks.flatMap(({ medians }) => medians.map(({ p50Ns }) => p50Ns));
  const { axis, scaled } = rttAxis(all, timeUnit(all));
  return {
    ...frame(canvas, TITLE, names),
    xAxis: dayAxis(span, canvas.widthPx),
    yAxis: axis,
    series: tracks.map(({ medians }, i) => ({
      type: 'line' as const,
      name: names[i] ?? '',
      color: lineLook(i).color,
      silent: true,
      symbol: 'none',
      lineStyle: { width: 2, type: i % 2 === 0 ? ('solid' as const) : ('dashed' as const) },
      data: stepLine(medians, ({ p50Ns }) => scaled(p50Ns)),
    })),
  };
}

function trackWords({ layer, medians }: Track): string {
  const [least, most] = extent(medians.map(({ p50Ns }) => p50Ns));
  return `${LAYER_NAMES[layer]} from ${timeText(least)} to ${timeText(most)}`;
}
