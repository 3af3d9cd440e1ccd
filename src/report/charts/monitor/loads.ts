/** What each load carried in either direction: a point for each, since nothing was measured in between. */
import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { IntervalSummary, LoadFigures } from '../../../monitor/records/interval.ts';
import type { TimeSpan } from '../../../text/moments.ts';
import { counted } from '../../../text/numbers.ts';
import { inUnit, largestRateUnit, type Unit } from '../../../text/units.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { axisLook, headPx } from '../look.ts';
import { extent, plainNumber, round } from '../scales.ts';
import { colour } from '../theme.ts';
import { dayAxis, FOOT_PX, frame, secondsIn } from './time-axis.ts';

const ID = 'loads';
const TITLE = 'Loads';
const BODY_PX = 180;
const SYMBOL_PX = 7;

type Way = 'down' | 'up';
const NAMES: Readonly<Record<Way, string>> = { down: 'goodput down', up: 'goodput up' };

interface Load {
  readonly atMs: number;
  readonly figures: LoadFigures;
}

export function loadsChart(intervals: readonly IntervalSummary[], span: TimeSpan): ChartOutcome {
  const loads = intervals.flatMap(({ fromMs, load }): Load[] =>
    load === undefined ? [] : [{ atMs: fromMs, figures: load }],
  );
  const ways = (['down', 'up'] as const).filter((way) => loads.some((load) => rateOf(load, way) !== null));
  if (ways.length === 0) return { id: ID, title: TITLE, missing: 'no load was run in this time' };
  const names = ways.map((way) => NAMES[way]);
  const rates = loads.flatMap((load) => ways.flatMap((way) => rateOf(load, way) ?? []));
  const unit = largestRateUnit(rates);
  const [least, most] = extent(rates);
  return {
    id: ID,
    title: TITLE,
    caption: `Goodput of each load in ${unit.name}, as its receiver counted it.`,
    alternative: `${TITLE}: ${counted(loads.length, 'load')}, from ${inUnit(least, unit)} to ${inUnit(most, unit)} ${unit.name}.`,
    table: {
      header: ['at_ms', 'down_bits_per_second', 'up_bits_per_second', 'rtt_increase_ns'],
      rows: loads.map(({ atMs, figures }) => [
        ...[atMs, figures.downBitsPerSecond, figures.upBitsPerSecond],
        figures.increaseNs,
      ]),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX + FOOT_PX,
    option: (canvas) => option(canvas, loads, ways, unit, span),
  };
}

function option(
  canvas: Canvas,
  loads: readonly Load[],
  ways: readonly Way[],
  unit: Unit,
  span: TimeSpan,
): EChartsOption {
  const names = ways.map((way) => NAMES[way]);
  return {
    ...frame(canvas, TITLE, names),
    xAxis: dayAxis(span, canvas.widthPx),
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 4,
      ...axisLook({ name: unit.name, upright: true }),
      axisLabel: { color: colour('faint'), formatter: (value: number) => plainNumber(value) },
    },
    series: ways.map(
      (way): LineSeriesOption => ({
        type: 'line',
        name: NAMES[way],
        color: colour(way === 'down' ? 'series-1' : 'series-2'),
        silent: true,
        symbol: way === 'down' ? 'circle' : 'rect',
        symbolSize: SYMBOL_PX,
        lineStyle: { width: 1, opacity: 0.5 },
        data: loads.flatMap((load) => {
          const rate = rateOf(load, way);
          return rate === null ? [] : [[secondsIn(span, load.atMs), round(rate / unit.factor)]];
        }),
      }),
    ),
  };
}

function rateOf({ figures }: Load, way: Way): number | null {
  return way === 'down' ? figures.downBitsPerSecond : figures.upBitsPerSecond;
}
