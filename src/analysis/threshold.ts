/**
 * Conditions under which a run counts as failed, such as `rtt.p99 > 2ms`: which statistic of which series, and what
 * it must not be. For a comparison the condition is of the ratio, such as `rtt.p99 > 1.1x`.
 */
import { usage } from '../core/errors.ts';
import type { LayerStatistics } from '../result/series-record.ts';
import { supportsQuantile } from '../stats/quantile/quantiles.ts';
import { parseBytes, parseRate, parseTimeNs } from '../text/quantity.ts';
import { sizeText } from '../text/sizes.ts';

export type Layer = keyof LayerStatistics;

export interface Threshold {
  /** As it was given, with single blanks. */
  readonly text: string;
  /** Of which series: those announced as such, or a layer of all of them. */
  readonly metric: 'rtt' | 'throughput' | Layer;
  /** Of this size only; null for every size. */
  readonly payloadBytes: number | null;
  readonly statistic: Statistic;
  /** Fulfilled, the run has failed. */
  readonly operator: Operator;
  /** ns or bits per second; for a `ratio`, B over A. */
  readonly limit: number;
  readonly kind: 'absolute' | 'ratio';
}

/** A quantile by its share, or one of the plain ones. */
export type Statistic = { readonly p: number } | 'mean' | 'min' | 'max';

export type Operator = '>' | '>=' | '<' | '<=';

const LAYERS: Readonly<Record<string, Layer>> = {
  'send-call': 'sendCallNs',
  'tcp-wait': 'tcpWaitNs',
  'local-queue': 'localQueueNs',
  network: 'networkRttNs',
  server: 'serverNs',
  'server-tcp-wait': 'serverTcpWaitNs',
  'wake-up': 'wakeUpNs',
  kernel: 'kernelRttNs',
};
/** What metrics are called. */
export const METRIC_NAMES: readonly string[] = ['rtt', 'throughput', ...Object.keys(LAYERS)];

const PLAIN = ['mean', 'min', 'max'] as const;
const MEDIAN = { median: 0.5, p50: 0.5 } as const;
/** The quantiles of layers that a result has. */
const LAYER_QUANTILES: Readonly<Record<string, number>> = { ...MEDIAN, p99: 0.99 };
/** Of round-trip times and rates it has all samples. */
const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,3})?)$/;
/** What a comparison has the ratios of. */
const RATIOS: Readonly<Record<string, readonly number[]>> = { rtt: [0.5, 0.99], throughput: [0.5, 0.01] };
const RATIO_NAMES = 'rtt.median, rtt.p99, throughput.median and throughput.p1';

const CONDITION = /^([^\s[\].<>=]+)(?:\[([^\]]*)\])?\.([^\s<>=]+?)\s*(>=|<=|>|<)\s*(\S.*)$/;
const FORM = 'write it as in rtt.p99 > 2ms, rtt[1000].median >= 300us or throughput.p1 < 100Mbit/s';

/** @throws EcholotError `usage` when it is no condition, in words that say what there is */
export function parseThreshold(given: string): Threshold {
  const text = given.trim().replace(/\s+/g, ' ');
  const match = CONDITION.exec(text);
  if (match === null) throw usage(`"${text}" is no condition`, FORM);
  const [, metricName = '', size, statisticName = '', operator, value = ''] = match as unknown as [
    string,
    string,
    string | undefined,
    string,
    Operator,
    string,
  ];
  const metric = metricOf(metricName, text);
  const payloadBytes = size === undefined ? null : sizeOf(size, text);
  const statistic = statisticOf(statisticName, metric, metricName, text);
  const ratio = ratioOf(value, operator, text);
  if (ratio === undefined) {
    const limit = limitOf(value, metric, metricName, text);
    return { text, metric, payloadBytes, statistic, operator, limit, kind: 'absolute' };
  }
  if (!isCompared(metric, statistic)) {
    throw usage(`no comparison has the ratio of "${text}"`, `it has those of ${RATIO_NAMES}`);
  }
  return { text, metric, payloadBytes, statistic, operator, limit: ratio, kind: 'ratio' };
}

/**
 * Probes of one size below which the condition can only be answered with "cannot tell": as many as its quantile
 * needs to be more than an extreme.
 */
export function needsProbes({ statistic }: Pick<Threshold, 'statistic'>): number {
  if (typeof statistic === 'string') return 1;
  let probes = Math.floor(1 / Math.min(statistic.p, 1 - statistic.p));
  while (!supportsQuantile(probes, statistic.p)) probes++;
  return probes;
}

/**
 * A plan that cannot answer its own conditions is refused before it is run; those of loads are none of its.
 * @param probes planned for each size, all blocks together; null where they are not known yet
 * @throws EcholotError `usage`
 */
