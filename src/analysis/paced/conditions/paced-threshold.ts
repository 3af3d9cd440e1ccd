/**
 * Conditions under which a run of paced probes counts as failed, such as `response.p99 > 2ms` or `answered < 1900/s`: which
 * figure of its steps, and what that must not be.
 */
import { usage } from '../../../core/errors.ts';
import { parsePerSecond, parseShare, parseTimeNs } from '../../../text/quantity.ts';
import { partsOf } from '../../load/conditions/load-condition.ts';
import { needsProbes, type Operator, percentileOf } from '../../threshold.ts';

export interface PacedThreshold {
  /** As it was given, with single blanks. */
  readonly text: string;
  readonly metric: PacedMetric;
  /** Of times; null for all else. */
  readonly statistic: { readonly p: number } | 'min' | 'max' | null;
  /** Fulfilled, the run has failed. */
  readonly operator: Operator;
  /** ns, echoes a second, or a share from 0 to 1. */
  readonly limit: number;
  readonly kind: 'paced';
}

/**
 * Times from when a probe was due and from when it was sent; echoes a second; the share of probes that were sent late, and
 * of those that were lost or never sent.
 */
export type PacedMetric = 'response' | 'service' | 'answered' | 'late' | 'lost';
export type PacedQuantity = 'time' | 'per-second' | 'share';

/** What each metric is measured in. */
export const PACED_METRICS: Readonly<Record<PacedMetric, PacedQuantity>> = {
  response: 'time',
  service: 'time',
  answered: 'per-second',
  late: 'share',
  lost: 'share',
};
/** As they are written, times with a dot before their statistic. */
export const PACED_METRIC_NAMES: readonly string[] = ['response.', 'service.', 'answered', 'late', 'lost'];

const OF_PACED = /^(?:response|service|answered|late|lost)\b/;
const FORM = 'write it as in response.p99 > 2ms, answered < 1900/s or lost > 0.1%';
const UNITS: Readonly<Record<PacedQuantity, string>> = {
  time: 'use ns, us, ms, s or m',
  'per-second': 'give echoes a second, such as 1900/s',
  share: 'give a share up to 100%, such as 1%',
};

/** Whether it is of paced probes, right or wrong. */
export function isOfPaced(given: string): boolean {
  return OF_PACED.test(given.trimStart());
}

/** @throws EcholotError `usage` when it is no such condition, in words that say what there is */
export function parsePacedThreshold(given: string): PacedThreshold {
  const { text, name, operator, value } = partsOf(given, FORM);
  const [, metric = name, rest] = /^([a-z]+)\.(.+)$/.exec(name) ?? [];
  if (!isMetric(metric)) {
    throw usage(`"${text}" is of ${metric}, which paced probes do not have`, FORM);
  }
  const quantity = PACED_METRICS[metric];
  const limit = parseAs(quantity, value);
  if (limit === undefined) throw usage(`"${text}" ends with "${value}"`, UNITS[quantity]);
  return { text, metric, statistic: statisticOf(metric, rest, text), operator, limit, kind: 'paced' };
}

/** A condition of anything, as far as it matters here. */
interface Condition {
  readonly kind: string;
  readonly text: string;
  readonly metric: string;
  readonly statistic?: { readonly p: number } | 'mean' | 'min' | 'max' | null;
}

/**
 * Those of a measurement's round-trip times are of response times here, but for their mean.
 * @throws EcholotError `usage` for a condition of something else
 */
export function requireOfPaced(thresholds: readonly Condition[]): void {
  for (const { kind, text, metric, statistic } of thresholds) {
    if (kind === 'paced' || (kind === 'absolute' && metric === 'rtt' && statistic !== 'mean')) continue;
    if (kind === 'paced-change') {
      throw usage(
        `"${text}" is of a change, and there is nothing to compare with`,
        'give a time or a rate, or use echolot compare',
      );
    }
    throw usage(
      `"${text}" is not of paced probes`,
      'write it as in response.p99 > 2ms, service.p99 > 1ms, answered < 1900/s, late > 1% or lost > 0.1%',
    );
  }
}

/** @throws EcholotError `usage` for a condition of paced probes, where there are none */
export function refuseOfPaced(thresholds: readonly Condition[]): void {
  const found = thresholds.find(({ kind }) => kind === 'paced');
  if (found === undefined) return;
  throw usage(
    `"${found.text}" is of paced probes, and these are none`,
    'give a condition such as rtt.p99 > 2ms, or a --rate',
  );
}

/**
 * A plan that cannot answer its own conditions is refused before it is run; those of other records are none of its.
 * @param probes due in the step that has the fewest; null where they are not known yet
 * @throws EcholotError `usage`
 */
export function requirePacedProbes(thresholds: readonly Condition[], probes: number | null): void {
  if (probes === null) return;
  for (const { text, statistic = null } of thresholds) {
    if (statistic === null || typeof statistic === 'string') continue;
    const needed = needsProbes({ statistic });
    if (probes >= needed) continue;
    throw usage(
      `"${text}" needs ${needed} probes in each step, and ${Math.floor(probes)} are due in one`,
      'use a longer --duration, a higher --rate, or a condition that needs fewer',
    );
  }
}

function statisticOf(
  metric: PacedMetric,
  name: string | undefined,
  text: string,
): PacedThreshold['statistic'] {
  if (PACED_METRICS[metric] !== 'time') {
    if (name === undefined) return null;
    throw usage(`"${text}" asks for ${name}, which ${metric} does not have`, `write ${metric} alone`);
  }
  if (name === 'min' || name === 'max') return name;
  const p = name === undefined ? undefined : percentileOf(name);
  if (p !== undefined) return { p };
  throw usage(
    name === undefined
      ? `"${text}" leaves open which ${metric} time`
      : `"${text}" asks for ${name}, which ${metric} does not have`,
    'use median, a percentile such as p99 or p99.9, min or max',
  );
}

function isMetric(name: string): name is PacedMetric {
  return Object.hasOwn(PACED_METRICS, name);
}

function parseAs(quantity: PacedQuantity, value: string): number | undefined {
  switch (quantity) {
    case 'time':
      return parseTimeNs(value);
    case 'per-second':
      return parsePerSecond(value);
    case 'share':
      return shareOf(value);
  }
}

/** One of more than all is never exceeded: a condition of it would let everything pass. */
function shareOf(value: string): number | undefined {
  const share = parseShare(value);
  return share === undefined || share > 1 ? undefined : share;
}
