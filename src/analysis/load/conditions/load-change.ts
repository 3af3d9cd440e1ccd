/**
 * Conditions of what B's loads are against A's, such as `down.goodput < 0.9x` or `up.increase.p50 > +5ms`: goodput by
 * its ratio, an increase by its difference, which has a sign so that nobody takes it for the increase itself.
 */
import { usage } from '../../../core/errors.ts';
import { parseTimeNs } from '../../../text/quantity.ts';
import { type Operator, ratioOf } from '../../threshold.ts';
import { partsOf } from './load-condition.ts';

export interface LoadChangeThreshold {
  /** As it was given, with single blanks. */
  readonly text: string;
  readonly metric: LoadChangeMetric;
  /** Fulfilled, the comparison has failed. */
  readonly operator: Operator;
  /** B over A, or B less A in ns. */
  readonly limit: number;
  readonly kind: 'load-change';
}

export type LoadChangeMetric = 'down.goodput' | 'up.goodput' | 'down.increase.p50' | 'up.increase.p50';

const METRICS: readonly LoadChangeMetric[] = [
  'down.goodput',
  'up.goodput',
  'down.increase.p50',
  'up.increase.p50',
];
const FORM = 'write it as in down.goodput < 0.9x or up.increase.p50 > +5ms';

/** Whether a condition is of a change, right or wrong: its value is a ratio, or has a sign. */
export function isOfChange(given: string): boolean {
  return /[<>]=?\s*(?:[+-]|.*[x%]\s*$)/i.test(given);
}

/** Whether loads are compared by it. */
export function hasChange(metric: string): metric is LoadChangeMetric {
  return METRICS.some((one) => one === metric);
}

/** @throws EcholotError `usage` when it is no condition of a change, in words that say what there is */
export function parseLoadChange(given: string): LoadChangeThreshold {
  const { text, name: metric, operator, value } = partsOf(given, FORM);
  if (!hasChange(metric)) {
    throw usage(`no comparison of loads has a change of ${metric}`, `it has those of ${METRICS.join(', ')}`);
  }
  return { text, metric, operator, limit: limitOf(value, metric, operator, text), kind: 'load-change' };
}

function limitOf(value: string, metric: LoadChangeMetric, operator: Operator, text: string): number {
  if (metric === 'down.goodput' || metric === 'up.goodput') {
    const ratio = ratioOf(value, operator, text);
    if (ratio !== undefined) return ratio;
    throw usage(
      `"${text}" gives no ratio, by which goodput is compared`,
      'write 0.9x, or -10% for less by so much',
    );
  }
  const [, sign, time = ''] = /^([+-])\s?(.+)$/.exec(value) ?? [];
  const ns = parseTimeNs(time);
  if (sign !== undefined && ns !== undefined) return sign === '-' ? -ns : ns;
  throw usage(
    `"${text}" gives no difference, by which an increase is compared`,
    'write +5ms for longer by so much than that of A, or -5ms',
  );
}
