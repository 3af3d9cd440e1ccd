/** The axis of days and hours that pictures of a monitor share, so that what stands below each other is of one time. */
import type { EChartsOption } from 'echarts';
import type { TimeSpan } from '../../../text/moments.ts';
import type { Canvas } from '../chart.ts';
import { axisLook, basis, headPx, labelsAt } from '../look.ts';

/** What is left and right of the axis, px, whatever the figures: a page that lets a span be drawn out reckons with them. */
export const LEFT_PX = 72;
export const RIGHT_PX = 20;
/** What an axis with its labels and its name takes below, px. */
export const FOOT_PX = 44;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((days) => days * DAY_MS),
];
/** A label takes so much of the axis. */
const LABEL_PX = 56;

/** What those pictures have in common. @param legend names of the lines; one alone needs no legend */
export function frame(canvas: Canvas, title: string, legend: readonly string[]): EChartsOption {
  return {
    ...basis(canvas, title, legend),
    grid: {
      left: LEFT_PX,
      right: RIGHT_PX,
      top: headPx(canvas, legend),
      bottom: FOOT_PX,
      outerBoundsMode: 'none',
    },
  };
}

/** Seconds since the begin of the span, to a tenth: what is drawn needs no more. */
export function secondsIn({ fromMs }: TimeSpan, atMs: number): number {
  return Math.round((atMs - fromMs) / 100) / 10;
}

/** @param named the upper ones of several that stand one above the other have no labels */
export function dayAxis(span: TimeSpan, widthPx: number, gridIndex = 0, named = true): object {
  const ticks = dayTicks(span, Math.max(2, Math.floor((widthPx - LEFT_PX - RIGHT_PX) / LABEL_PX)));
  const labels = labelsAt(
    ticks.map((tick) => secondsIn(span, tick)),
    (seconds) => tickText(span.fromMs + seconds * 1_000, isDaily(ticks)),
  );
  return {
    type: 'value' as const,
    gridIndex,
    min: 0,
    max: secondsIn(span, span.toMs),
    ...axisLook({ name: named ? 'time, UTC' : '' }),
    ...labels,
    axisLabel: { ...labels.axisLabel, show: named },
  };
}

/** Round times within the span, at most so many. */
export function dayTicks({ fromMs, toMs }: TimeSpan, most: number): number[] {
  const stepMs = STEPS_MS.find((step) => (toMs - fromMs) / step <= most) ?? (toMs - fromMs) / most;
  const ticks: number[] = [];
  for (let tick = Math.ceil(fromMs / stepMs) * stepMs; tick < toMs; tick += stepMs) ticks.push(tick);
  return ticks;
}

function isDaily(ticks: readonly number[]): boolean {
  return (ticks[1] ?? DAY_MS) - (ticks[0] ?? 0) >= DAY_MS;
}

/** `14:30`; a day's begin, and every one of those in a row of days, has its date: `Nov 30`. */
function tickText(atMs: number, daily: boolean): string {
  const date = new Date(Math.round(atMs));
  if (!daily && date.getTime() % DAY_MS !== 0) return date.toISOString().slice(11, 16);
  return date.toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
}
