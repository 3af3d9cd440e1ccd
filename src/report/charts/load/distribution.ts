/** How long probes took, idle against loaded: the share of them that was answered within a time (ECDF). */
import type { EChartsOption } from 'echarts';
import type { LoadPhaseName, LoadResult, ProbesRecord } from '../../../result/load/load-result.ts';
import { quantile, type SortedSamples, sorted } from '../../../stats/quantile/quantiles.ts';
import type { Unit } from '../../../text/units.ts';
import { latencyText, latencyUnitOf } from '../../document/load/words.ts';
import { isSentWithin, type PhaseWindow, windowsOf } from '../../load/load-layers.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { axisLook, basis, headPx, labelsAt } from '../look.ts';
import { extent, linearTicks, logTicks, plainNumber, round, spansDecades } from '../scales.ts';
import { colour } from '../theme.ts';
import { carriesData, PHASE_COLOURS } from './shading.ts';

const ID = 'load-distribution';
const TITLE = 'Round-trip times idle and loaded';
const BODY_PX = 280;
/** Of a curve; a million probes take no more room. */
const MOST_STEPS = 200;
/** Of the probes that the picture may leave out at its right end. */
const BEYOND = 0.002;

interface Curve {
  readonly label: string;
  readonly phase: LoadPhaseName;
  readonly isOwn: boolean;
  /** Those never answered included. */
  readonly sent: number;
  readonly ascending: SortedSamples;
}

export function loadDistributionChart(result: LoadResult): ChartOutcome {
  const curves = curvesOf(result);
  if (curves.length === 0) return { id: ID, title: TITLE, missing: 'no probe was answered' };
  const unit = latencyUnitOf(curves.map(({ ascending }) => quantile(ascending, 0.5)));
  const names = curves.map(({ label }) => label);
  const isLost = curves.some(({ sent, ascending }) => sent > ascending.length);
  return {
    id: ID,
    title: TITLE,
    caption: `Share of the probes that were answered within a time, in ${unit.name}, of the time in which the load had settled. The further right, the longer the wait; dashed are the probes within the data.${isLost ? ' A curve that ends below 100 % has probes that were never answered.' : ''}`,
    alternative: `${TITLE}. ${curves.map(curveWords).join('; ')}.`,
    table: {
      header: ['series', 'rtt_ns', 'share'],
      rows: curves.flatMap((curve) =>
        stepsOf(curve).map(([ns, share]) => [curve.label, round(ns), round(share)]),
      ),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX,
    option: (canvas) => option(canvas, curves, unit),
  };
}

function curvesOf(result: LoadResult): Curve[] {
  return windowsOf(result).flatMap((window) => {
    const { name } = window;
    const own = result.streams.filter(({ phase }) => phase === name).map(({ ownProbes }) => ownProbes);
    const of = (sets: readonly ProbesRecord[], isOwn: boolean): Curve[] => {
      const { sent, rttNs } = within(sets, window);
      const label = isOwn ? `${name}, within the data` : name;
      return rttNs.length === 0 ? [] : [{ label, phase: name, isOwn, sent, ascending: sorted(rttNs) }];
    };
    return [...of([result.foreignProbes], false), ...(carriesData(name) ? of(own, true) : [])];
  });
}

function within(sets: readonly ProbesRecord[], window: PhaseWindow): { sent: number; rttNs: number[] } {
  const rttNs: number[] = [];
  let sent = 0;
  for (const probes of sets) {
    for (const i of probes.dueAtNs.keys()) {
      if (!isSentWithin(probes, i, window)) continue;
      sent++;
      const rtt = probes.rttNs[i] ?? null;
      if (rtt !== null) rttNs.push(rtt);
    }
  }
  return { sent, rttNs };
}

/** Times, ns, and the share of all probes that were answered within them. */
function stepsOf({ sent, ascending }: Curve): (readonly [ns: number, share: number])[] {
  const steps = Math.min(MOST_STEPS, ascending.length);
  return Array.from({ length: steps }, (_, i) => {
    const rank = steps === 1 ? 0 : Math.round((i * (ascending.length - 1)) / (steps - 1));
    return [ascending[rank] ?? 0, (rank + 1) / sent] as const;
  });
}

function option(canvas: Canvas, curves: readonly Curve[], unit: Unit): EChartsOption {
  const ends = curves.flatMap(({ ascending }) => [ascending[0] ?? 0, quantile(ascending, 1 - BEYOND)]);
  const scaled = ends.map((ns) => ns / unit.factor).filter((value) => value > 0);
  const isLog = spansDecades(scaled);
  const [least, most] = scaled.length === 0 ? [0.1, 1] : extent(scaled);
  const [min, max] = isLog ? [round(least / 1.1), round(most * 1.1)] : [0, round(most * 1.05)];
  return {
    ...basis(
      canvas,
      TITLE,
      curves.map(({ label }) => label),
    ),
    xAxis: {
      type: isLog ? 'log' : 'value',
      min,
      max,
      ...axisLook({ name: `round-trip time, ${unit.name}` }),
      ...labelsAt(isLog ? logTicks(min, max) : linearTicks(min, max), plainNumber),
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: 100,
      ...axisLook({ name: '% of the probes', upright: true }),
      axisLabel: { color: colour('faint') },
    },
    series: curves.map((curve) => ({
      type: 'line',
      name: curve.label,
      color: colour(PHASE_COLOURS[curve.phase]),
      silent: true,
      symbol: 'none',
      step: 'end',
      clip: true,
      lineStyle: { width: curve.isOwn ? 1.5 : 2, type: curve.isOwn ? 'dashed' : 'solid' },
      data: stepsOf(curve).map(([ns, share]) => [Math.max(min, round(ns / unit.factor)), round(share * 100)]),
    })),
  };
}

function curveWords({ label, ascending }: Curve): string {
  return `${label}: half within ${latencyText(quantile(ascending, 0.5))}, 90 % within ${latencyText(quantile(ascending, 0.9))}`;
}
