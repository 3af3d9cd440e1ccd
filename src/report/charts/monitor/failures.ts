/** The share of probes and connections that were not answered, by reason, over the same time as the answers. */
import type { CustomSeriesOption, EChartsOption } from 'echarts';
import {
  FAILURE_REASONS,
  type FailureReason,
  type IntervalSummary,
} from '../../../monitor/records/interval.ts';
import type { TimeSpan } from '../../../text/moments.ts';
import { counted } from '../../../text/numbers.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { axisLook, headPx } from '../look.ts';
import { extent, plainNumber, round } from '../scales.ts';
import { colour, type Role } from '../theme.ts';
import { dayAxis, FOOT_PX, frame, secondsIn } from './time-axis.ts';
import { REASON_NAMES } from './words.ts';

const ID = 'failures';
const TITLE = 'Failures by reason';
const BODY_PX = 130;
/** An interval without width on the screen would not be seen. */
const LEAST_BAR_PX = 1.5;
/** Neighbours overlap a little: a seam between two would be seen. */
const OVERLAP_PX = 0.5;

const COLOURS: Readonly<Record<FailureReason, Role>> = {
  timeout: 'series-2',
  refused: 'series-4',
  unreachable: 'series-6',
  reset: 'series-5',
  name: 'series-7',
  tls: 'series-3',
  peer: 'series-1',
  declined: 'band',
  here: 'series-8',
};

interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: FailureReason;
  readonly times: number;
  /** Of all that was tried in the interval, 0 to 1: where the bar begins and ends. */
  readonly from: number;
  readonly to: number;
}

export function failuresChart(intervals: readonly IntervalSummary[], span: TimeSpan): ChartOutcome {
  const bars = intervals.flatMap(barsOf);
  if (bars.length === 0) {
    const why = intervals.length === 0 ? 'nothing was measured in this time' : 'nothing failed in this time';
    return { id: ID, title: TITLE, missing: why };
  }
  const reasons = FAILURE_REASONS.filter((reason) => bars.some((bar) => bar.reason === reason));
  const names = reasons.map((reason) => REASON_NAMES[reason]);
  return {
    id: ID,
    title: TITLE,
    caption: 'Percent of the probes, and of the connections that were not had, by why there was no answer.',
    alternative: `${TITLE}. ${reasons.map((reason) => reasonWords(reason, bars)).join('; ')}.`,
    table: {
      header: ['from_ms', 'to_ms', 'reason', 'times', 'share'],
      rows: bars.map(({ fromMs, toMs, reason, times, from, to }) => [
        ...[fromMs, toMs, reason, times],
        round(to - from),
      ]),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX + FOOT_PX,
    option: (canvas) => option(canvas, bars, reasons, span),
  };
}

/** One upon the other, in the order of the reasons. */
function barsOf({ fromMs, toMs, failures, answered }: IntervalSummary): Bar[] {
  const failed = FAILURE_REASONS.reduce((sum, reason) => sum + (failures[reason] ?? 0), 0);
  const tried = failed + answered;
  let below = 0;
  return FAILURE_REASONS.flatMap((reason) => {
    const times = failures[reason] ?? 0;
    if (times === 0) return [];
    const bar = { fromMs, toMs, reason, times, from: below, to: below + times / tried };
    below = bar.to;
    return [bar];
  });
}

function option(
  canvas: Canvas,
  bars: readonly Bar[],
  reasons: readonly FailureReason[],
  span: TimeSpan,
): EChartsOption {
  const names = reasons.map((reason) => REASON_NAMES[reason]);
  const [, most] = extent(bars.map(({ to }) => 100 * to));
  return {
    ...frame(canvas, TITLE, names),
    xAxis: dayAxis(span, canvas.widthPx),
    yAxis: {
      type: 'value',
      min: 0,
      max: most > 50 ? 100 : round(most * 1.1),
      ...(most > 50 ? { interval: 50 } : { splitNumber: 3 }),
      ...axisLook({ name: '%', upright: true }),
      axisLabel: {
        color: colour('faint'),
        showMaxLabel: most > 50,
        formatter: (value: number) => plainNumber(value),
      },
    },
    series: reasons.map((reason) => barSeries(reason, bars, span)),
  };
}

function barSeries(reason: FailureReason, bars: readonly Bar[], span: TimeSpan): CustomSeriesOption {
  const fill = colour(COLOURS[reason]);
  return {
    type: 'custom',
    name: REASON_NAMES[reason],
    color: fill,
    silent: true,
    clip: true,
    encode: { x: [0, 1], y: [2, 3] },
    data: bars
      .filter((bar) => bar.reason === reason)
      .map(({ fromMs, toMs, from, to }) => [
        ...[secondsIn(span, fromMs), secondsIn(span, toMs)],
        ...[round(100 * from), round(100 * to)],
      ]),
    renderItem: (_params, api) => {
      const [left = 0, bottom = 0] = api.coord([api.value(0), api.value(2)]);
      const [right = 0, top = 0] = api.coord([api.value(1), api.value(3)]);
      return {
        type: 'rect',
        shape: {
          x: left,
          y: top,
          width: Math.max(LEAST_BAR_PX, right - left + OVERLAP_PX),
          height: bottom - top,
        },
        style: { fill },
      };
    },
  };
}

function reasonWords(reason: FailureReason, bars: readonly Bar[]): string {
  const own = bars.filter((bar) => bar.reason === reason);
  return `${REASON_NAMES[reason]}: ${own.reduce((sum, { times }) => sum + times, 0).toLocaleString('en-US')} in ${counted(own.length, 'interval')}`;
}
