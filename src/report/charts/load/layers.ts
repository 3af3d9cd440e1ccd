/** Whose queue it is, over time: the medians of the layers of foreign probes, one on top of the other. */
import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { LoadResult } from '../../../result/load/load-result.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import type { Unit } from '../../../text/units.ts';
import { latencyText, latencyUnitOf } from '../../document/load/words.ts';
import {
  LOAD_LAYERS,
  type LoadLayer,
  type LoadLayerKey,
  layersOf,
  windowsOf,
} from '../../load/load-layers.ts';
import type { LoadBin } from '../../load/load-series.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { axisLook, basis, headPx } from '../look.ts';
import { extent, plainNumber, round } from '../scales.ts';
import { colour, type Role } from '../theme.ts';
import { SHADING_TEXT, shading } from './shading.ts';
import { headroom, LEFT_PX, middleS, pictureBins, RIGHT_PX, timeAxis } from './time-axis.ts';

const ID = 'load-layers';
const TITLE = 'Whose queue, over the load';
const BODY_PX = 260;
const FOOT_PX = 44;
/** Of the largest median of any layer. */
const NEXT_TO_NOTHING = 0.01;

/** As in the anatomy of a round trip. */
const COLOURS: Readonly<Record<LoadLayerKey, Role>> = {
  sendCall: 'series-1',
  tcpWait: 'series-6',
  localQueue: 'series-5',
  network: 'series-3',
  server: 'series-2',
  serverQueue: 'series-8',
  wakeUp: 'series-4',
};

interface Track {
  readonly layer: LoadLayer;
  /** Of each bin, ns; null where no probe has its layers. */
  readonly medians: readonly (number | null)[];
}

export function loadLayersChart(result: LoadResult): ChartOutcome {
  const missing = whyNone(result);
  if (missing !== undefined) return { id: ID, title: TITLE, missing };
  const bins = pictureBins(result);
  const tracks = tracksOf(result, bins);
  if (tracks.length === 0) return { id: ID, title: TITLE, missing: 'no probe has kernel stamps' };
  const sums = bins.map((_, i) => tracks.reduce((sum, { medians }) => sum + (medians[i] ?? 0), 0));
  const unit = latencyUnitOf(sums);
  const names = tracks.map(({ layer }) => layer.name);
  return {
    id: ID,
    title: TITLE,
    caption: `Medians of the layers of the probes beside the data in ${unit.name}, one on top of the other, in the order in which a probe passes them; medians of parts need not add up to that of the whole, and those below 1 % of the largest are left out. ${SHADING_TEXT}`,
    alternative: `${TITLE}. ${phaseWords(result, bins, tracks).join('; ')}.`,
    table: {
      header: ['layer', 'from_ns', 'to_ns', 'median_ns'],
      rows: tracks.flatMap(({ layer, medians }) =>
        bins.flatMap(({ fromAtNs, toAtNs }, i) => {
          const median = medians[i] ?? null;
          return median === null ? [] : [[layer.name, fromAtNs, toAtNs, round(median)]];
        }),
      ),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX + FOOT_PX,
    option: (canvas) => option(canvas, result, bins, tracks, unit),
  };
}

function whyNone({ foreignProbes, engine }: LoadResult): string | undefined {
  if (foreignProbes.dueAtNs.length === 0) return 'there is no probe';
  if (foreignProbes.layers === null) return `the engine ${engine.name} has no kernel stamps`;
  return undefined;
}

/** Of layers that are more than next to nothing at some time. */
function tracksOf({ foreignProbes }: LoadResult, bins: readonly LoadBin[]): Track[] {
  const values = LOAD_LAYERS.map(() => bins.map(() => [] as number[]));
  let at = 0;
  for (let i = 0; i < foreignProbes.dueAtNs.length; i++) {
    const dueAtNs = foreignProbes.dueAtNs[i] ?? 0;
    while (at < bins.length && (bins[at]?.toAtNs ?? 0) <= dueAtNs) at++;
    const layers = layersOf(foreignProbes, i);
    if (layers === undefined || (bins[at]?.fromAtNs ?? Number.POSITIVE_INFINITY) > dueAtNs) continue;
    for (const [k, { key }] of LOAD_LAYERS.entries()) values[k]?.[at]?.push(Math.max(0, layers[key]));
  }
  const tracks = LOAD_LAYERS.map((layer, k) => ({
    layer,
    medians: (values[k] ?? []).map((own) => (own.length === 0 ? null : quantile(sorted(own), 0.5))),
  }));
  const [, most] = extent(tracks.flatMap(({ medians }) => medians.map((median) => median ?? 0)));
  return tracks.filter(({ medians }) =>
    medians.some((median) => median !== null && median > 0 && median >= NEXT_TO_NOTHING * most),
  );
}

function option(
  canvas: Canvas,
  result: LoadResult,
  bins: readonly LoadBin[],
  tracks: readonly Track[],
  unit: Unit,
): EChartsOption {
  const names = tracks.map(({ layer }) => layer.name);
  const stacks: LineSeriesOption[] = tracks.map(({ layer, medians }) => ({
    type: 'line',
    name: layer.name,
    stack: 'round trip',
    color: colour(COLOURS[layer.key]),
    silent: true,
    symbol: 'none',
    lineStyle: { width: 0.5 },
    areaStyle: { opacity: 0.75 },
    z: 3,
    data: bins.map((bin, i) => [middleS(bin), round((medians[i] ?? 0) / unit.factor)]),
  }));
  return {
    ...basis(canvas, TITLE, names),
    grid: {
      left: LEFT_PX,
      right: RIGHT_PX,
      outerBoundsMode: 'none',
      top: headPx(canvas, names),
      height: BODY_PX,
    },
    xAxis: timeAxis(result, 0, true),
    yAxis: {
      type: 'value',
      min: 0,
      max: ({ max }: { readonly max: number }) => headroom(max),
      ...axisLook({ name: unit.name, upright: true }),
      axisLabel: {
        color: colour('faint'),
        showMaxLabel: false,
        formatter: (value: number) => plainNumber(value),
      },
    },
    series: [
      {
        type: 'line',
        silent: true,
        data: [],
        markArea: shading(result, true, canvas.widthPx - LEFT_PX - RIGHT_PX),
      },
      ...stacks,
    ],
  };
}

/** Of each phase its largest layer. */
function phaseWords(result: LoadResult, bins: readonly LoadBin[], tracks: readonly Track[]): string[] {
  return windowsOf(result).flatMap(({ name, fromAtNs, toAtNs }) => {
    const within = bins.flatMap((bin, i) => (bin.fromAtNs >= fromAtNs && bin.toAtNs <= toAtNs ? [i] : []));
    const medians = tracks.map(({ layer, medians: own }) => {
      const known = within.flatMap((i) => own[i] ?? []);
      return { layer, ns: known.length === 0 ? 0 : quantile(sorted(known), 0.5) };
    });
    const [largest] = medians.toSorted((a, b) => b.ns - a.ns);
    if (largest === undefined || largest.ns === 0) return [];
    return [`${name}: most in ${largest.layer.name}, ${latencyText(largest.ns)}`];
  });
}
