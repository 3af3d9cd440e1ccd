/** The figures of round-trip times and throughput: what is usual, the slow tail, the line through the sizes. */
import type { Measurement } from '../../result/plan-record.ts';
import type { FitRecord, FitValue, SampleStatistics, SeriesRecord } from '../../result/series-record.ts';
import { sizeText } from '../../result/size-text.ts';
import { inUnit, rateUnit, timeUnit, type Unit } from '../units.ts';
import { NONE, type Part, type Section, table, text } from './document.ts';
import { estimateOf, intervalText, methodText, percentileName, rangeText } from './intervals.ts';
import { named, type Source } from './sources.ts';

/** A slope for one byte is too small a figure to read. */
const STEP_BYTES = 1_000;

const WORDS = {
  rtt: {
    id: 'round-trip-time',
    title: 'Round-trip time',
    meaning:
      "From just before a probe is sent to the arrival of its echo's last byte, as the program sees it: the path in both directions, both kernels, the server's work and the wake-up of the client.",
    quantiles: [0.9, 0.99, 0.999],
  },
  throughput: {
    id: 'throughput',
    title: 'Throughput',
    meaning:
      'Payload bits of a probe over its round-trip time, one message under way at a time. This is what a program that asks and waits gets out of the path, not the capacity of the path. The slow tail of a rate is its low end.',
    quantiles: [0.1, 0.01, 0.001],
  },
} as const;

interface Row {
  readonly label: string;
  readonly series: SeriesRecord;
  readonly statistics: SampleStatistics | null;
}

/** @returns undefined where nothing of the kind was measured */
export function measuredSection(sources: readonly Source[], measurement: Measurement): Section | undefined {
  const rows: Row[] = sources.flatMap(({ label, result }) =>
    result.series
      .filter((series) => series.measurement === measurement)
      .map((series) => ({ label, series, statistics: statisticsOf(series) })),
  );
  if (rows.length === 0) return undefined;
  const { id, title, meaning } = WORDS[measurement];
  const medians = rows.map(({ statistics }) => statistics?.median ?? 0);
  const unit = measurement === 'rtt' ? timeUnit(medians) : rateUnit(medians);
  return {
    id,
    title,
    parts: [
      text(meaning),
      usualTable(sources, rows, title, unit),
      tailTable(sources, rows, measurement, unit),
      ...fitParts(sources, rows, measurement),
    ],
  };
}

function statisticsOf({ measurement, statistics }: SeriesRecord): SampleStatistics | null {
  if (statistics === null) return null;
  return measurement === 'rtt' ? statistics.rttNs : statistics.goodputBitsPerSecond;
}

function usualTable(sources: readonly Source[], rows: readonly Row[], title: string, unit: Unit): Part {
  const columns = ['n', 'blocks', 'median', '95 % interval', 'interval from'];
  const header = ['size', ...columns, 'mean', 'std dev', 'min', 'max'];
  const cells = rows.map(({ label, series, statistics }) => {
    const size = sizeText(series.payloadBytes);
    if (statistics === null) return named(sources, label, [size, '0', ...header.slice(2).map(() => NONE)]);
    const { n, median, mean, standardDeviation, min, max } = statistics;
    const figure = (value: number | null): string => (value === null ? NONE : inUnit(value, unit));
    const estimate = estimateOf(statistics, 0.5);
    return named(sources, label, [
      size,
      n.toLocaleString('en-US'),
      String(series.blocks),
      figure(median),
      intervalText(estimate, unit),
      methodText(estimate),
      ...[mean, standardDeviation, min, max].map(figure),
    ]);
  });
  return table(`${title} in ${unit.name}`, named(sources, 'result', header), cells);
}

function tailTable(
  sources: readonly Source[],
  rows: readonly Row[],
  measurement: Measurement,
  unit: Unit,
): Part {
  const { quantiles, title } = WORDS[measurement];
  const header = ['size', ...quantiles.flatMap((p) => [percentileName(p), '95 % interval']), 'interval from'];
  const cells = rows.map(({ label, series, statistics }) => {
    const estimates = quantiles.map((p) => estimateOf(statistics, p));
    const methods = new Set(estimates.map(methodText).filter((method) => method !== NONE));
    return named(sources, label, [
      sizeText(series.payloadBytes),
      ...estimates.flatMap((estimate) => {
        if (estimate === undefined) return [NONE, NONE];
        const value = estimate.refused === 'too-few-samples' ? NONE : inUnit(estimate.value, unit);
        return [value, intervalText(estimate, unit)];
      }),
      methods.size === 0 ? NONE : [...methods].join('; '),
    ]);
  });
  return table(`${title}, the slow tail, in ${unit.name}`, named(sources, 'result', header), cells);
}

/** Its times have one unit, which is that of the round-trip times in the tables above. */
function fitParts(sources: readonly Source[], measured: readonly Row[], measurement: Measurement): Part[] {
  const fits = sources.flatMap(({ label, result }) =>
    result.fits.filter((fit) => fit.measurement === measurement).map((fit) => ({ label, fit })),
  );
  if (fits.length === 0) return [];
  const header = ['sizes', 'R²', 'RTT of an empty message', 'RTT of each further 1,000 B', 'rate, one way'];
  const unit = timeUnit(measured.map(({ series }) => series.statistics?.rttNs.median ?? 0));
  const rows = fits.map(({ label, fit }) => named(sources, label, fitCells(fit, unit)));
  return [
    {
      ...table(
        'The line through the medians of all sizes, RTT = a + b × size, with 95 % intervals',
        named(sources, 'result', header),
        rows,
      ),
    },
    text(
      'The rate is 8 / b: that of the path if one direction alone is slow; if both are alike, each has twice as much.',
    ),
  ];
}

function fitCells(fit: FitRecord, unit: Unit): string[] {
  const { sizes, rSquared, intercept, interceptRefused, slopeNsPerByte, rateBitsPerSecond } = fit;
  const step = scaled(slopeNsPerByte, STEP_BYTES);
  const refused =
    interceptRefused === 'negative' ? 'none: the line has it below 0' : 'none: the medians are on no line';
  return [
    String(sizes),
    rSquared === null ? NONE : rSquared.toFixed(3),
    intercept === null ? refused : valueText(intercept, unit),
    valueText(step, unit),
    rateBitsPerSecond === null
      ? `none: ${mayBeLevel(slopeNsPerByte) ? 'it is not shown that larger messages take longer' : 'the medians are on no line'}`
      : valueText(rateBitsPerSecond, rateUnit([rateBitsPerSecond.value])),
  ];
}

function mayBeLevel({ value, interval }: FitValue): boolean {
  return value <= 0 || (interval !== null && interval.low <= 0);
}

function scaled({ value, interval }: FitValue, factor: number): FitValue {
  return {
    value: value * factor,
    interval: interval === null ? null : { low: interval.low * factor, high: interval.high * factor },
  };
}

/** `20.1 µs (19.8 to 20.4)`, or that there are too few rounds for an interval. */
export function valueText({ value, interval }: FitValue, unit: Unit): string {
  const range = interval === null ? 'no interval: too few rounds' : rangeText(interval, unit);
  return `${inUnit(value, unit)} ${unit.name} (${range})`;
}
