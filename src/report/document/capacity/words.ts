import type { CapacityOutcome } from '../../../result/capacity/capacity-result.ts';
import { figureText } from '../../../text/numbers.ts';
import { perSecondText } from '../../../text/units.ts';

/** As rates are asked for. */
const DIGITS = 5;

/** What became of a try. */
export const OUTCOME_WORDS: Readonly<Record<CapacityOutcome, string>> = {
  held: 'held',
  missed: 'missed',
  saturated: 'saturated',
  'not-sent': 'not sent',
  lost: 'connection lost',
  own: 'own thread late',
};

export function capacityText(perSecond: number): string {
  return perSecondText(perSecond, DIGITS);
}

/** `961–1,010`. */
export function rangeText(low: number, high: number): string {
  return [low, high].map((end) => capacityText(end).replace('/s', '')).join('–');
}

/** `missed 4, saturated 2`; '' of none. */
export function outcomesText(outcomes: readonly CapacityOutcome[]): string {
  const kinds = [...Map.groupBy(outcomes, (outcome) => outcome)].sort(([, a], [, b]) => b.length - a.length);
  return kinds
    .map(
      ([kind, all]) => `${OUTCOME_WORDS[kind]}${kinds.length === 1 ? '' : ` ${figureText(all.length, 3)}`}`,
    )
    .join(', ');
}
