/** Where the time of a round trip goes: the medians of its layers, stacked, a bar for each size. */
import type {
  BarSeriesOption,
  CustomSeriesOption,
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemReturn,
  EChartsOption,
} from 'echarts';
import type { Result } from '../../result/result.ts';
import type { LayerStatistics, SeriesRecord } from '../../result/series-record.ts';
import { sizeText } from '../../text/sizes.ts';
import { inUnit, timeUnit, type Unit } from '../../text/units.ts';
import { LAYERS, type Layer, shownLayers } from '../layers.ts';
import type { Canvas, ChartOutcome } from './chart.ts';
import { axisLook, basis, headPx } from './look.ts';
import { round } from './scales.ts';
import { colour, type Role } from './theme.ts';

const ID = 'anatomy';
const TITLE = 'Anatomy of the round trip';
const BAR_PX = 26;
const AXES_PX = 60;
/** The median of the whole round trip, to which the parts need not add up. */
const WHOLE = 'round trip, median';

/** Each next to those of its own side: the client's, the path's and the server's can be told at a glance. */
const COLOURS: Readonly<Record<keyof LayerStatistics, Role>> = {
  sendCallNs: 'series-1',
  tcpWaitNs: 'series-6',
  localQueueNs: 'series-5',
  networkRttNs: 'series-3',
  residenceNs: 'series-2',
  serverNs: 'series-2',
  serverTcpWaitNs: 'series-8',
  wakeUpNs: 'series-4',
  kernelRttNs: 'series-3',
};

type LayerKey = keyof LayerStatistics;

interface Bar {
  readonly label: string;
  readonly rttNs: number | null;
  readonly parts: ReadonlyMap<LayerKey, number>;
}

/** @param suffix to tell the pictures of several results apart: '' or `-2` */
export function anatomyChart(result: Result, suffix: string, label: string): ChartOutcome {
  const id = `${ID}${suffix}`;
  const title = label === '' ? TITLE : `${TITLE}: ${label}`;
  const stamped = result.series.filter(({ layers }) => layers !== null);
  if (stamped.length === 0) return { id, title, missing: whyNone(result) };
  const names = new Set(stamped.map(({ workload }) => workload.kind));
  const shown = shownLayers(stamped);
  const bars = stamped.map((series) => barOf(series, shown, names.size > 1));
  const keys = LAYERS.map(({ key }) => key).filter((key) => bars.some(({ parts }) => parts.has(key)));
  const unit = timeUnit(bars.map(({ rttNs }) => rttNs ?? 0));
  const legend = [...keys.map(layerName), WHOLE];
  return {
    id,
    title,
    caption: `Medians of the layers in ${unit.name}, in the order in which a probe passes them; network is the way there and back. Medians of parts need not add up to the median of the whole, which the upright stroke marks.${
      keys.includes('kernelRttNs')
        ? ' Where the server tells no residence, kernel RTT is network and server in one.'
        : ''
    }`,
    alternative: `${title}, medians in ${unit.name}. ${bars.map((bar) => barWords(bar, unit)).join('; ')}.`,
    table: {
      header: ['series', 'layer', 'median_ns'],
      rows: bars.flatMap((bar) => [
        ...[...bar.parts].map(([key, ns]) => [bar.label, layerName(key), round(ns)]),
        [bar.label, WHOLE, bar.rttNs === null ? null : round(bar.rttNs)],
      ]),
    },
    heightPx: (canvas) => headPx(canvas, legend) + AXES_PX + bars.length * BAR_PX,
    option: (canvas) => option(canvas, title, bars, keys, unit),
  };
}

function whyNone({ plan, engine, blocks }: Result): string {
  if (blocks.length === 0) return 'nothing was measured';
  if (!plan.stamps) return 'kernel stamps were not wanted';
  if (engine.name === 'node') return 'the engine node has no kernel stamps';
  if (plan.socket.multipath === true) return 'the kernel gives a multipath socket no stamps';
  return 'no probe has kernel stamps';
}

/** Network and server where both are known, else both in one. */
function barOf(
  { workload: { kind, payloadBytes }, layers, statistics }: SeriesRecord,
  shown: readonly Layer[],
  named: boolean,
): Bar {
  const median = (key: LayerKey): number | undefined => layers?.statistics[key]?.median;
  const isParted = median('networkRttNs') !== undefined && median('serverNs') !== undefined;
  const unwanted: readonly LayerKey[] = isParted
    ? ['kernelRttNs']
    : ['networkRttNs', 'serverNs', 'serverTcpWaitNs'];
  const parts = new Map<LayerKey, number>();
  for (const { key } of shown) {
    const ns = median(key);
    if (ns !== undefined && !unwanted.includes(key)) parts.set(key, ns);
  }
  const what = kind === 'rtt' ? 'RTT' : 'throughput';
  return {
    label: named ? `${what} ${sizeText(payloadBytes)}` : sizeText(payloadBytes),
    rttNs: statistics?.rttNs.median ?? null,
    parts,
  };
}

function layerName(key: LayerKey): string {
  return LAYERS.find((layer) => layer.key === key)?.name ?? key;
}

function option(
  canvas: Canvas,
  title: string,
  bars: readonly Bar[],
  keys: readonly LayerKey[],
  unit: Unit,
): EChartsOption {
  const scaled = (ns: number): number => round(ns / unit.factor);
  const stacks: BarSeriesOption[] = keys.map((key) => ({
    type: 'bar',
    name: layerName(key),
    stack: 'round trip',
    silent: true,
    barWidth: '62%',
    color: colour(COLOURS[key]),
    itemStyle: { borderColor: colour('paper'), borderWidth: 0.5 },
    data: bars.map(({ parts }) => scaled(parts.get(key) ?? 0)),
  }));
  const whole: CustomSeriesOption = {
    type: 'custom',
    name: WHOLE,
    color: colour('ink'),
    silent: true,
    z: 4,
    encode: { x: 0, y: 1 },
    data: bars.flatMap(({ rttNs }, i) => (rttNs === null ? [] : [[scaled(rttNs), i]])),
    renderItem: (_params, api) => drawStroke(api),
  };
  return {
    ...basis(canvas, title, [...keys.map(layerName), WHOLE]),
    xAxis: {
      type: 'value',
      ...axisLook({ name: unit.name }),
      splitLine: { show: true, lineStyle: { color: colour('grid') } },
      axisLabel: { color: colour('faint'), hideOverlap: true },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ label }) => label),
      axisTick: { show: false },
      axisLine: { show: true, lineStyle: { color: colour('band') } },
      axisLabel: { color: colour('ink'), interval: 0 },
    },
    series: [...stacks, whole],
  };
}

function drawStroke(api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn {
  const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
  const reach = (BAR_PX * 0.8) / 2;
  return {
    type: 'line',
    shape: { x1: x, y1: y - reach, x2: x, y2: y + reach },
    style: { stroke: colour('ink'), lineWidth: 2, fill: 'none' },
  };
}

function barWords({ label, rttNs, parts }: Bar, unit: Unit): string {
  const told = [...parts].map(([key, ns]) => `${layerName(key)} ${inUnit(ns, unit)}`);
  const whole = rttNs === null ? '' : ` of ${inUnit(rttNs, unit)}`;
  return `${label}${whole}: ${told.join(', ')}`;
}
