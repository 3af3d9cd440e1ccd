/** What is known of a capacity by a search that ended before an end of it was sure: how far it held, and what ended the search. */
import type { CapacityResult } from '../../../result/capacity/capacity-result.ts';
import { durationWords } from '../labels.ts';
import { capacityText, outcomesText } from './words.ts';

export interface TriedEnds {
  /** The highest rate that held more often than not; undefined where none did. */
  readonly held: number | undefined;
  /** The lowest above it that did not, not by this program's fault alone. */
  readonly failed: number | undefined;
}

/** What tries show where nothing is sure. */
export function triedEnds({ perSecond, rates }: CapacityResult['statistics']): TriedEnds {
  const most = perSecond ?? Number.POSITIVE_INFINITY;
  const held = rates.findLast((rate) => rate.perSecond <= most && 2 * rate.held > rate.tries)?.perSecond;
  const failed = rates.find(
    (rate) =>
      rate.perSecond > (held ?? 0) && 2 * rate.held <= rate.tries && rate.held + rate.own < rate.tries,
  )?.perSecond;
  return { held, failed };
}

export function isOverTime({ durationNs, plan }: Pick<CapacityResult, 'durationNs' | 'plan'>): boolean {
  return durationNs > plan.maxTimeNs;
}

/** The figure and its detail. */
export function openFigure(result: CapacityResult): { readonly value: string; readonly detail: string } {
  const { tries, statistics, durationNs, plan } = result;
  if (tries.length === 0) {
    const first = `the first try, at ${capacityText(plan.fromPerSecond)},`;
    return {
      value: 'not known',
      detail: `${first} had not come to its end after ${durationWords(durationNs)}`,
    };
  }
  return { value: openValue(statistics), detail: `${openWords(result)}; ${endWords(result)}` };
}

function openValue(statistics: CapacityResult['statistics']): string {
  const { perSecond, lowPerSecond: low } = statistics;
  const { held, failed } = triedEnds(statistics);
  const least = low ?? held;
  if (least !== undefined && failed !== undefined) return `about ${capacityText(perSecond ?? least)}`;
  if (least !== undefined) return `at least ${capacityText(least)}`;
  return failed === undefined ? 'not known' : `below ${capacityText(failed)}`;
}

function openWords({ statistics, tries, plan: { condition } }: CapacityResult): string {
  const { lowPerSecond: low, highPerSecond: high } = statistics;
  const { held, failed } = triedEnds(statistics);
  if (low !== null) return `at least ${capacityText(low)} with 97.5 %, the other end is not sure`;
  if (high !== null) return `below ${capacityText(high)} with 97.5 %, the other end is not sure`;
  if (held === undefined) {
    if (failed === undefined) return 'this program was late in each try, which says nothing of the server';
    const outcomes = tries.map(({ outcome }) => outcome);
    // What came of them says what to do.
    return outcomes.includes('held')
      ? `${condition} did not hold there, the lowest rate tried, more often than it did`
      : `no try held: ${outcomesText(outcomes)}`;
  }
  return failed === undefined
    ? `${condition} held there, and nothing above it is known`
    : `${condition} held at ${capacityText(held)}, not at ${capacityText(failed)}, neither is sure`;
}

/** What ended it, and what to do about that. */
function endWords(result: CapacityResult): string {
  const { status } = result.outcome;
  if (status === 'cancelled') return 'cut short';
  if (status === 'failed') return 'the search failed before it was sure';
  if (isOverTime(result))
    return 'a longer --max-time makes it sure, and where tries disagree a longer --duration';
  return 'where tries disagree a longer --duration makes it sure';
}
