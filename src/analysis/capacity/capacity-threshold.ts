/** Conditions under which a search counts as failed, such as `capacity < 900/s`. */
import { usage } from '../../core/errors.ts';
import { parsePerSecond } from '../../text/quantity.ts';
import { partsOf } from '../load/conditions/load-condition.ts';
import type { Operator } from '../threshold.ts';

export interface CapacityThreshold {
  /** As it was given, with single blanks. */
  readonly text: string;
  readonly metric: 'capacity';
  /** Fulfilled, the search has failed. */
  readonly operator: Operator;
  /** Probes a second. */
  readonly limit: number;
  readonly kind: 'capacity';
}

const OF_CAPACITY = /^capacity\b/;
export const CAPACITY_FORM = 'write it as in capacity < 900/s';

/** Whether it is of a capacity, right or wrong. */
export function isOfCapacity(given: string): boolean {
  return OF_CAPACITY.test(given.trimStart());
}

/** @throws EcholotError `usage` when it is no such condition, in words that say what there is */
export function parseCapacityThreshold(given: string): CapacityThreshold {
  const { text, name, operator, value } = partsOf(given, CAPACITY_FORM);
  if (name !== 'capacity')
    throw usage(`"${text}" is of ${name}, which a capacity does not have`, CAPACITY_FORM);
  const limit = parsePerSecond(value);
  if (limit === undefined)
    throw usage(`"${text}" ends with "${value}"`, 'give probes a second, such as 900/s');
  return { text, metric: 'capacity', operator, limit, kind: 'capacity' };
}
