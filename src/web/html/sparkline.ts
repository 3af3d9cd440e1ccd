/** The last hour of a target in a line: of a hundred targets each has one, so that it is drawn here and not by a library. */
import type { SparkPoint } from '../../report/document/monitor/card.ts';
import { html, type Markup, trusted } from '../../text/markup.ts';
import { timeText } from '../../text/units.ts';

const WIDTH = 240;
const HEIGHT = 40;
const HOUR_MS = 3_600_000;
/** Room for half a line's width above and below. */
const EDGE = 2;
/** A pause that breaks the line, in lengths of a point. */
const PAUSE = 1.5;

/** @param nowMs the right end */
export function sparkline(points: readonly SparkPoint[], nowMs: number): Markup {
  const values = points.flatMap(({ p50Ns }) => p50Ns ?? []);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const x = (atMs: number): number => tenth(((atMs - (nowMs - HOUR_MS)) / HOUR_MS) * WIDTH);
  // A path that is steady is a line in the middle, and not its noise drawn large.
  const reach = Math.max(most - least, least * 0.1);
  const y = (ns: number): number =>
    tenth(HEIGHT - EDGE - ((ns - (least + most - reach) / 2) / reach) * (HEIGHT - 2 * EDGE));
  const missing = joined(points.filter(({ p50Ns }) => p50Ns === null));
  const words =
    values.length === 0
      ? 'no answers in the last hour'
      : `p50 of the last hour: from ${timeText(least)} to ${timeText(most)}${missing.length === 0 ? '' : ', with times without an answer'}`;
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${words}">${missing.map(
    ({ fromMs, toMs }) =>
      html`<rect class="lost" x="${x(fromMs)}" y="0" width="${Math.max(1, tenth(x(toMs) - x(fromMs)))}" height="${HEIGHT}"/>`,
  )}<path d="${trusted(pathOf(points, x, y))}"/></svg>`;
}

function pathOf(
  points: readonly SparkPoint[],
  x: (atMs: number) => number,
  y: (ns: number) => number,
): string {
  let path = '';
  let lastMs: number | undefined;
  for (const { fromMs, toMs, p50Ns } of points) {
    if (p50Ns === null) {
      lastMs = undefined;
      continue;
    }
    const isNew = lastMs === undefined || fromMs - lastMs > PAUSE * (toMs - fromMs);
    path += `${isNew ? 'M' : 'L'}${x((fromMs + toMs) / 2)} ${y(p50Ns)}${isNew ? 'h.1' : ''}`;
    lastMs = toMs;
  }
  return path;
}

/** Those that follow each other as one: a seam between two would be seen. */
function joined(points: readonly Pick<SparkPoint, 'fromMs' | 'toMs'>[]): { fromMs: number; toMs: number }[] {
  const rows: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of points) {
    const last = rows.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = toMs;
    else rows.push({ fromMs, toMs });
  }
  return rows;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