export function requireProbes(
  thresholds: readonly (
    | Threshold
    | { readonly kind: 'load' | 'load-change' | 'paced' | 'paced-change' | 'capacity'; readonly text: string }
  )[],
  probes: number | null,
): void {
  for (const threshold of thresholds) {
    if (threshold.kind === 'paced') {
      throw usage(
        `"${threshold.text}" is of paced probes`,
        'give a --rate, or a condition such as rtt.p99 > 2ms',
      );
    }
    if (threshold.kind !== 'absolute' && threshold.kind !== 'ratio') continue;
    const needed = needsProbes(threshold);
    if (probes === null || probes >= needed) continue;
    throw usage(
      `"${threshold.text}" needs ${needed} probes of each size, and ${probes} ${probes === 1 ? 'is' : 'are'} planned`,
      `use --probes ${needed} or more, or a condition that needs fewer`,
    );
  }
}

/** Whether the value fulfils the condition, which means failure. */
export function isFulfilled(
  { operator, limit }: Pick<Threshold, 'operator' | 'limit'>,
  value: number,
): boolean {
  switch (operator) {
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
  }
}

/** Whether the metric is that of series of its own, and not a layer of all series. */
export function isSeriesMetric(metric: Threshold['metric']): metric is 'rtt' | 'throughput' {
  return metric === 'rtt' || metric === 'throughput';
}

function isCompared(metric: Threshold['metric'], statistic: Statistic): boolean {
  return typeof statistic === 'object' && (RATIOS[metric]?.includes(statistic.p) ?? false);
}

function metricOf(name: string, text: string): Threshold['metric'] {
  if (name === 'rtt' || name === 'throughput') return name;
  const layer = Object.hasOwn(LAYERS, name) ? LAYERS[name] : undefined;
  if (layer === undefined) throw usage(`"${text}" is of ${name}, which is not measured`, oneOf(METRIC_NAMES));
  return layer;
}

function statisticOf(name: string, metric: Threshold['metric'], metricName: string, text: string): Statistic {
  const plain = PLAIN.find((candidate) => candidate === name);
  if (plain !== undefined) return plain;
  const p = isSeriesMetric(metric) ? percentileOf(name) : layerQuantileOf(name);
  if (p !== undefined) return { p };
  throw usage(
    `"${text}" asks for ${name}, which ${metricName} does not have`,
    isSeriesMetric(metric)
      ? `use median, a percentile such as p95, ${PLAIN.join(', ')}`
      : oneOf([...Object.keys(LAYER_QUANTILES), ...PLAIN]),
  );
}

function layerQuantileOf(name: string): number | undefined {
  return Object.hasOwn(LAYER_QUANTILES, name) ? LAYER_QUANTILES[name] : undefined;
}

/** `p99.9`, or `median`; undefined for what is none. */
export function percentileOf(name: string): number | undefined {
  if (name === 'median') return MEDIAN.median;
  const percent = Number(PERCENTILE.exec(name)?.[1]);
  return percent > 0 ? Number((percent / 100).toPrecision(6)) : undefined;
}

function sizeOf(size: string, text: string): number {
  const bytes = parseBytes(size.trim());
  if (bytes !== undefined && bytes > 0) return bytes;
  throw usage(`"${text}" has no size between its brackets`, 'write it as in rtt[1000].p90 or rtt[2K].p90');
}

/** `1.1x`, `10%` for 1.1 and `-10%` for 0.9. @returns undefined for what is no ratio @throws EcholotError `usage` */
export function ratioOf(value: string, operator: Operator, text: string): number | undefined {
  const factor = /^(\d{1,15}(?:\.\d+)?)x$/i.exec(value);
  if (factor !== null) return Number(factor[1]);
  const percent = /^([+-]?)(\d{1,15}(?:\.\d+)?)\s?%$/.exec(value);
  if (percent === null) return undefined;
  const [, sign, digits] = percent;
  if (sign === '' && operator.startsWith('<')) {
    throw usage(
      `"${text}" leaves open what the ${value} are of`,
      `write -${value} for less by so much, or 0.9x`,
    );
  }
  return 1 + ((sign === '-' ? -1 : 1) * Number(digits)) / 100;
}

function limitOf(value: string, metric: Threshold['metric'], metricName: string, text: string): number {
  const isRate = metric === 'throughput';
  const limit = isRate ? parseRate(value) : parseTimeNs(value);
  if (limit !== undefined) return limit;
  const other = isRate ? parseTimeNs(value) : parseRate(value);
  const units = isRate
    ? 'use bit/s, kbit/s, Mbit/s or Gbit/s, or x for a ratio'
    : 'use ns, us, ms, s or m, or x for a ratio';
  if (other !== undefined) {
    throw usage(`"${text}" compares ${metricName} with ${isRate ? 'a time' : 'a rate'}`, units);
  }
  const what = /^\d+(?:\.\d+)?$/.test(value) ? 'has a number without its unit' : `ends with "${value}"`;
  throw usage(`"${text}" ${what}`, units);
}

function oneOf(names: readonly string[]): string {
  return `use one of ${names.join(', ')}`;
}

/** What the condition is of: `rtt of 1000 B`. */
export function subjectText(metric: Threshold['metric'], payloadBytes: number | null): string {
  const name = isSeriesMetric(metric) ? metric : Object.keys(LAYERS).find((key) => LAYERS[key] === metric);
  return payloadBytes === null ? `${name}` : `${name} of ${sizeText(payloadBytes)}`;
}
