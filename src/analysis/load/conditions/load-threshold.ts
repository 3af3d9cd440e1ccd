/**
 * Conditions under which a load counts as failed, such as `up.increase.p50 > 30ms`: which figure of it, and what that
 * must not be.
 */
import { usage } from '../../../core/errors.ts';
import type { LoadPhaseName } from '../../../result/load/load-result.ts';
import { parseShortRate, parseTimeNs } from '../../../text/quantity.ts';
import {
  type CapacityThreshold,
  isOfCapacity,
  parseCapacityThreshold,
} from '../../capacity/capacity-threshold.ts';
import {
  isOfPacedChange,
  type PacedChangeThreshold,
  parsePacedChange,
} from '../../paced/conditions/paced-change.ts';
import {
  isOfPaced,
  type PacedThreshold,
  parsePacedThreshold,
} from '../../paced/conditions/paced-threshold.ts';
import { type Operator, parseThreshold, type Threshold } from '../../threshold.ts';
import { hasChange, isOfChange, type LoadChangeThreshold, parseLoadChange } from './load-change.ts';
import { partsOf } from './load-condition.ts';

export interface LoadThreshold {
  /** As it was given, with single blanks. */
  readonly text: string;
  readonly metric: LoadMetric;
  /** Fulfilled, the load has failed. */
  readonly operator: Operator;
  /** ns, bits per second, round trips a minute or a score. */
  readonly limit: number;
  readonly kind: 'load';
}

/** Of a load, of paced probes, of a capacity, of a measurement, or of a comparison. */
export type AnyThreshold =
  | Threshold
  | LoadThreshold
  | LoadChangeThreshold
  | PacedThreshold
  | CapacityThreshold
  | PacedChangeThreshold;

export type LoadMetric =
  | 'down.goodput'
  | 'up.goodput'
  | 'idle.p50'
  | 'loaded.p50'
  | 'loaded.p99'
  | 'down.increase.p50'
  | 'up.increase.p50'
  | 'rpm'
  | 'qoo';

export type LoadQuantity = 'rate' | 'time' | 'rpm' | 'score';

/** What each metric is measured in. */
export const LOAD_METRICS: Readonly<Record<LoadMetric, LoadQuantity>> = {
  'down.goodput': 'rate',
  'up.goodput': 'rate',
  'idle.p50': 'time',
  'loaded.p50': 'time',
  'loaded.p99': 'time',
  'down.increase.p50': 'time',
  'up.increase.p50': 'time',
  rpm: 'rpm',
  qoo: 'score',
};
export const LOAD_METRIC_NAMES: readonly LoadMetric[] = Object.keys(LOAD_METRICS).filter(isMetric);

/** Phases that have no metric of their own are of loads all the same: what there is instead is told then. */
const OF_LOADS = /^(?:down|up|both|idle|recovery|loaded|rpm|qoo)\b/;
const FORM = 'write it as in down.goodput < 90M, up.increase.p50 > 30ms or rpm < 300';
const UNITS: Readonly<Record<LoadQuantity, string>> = {
  rate: 'use bit/s, kbit/s, Mbit/s or Gbit/s, or k, M or G',
  time: 'use ns, us, ms, s or m',
  rpm: 'give round trips a minute, such as 300',
  score: 'give a number from 0 to 100',
};
const QUANTITIES: Readonly<Record<LoadQuantity, string>> = {
  rate: 'a rate',
  time: 'a time',
  rpm: 'a number',
  score: 'a number',
};

/** Of whatever it is. @throws EcholotError `usage` when it is no condition, in words that say what there is */
export function parseAnyThreshold(given: string): AnyThreshold {
  if (isOfPaced(given)) return isOfPacedChange(given) ? parsePacedChange(given) : parsePacedThreshold(given);
  if (isOfCapacity(given)) return parseCapacityThreshold(given);
  if (!OF_LOADS.test(given.trimStart())) return parseThreshold(given);
  return isOfChange(given) ? parseLoadChange(given) : parseLoadThreshold(given);
}

