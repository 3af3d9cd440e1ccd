/**
 * How the steps went: median and 99th percentile of the response time of each part above, the backlog below on the same
 * time. Where both rise to the end of a step there is no steady state.
 */
import type { BarSeriesOption, EChartsOption, LineSeriesOption } from 'echarts';
import type { PacedPartRecord, PacedResult } from '../../../result/paced/paced-result.ts';
import { timeUnit, type Unit } from '../../../text/units.ts';
import { isClosed, stepsOf } from '../../document/paced/steps.ts';
import { latencyText, rateName } from '../../document/paced/words.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { axisLook, basis, headPx, labelsAt } from '../look.ts';
import { extent, linearTicks, logTicks, plainNumber, round, spansDecades } from '../scales.ts';
import { textWidthPx } from '../text-width.ts';
import { colour, type Role } from '../theme.ts';

const ID = 'paced-over-time';
const TITLE = 'Response time and backlog over time';
const TIME_PX = 210;
const GAP_PX = 34;
const BACKLOG_PX = 90;
const FOOT_PX = 44;
const LEFT_PX = 72;
const RIGHT_PX = 20;
const LABEL_PX = 12;
/** The names of the rates have room above the lines. */
const HEADROOM = 1.18;
const NS_PER_S = 1_000_000_000;
const LINES = [
  { percentile: 'p50', name: 'response p50', role: 'series-1', dash: 'solid' },
  { percentile: 'p99', name: 'response p99', role: 'series-2', dash: 'dashed' },
] as const;
const BACKLOG = 'backlog';

interface Span {
  /** The rate; '' for a closed loop. */
  readonly label: string;
  readonly parts: readonly (PacedPartRecord & { readonly toAtNs: number })[];
}

export function pacedOverTimeChart(result: PacedResult): ChartOutcome {
  const spans = spansOf(result);
  const times = timesOf(spans);
  if (times.length === 0) return { id: ID, title: TITLE, missing: 'no probe was answered' };
  const unit = timeUnit(times);
  const hasBacklog = spans.some(({ parts }) => parts.some(({ backlog }) => backlog > 0));
  const title = hasBacklog ? TITLE : 'Response time over time';
  const names = namesOf(hasBacklog);
  return {
    id: ID,
    title,
    caption: `${hasBacklog ? 'Above: r' : 'R'}esponse times in ${unit.name} of the probes that were due in each part of a step: their median, and what one in a hundred took longer than.${backlogText(hasBacklog, isClosed(result))}`,
    alternative: `${title}. ${spans.map(spanWords).join('; ')}.`,
    table: {
      header: ['rate', 'from_ns', 'to_ns', 'p50_ns', 'p99_ns', 'backlog'],
      rows: spans.flatMap(({ label, parts }) =>
        parts.map(({ fromAtNs, toAtNs, response, backlog }) => [
          label,
          fromAtNs,
          toAtNs,
          response?.p50 ?? null,
          response?.p99 ?? null,
          backlog,
        ]),
      ),
    },
    heightPx: (canvas) => headPx(canvas, names) + TIME_PX + (hasBacklog ? GAP_PX + BACKLOG_PX : 0) + FOOT_PX,
    option: (canvas) => option(canvas, title, spans, unit, hasBacklog),
  };
}

function backlogText(hasBacklog: boolean, closed: boolean): string {
  if (closed) return '';
  return hasBacklog
    ? ' Below: probes that were due and not sent at the end of each part.'
    : ' No probe that was due waited to be sent at the end of any part.';
}

/** A part ends where the next one begins, and the last one with its step. */
function spansOf(result: PacedResult): Span[] {
  return stepsOf(result).flatMap(({ record }) => {
    if (record.parts.length === 0) return [];
    const parts = record.parts.map((part, i) => ({
      ...part,
      toAtNs: record.parts[i + 1]?.fromAtNs ?? record.toAtNs,
    }));
    return [{ label: rateName(record.askedPerSecond), parts }];
  });
}

function timesOf(spans: readonly Span[]): number[] {
  return spans.flatMap(({ parts }) =>
    parts.flatMap(({ response }) => (response === null ? [] : [response.p50, response.p99])),
  );
}

function namesOf(hasBacklog: boolean): string[] {
  return [...LINES.map(({ name }) => name), ...(hasBacklog ? [BACKLOG] : [])];
}

function option(
  canvas: Canvas,
  title: string,
  spans: readonly Span[],
  unit: Unit,
  hasBacklog: boolean,
): EChartsOption {
  const names = namesOf(hasBacklog);
  const top = headPx(canvas, names);
  const grid = { left: LEFT_PX, right: RIGHT_PX, outerBoundsMode: 'none' as const };
  const ends = extent(
    spans.flatMap(({ parts }) => parts.flatMap(({ fromAtNs, toAtNs }) => [fromAtNs, toAtNs])),
  );
  const axis = (gridIndex: number, named: boolean): object => timeAxis(ends, gridIndex, named);
  return {
    ...basis(canvas, title, names),
    grid: [
      { ...grid, top, height: TIME_PX },
      ...(hasBacklog ? [{ ...grid, top: top + TIME_PX + GAP_PX, height: BACKLOG_PX }] : []),
    ],
    xAxis: [axis(0, !hasBacklog), ...(hasBacklog ? [axis(1, true)] : [])],
    yAxis: [latencyAxis(spans, unit), ...(hasBacklog ? [backlogAxis()] : [])],
    series: [
      stepShades(spans, ends, canvas.widthPx - LEFT_PX - RIGHT_PX),
      ...LINES.map((line) => lineSeries(line, spans, unit)),
      ...(hasBacklog ? [backlogSeries(spans)] : []),
    ],
  };
}

