/** How often each round-trip time was met: the share of the samples in bins of equal width on a logarithmic axis. */
import type { EChartsOption } from 'echarts';
import type { Result } from '../../result/result.ts';
import { timeText, timeUnit, type Unit } from '../../text/units.ts';
import type { Canvas, ChartOutcome } from './chart.ts';
import { type Distribution, distributionsOf } from './distributions.ts';
import { axisLook, basis, headPx, labelsAt } from './look.ts';
import { logTicks, plainNumber, round } from './scales.ts';
import { colour, lineLook } from './theme.ts';

const ID = 'rtt-distribution';
const TITLE = 'Distribution of the round-trip times';
const BODY_PX = 280;
const LEAST_BINS = 12;
const MOST_BINS = 120;
/** Of the samples that the picture may leave out at its right end, so that one straggler does not squeeze it. */
const BEYOND = 0.001;

interface Curve {
  readonly label: string;
  /** Middle of the bin, ns, and its share of the samples, 0 to 1. */
  readonly points: readonly (readonly [ns: number, share: number])[];
}

export function densityChart(results: readonly Result[]): ChartOutcome {
  const { drawn, leftOut } = distributionsOf(results);
  if (drawn.length === 0)
    return { id: ID, title: TITLE, missing: 'there is no histogram of round-trip times' };
  const width = binWidth(drawn);
  const [leastNs, mostNs] = range(drawn, width);
  const unit = timeUnit([Math.sqrt(leastNs * mostNs)]);
  const bins = Math.round(Math.log(mostNs / leastNs) / width);
  const curves = drawn.map((one) => curveOf(one, bins, leastNs, mostNs));
  const names = drawn.map(({ label }) => label);
  return {
    id: ID,
    title: TITLE,
    caption: `Share of the probes in each of ${bins} bins of equal width on the logarithmic axis, in ${unit.name}; the slowest in a thousand may lie beyond the right end.${leftOut}`,
    alternative: `${TITLE}. ${curves.map(peakWords).join('; ')}.`,
    table: {
      header: ['series', 'rtt_ns', 'share'],
      rows: curves.flatMap(({ label, points }) =>
        points.map(([ns, share]) => [label, round(ns), round(share)]),
      ),
    },
    heightPx: (canvas) => headPx(canvas, names) + BODY_PX,
    option: (canvas) => option(canvas, curves, [leastNs, mostNs], unit),
  };
}

/**
 * On the logarithmic axis, after Freedman and Diaconis, "On the Histogram as a Density Estimator" (1981):
 * 2 x interquartile range / cube root of the samples, of the curve that needs the finest.
 */
function binWidth(drawn: readonly Distribution[]): number {
  const [leastNs, mostNs] = ends(drawn);
  const widths = drawn.map((one) => {
    const quartiles = [timeAt(one, 0.25), timeAt(one, 0.75)] as const;
    return (2 * Math.log(quartiles[1] / quartiles[0])) / Math.cbrt(one.count);
  });
  const span = Math.log(mostNs / leastNs);
  return Math.min(span / LEAST_BINS, Math.max(span / MOST_BINS, Math.min(...widths)));
}

/** The middle of the bin with the sample of this rank. */
function timeAt({ bins, count }: Distribution, p: number): number {
  let below = 0;
  for (const { fromNs, toNs, count: inBin } of bins) {
    below += inBin;
    if (below > p * (count - 1)) return (fromNs + toNs) / 2;
  }
  return 1;
}

/** Whole bins, with an empty one at either end so that each curve begins and ends at 0. */
function range(drawn: readonly Distribution[], width: number): [leastNs: number, mostNs: number] {
  const [leastNs, mostNs] = ends(drawn);
  const wanted = Math.ceil(Math.log(mostNs / leastNs) / width) + 2;
  const from = leastNs * Math.exp(-width);
  return [from, from * Math.exp(wanted * width)];
}

/** From the fastest sample to the quantile that leaves out the farthest stragglers. */
function ends(drawn: readonly Distribution[]): [leastNs: number, mostNs: number] {
  const least = Math.max(1, Math.min(...drawn.map(({ bins }) => bins[0]?.fromNs ?? 1)));
  const most = Math.max(...drawn.map((one) => withoutStragglers(one)));
  return [least, Math.max(most, least * 1.01)];
}

function withoutStragglers({ bins, count }: Distribution): number {
  let left = Math.floor(count * BEYOND);
  for (let i = bins.length - 1; i >= 0; i--) {
    const bin = bins[i];
    if (bin === undefined) continue;
    if (bin.count > left) return bin.toNs;
    left -= bin.count;
  }
  return bins[0]?.toNs ?? 1;
}

function curveOf(
  { label, bins, count }: Distribution,
  wanted: number,
  leastNs: number,
  mostNs: number,
): Curve {
  const width = Math.log(mostNs / leastNs) / wanted;
  const counts = new Float64Array(wanted);
  for (const bin of bins) {
    const at = Math.floor(Math.log((bin.fromNs + bin.toNs) / 2 / leastNs) / width);
    // The first one is to be empty; a time of 0, of a coarse clock, has no place on this axis.
    const within = Math.max(1, at);
    if (within < wanted) counts[within] = (counts[within] ?? 0) + bin.count;
  }
  return {
    label,
    points: Array.from(counts, (inBin, i) => [leastNs * Math.exp((i + 0.5) * width), inBin / count] as const),
  };
}

function option(
  canvas: Canvas,
  curves: readonly Curve[],
  [leastNs, mostNs]: readonly [number, number],
  unit: Unit,
): EChartsOption {
  const [min, max] = [leastNs / unit.factor, mostNs / unit.factor];
  return {
    ...basis(
      canvas,
      TITLE,
      curves.map(({ label }) => label),
    ),
    xAxis: {
      type: 'log',
      min,
      max,
      ...axisLook({ name: `round-trip time, ${unit.name}` }),
      ...labelsAt(logTicks(min, max), plainNumber),
    },
    yAxis: {
      type: 'value',
      ...axisLook({ name: '% of the probes', upright: true }),
      axisLabel: { color: colour('faint') },
    },
    series: curves.map(({ label, points }, i) => {
      const { color, dash } = lineLook(i);
      return {
        type: 'line',
        name: label,
        color,
        silent: true,
        symbol: 'none',
        step: 'middle',
        lineStyle: { width: 1.5, type: dash },
        ...(curves.length <= 2 ? { areaStyle: { opacity: 0.15 } } : {}),
        data: points.map(([ns, share]) => [round(ns / unit.factor), round(share * 100)]),
      };
    }),
  };
}

function peakWords({ label, points }: Curve): string {
  const peak = points.reduce((a, b) => (b[1] > a[1] ? b : a), points[0] ?? [0, 0]);
  return `${label}: most often about ${timeText(peak[0])}`;
}