/** @throws EcholotError `usage` when it is no condition of a load, in words that say what there is */
export function parseLoadThreshold(given: string): LoadThreshold {
  const { text, name: metric, operator, value } = partsOf(given, FORM);
  if (!isMetric(metric)) {
    throw usage(
      `"${text}" is of ${metric}, which a load does not have`,
      `use one of ${LOAD_METRIC_NAMES.join(', ')}`,
    );
  }
  if (isOfChange(given) && hasChange(metric)) {
    throw usage(
      `"${text}" is of a change, and there is nothing to compare with`,
      'give a rate or a time, or use echolot compare --load',
    );
  }
  return { text, metric, operator, limit: limitOf(value, metric, text), kind: 'load' };
}

/**
 * A plan that cannot answer its own conditions is refused before it is run; those of measurements are none of its.
 * @param phases that are planned
 * @throws EcholotError `usage`
 */
export function requirePhases(thresholds: readonly AnyThreshold[], phases: readonly LoadPhaseName[]): void {
  for (const threshold of thresholds) {
    if (threshold.kind !== 'load' && threshold.kind !== 'load-change') continue;
    const { text, metric } = threshold;
    const missing = neededPhases(metric).find((choice) => !choice.some((name) => phases.includes(name)));
    if (missing === undefined) continue;
    throw usage(
      `"${text}" needs the phase ${missing.join(' or ')}, which is not planned`,
      'add it with --phases, or leave the condition out',
    );
  }
}

/**
 * The same of a plan without a profile, for which nothing is scored.
 * @throws EcholotError `usage`
 */
export function requireProfile(thresholds: readonly AnyThreshold[], hasProfile: boolean): void {
  const scored = thresholds.find((one) => one.kind === 'load' && one.metric === 'qoo');
  if (scored === undefined || hasProfile) return;
  throw usage(
    `"${scored.text}" needs what an application needs`,
    'name it with --qoo, or leave the condition out',
  );
}

/** One of each choice. */
function neededPhases(metric: LoadMetric): readonly (readonly LoadPhaseName[])[] {
  switch (metric) {
    case 'down.goodput':
      return [['down', 'both']];
    case 'up.goodput':
      return [['up', 'both']];
    case 'idle.p50':
      return [['idle']];
    case 'loaded.p50':
    case 'loaded.p99':
    case 'rpm':
    case 'qoo':
      return [['down', 'up', 'both']];
    case 'down.increase.p50':
      return [['idle'], ['down']];
    case 'up.increase.p50':
      return [['idle'], ['up']];
  }
}

function isMetric(name: string): name is LoadMetric {
  return Object.hasOwn(LOAD_METRICS, name);
}

function limitOf(value: string, metric: LoadMetric, text: string): number {
  const quantity = LOAD_METRICS[metric];
  const limit = parseAs(quantity, value);
  if (limit !== undefined) return limit;
  const other = (['time', 'rate'] as const).find((one) => parseAs(one, value) !== undefined);
  if (other !== undefined && parseAs('rpm', value) === undefined) {
    throw usage(`"${text}" compares ${metric} with ${QUANTITIES[other]}`, UNITS[quantity]);
  }
  const what = parseAs('rpm', value) === undefined ? `ends with "${value}"` : 'has a number without its unit';
  throw usage(`"${text}" ${what}`, UNITS[quantity]);
}

/** A rate takes a unit, too: what `--rate` takes bare would be a million times too little by mistake. */
function parseAs(quantity: LoadQuantity, value: string): number | undefined {
  const isBare = /^\d{1,15}(?:\.\d+)?$/.test(value);
  switch (quantity) {
    case 'rate':
      return isBare ? undefined : parseShortRate(value);
    case 'time':
      return isBare && Number(value) !== 0 ? undefined : parseTimeNs(value);
    case 'rpm':
    case 'score':
      return isBare ? Number(value) : undefined;
  }
}