function timeAxis([from, to]: readonly [number, number], gridIndex: number, named: boolean): object {
  const [min, max] = [from / NS_PER_S, to / NS_PER_S];
  const labels = labelsAt(linearTicks(min, max), plainNumber);
  return {
    type: 'value' as const,
    gridIndex,
    min: round(min),
    max: round(max),
    // Both are of one time, with and without bars.
    containShape: false,
    ...axisLook({ name: named ? 'time since the start, s' : '' }),
    ...labels,
    axisLabel: { ...labels.axisLabel, show: named },
  };
}

function latencyAxis(spans: readonly Span[], unit: Unit): object {
  const times = timesOf(spans).map((ns) => ns / unit.factor);
  const look = axisLook({ name: unit.name, upright: true });
  if (!spansDecades(times)) {
    return {
      type: 'value' as const,
      gridIndex: 0,
      min: 0,
      max: ({ max }: { readonly max: number }) => (max > 0 ? max * HEADROOM : 1),
      splitNumber: 4,
      ...look,
      axisLabel: {
        color: colour('faint'),
        showMaxLabel: false,
        formatter: (value: number) => plainNumber(value),
      },
    };
  }
  const [least, most] = extent(times.filter((time) => time > 0));
  const [min, max] = [round(least / 1.2), round(most * (most / least) ** (HEADROOM - 1))];
  return {
    type: 'log' as const,
    gridIndex: 0,
    min,
    max,
    ...look,
    ...labelsAt(logTicks(min, max), plainNumber),
  };
}

function backlogAxis(): object {
  return {
    type: 'value' as const,
    gridIndex: 1,
    min: 0,
    max: ({ max }: { readonly max: number }) => Math.max(1, max),
    splitNumber: 2,
    minInterval: 1,
    ...axisLook({ name: BACKLOG, upright: true }),
    axisLabel: { color: colour('faint'), formatter: (value: number) => plainNumber(value) },
  };
}

/** Every other step, each with its rate where there is room. */
function stepShades(
  spans: readonly Span[],
  [from, to]: readonly [number, number],
  widthPx: number,
): LineSeriesOption {
  const data = spans.flatMap(({ label, parts }, i) => {
    const [begin, end] = [parts[0]?.fromAtNs ?? from, parts.at(-1)?.toAtNs ?? to];
    const roomPx = ((end - begin) / Math.max(1, to - from)) * widthPx;
    const name = spans.length > 1 && textWidthPx(label, LABEL_PX) <= roomPx ? label : '';
    const itemStyle = { color: colour('band'), opacity: i % 2 === 1 ? 0.25 : 0 };
    return [[{ name, xAxis: round(begin / NS_PER_S), itemStyle }, { xAxis: round(end / NS_PER_S) }]] as [
      [object, object],
    ];
  });
  return {
    type: 'line',
    silent: true,
    data: [],
    xAxisIndex: 0,
    yAxisIndex: 0,
    markArea: {
      silent: true,
      label: { position: 'insideTop', color: colour('faint'), fontSize: LABEL_PX },
      data,
    },
  };
}

function middleS({ fromAtNs, toAtNs }: { readonly fromAtNs: number; readonly toAtNs: number }): number {
  return round((fromAtNs + toAtNs) / 2 / NS_PER_S);
}

/** With a gap between two steps, and where nothing was answered. */
function lineSeries(
  {
    percentile,
    name,
    role,
    dash,
  }: {
    readonly percentile: 'p50' | 'p99';
    readonly name: string;
    readonly role: Role;
    readonly dash: 'solid' | 'dashed';
  },
  spans: readonly Span[],
  unit: Unit,
): LineSeriesOption {
  return {
    type: 'line',
    name,
    color: colour(role),
    silent: true,
    symbol: 'circle',
    symbolSize: 4,
    connectNulls: false,
    xAxisIndex: 0,
    yAxisIndex: 0,
    lineStyle: { width: 2, type: dash },
    data: spans.flatMap(({ parts }, i) => [
      ...(i === 0 ? [] : [[middleS(parts[0] ?? { fromAtNs: 0, toAtNs: 0 }), null]]),
      ...parts.map((part) => {
        const { response } = part;
        return [middleS(part), response === null ? null : round(response[percentile] / unit.factor)];
      }),
    ]),
  };
}

function backlogSeries(spans: readonly Span[]): BarSeriesOption {
  const parts = spans.flatMap((span) => span.parts);
  return {
    type: 'bar',
    name: BACKLOG,
    color: colour('series-8'),
    silent: true,
    barMaxWidth: 24,
    xAxisIndex: 1,
    yAxisIndex: 1,
    data: parts.map((part) => [middleS(part), part.backlog]),
  };
}

function spanWords({ label, parts }: Span): string {
  const medians = parts.flatMap(({ response }) => (response === null ? [] : [response.p50]));
  const lead = label === '' ? '' : `${label}: `;
  if (medians.length === 0) return `${lead}nothing was answered`;
  const [least, most] = extent(medians);
  const backlog = parts.at(-1)?.backlog ?? 0;
  return `${lead}medians from ${latencyText(least)} to ${latencyText(most)}, backlog at the end ${backlog.toLocaleString('en-US')}`;
}
