/** What the parts of a comparison of paced probes must agree on, beyond the structure of each. */
import type { ComparedPaced, PacedComparison } from '../../result/paced/paced-comparison.ts';
import { runsFault } from './compared-consistency.ts';

/** @returns the first contradiction in words; undefined when there is none */
export function pacedComparisonInconsistency(comparison: PacedComparison): string | undefined {
  const { interleaved, turns, a, b } = comparison;
  if (interleaved !== (turns !== null)) return 'its runs took turns, or not, by what one reads';
  return sideFault(a, 'a', interleaved) ?? sideFault(b, 'b', interleaved);
}

function sideFault({ runs, plan }: ComparedPaced, side: 'a' | 'b', interleaved: boolean): string | undefined {
  const fault = runsFault(runs, side, 'run', interleaved);
  if (fault !== undefined) return fault;
  const planned: readonly (number | null)[] = plan.ratesPerSecond.length === 0 ? [null] : plan.ratesPerSecond;
  for (const [i, { steps }] of runs.entries()) {
    const place = `${side}.runs[${i}]`;
    if (steps.length > planned.length) return `${place} has more steps than were planned`;
    if (steps.some(({ askedPerSecond }) => !planned.includes(askedPerSecond))) {
      return `${place} has a step of another rate than planned`;
    }
    if (steps.some(({ due, missing }) => missing > due)) return `${place} misses more probes than were due`;
  }
  return undefined;
}
