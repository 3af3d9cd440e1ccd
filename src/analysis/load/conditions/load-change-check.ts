/**
 * Conditions held against a comparison of loads. A difference that is not shown is neither passed nor failed, if it would
 * fail.
 */
import { EcholotError } from '../../../core/errors.ts';
import type { ComparedFigure, LoadComparison } from '../../../result/load/load-comparison.ts';
import { isFulfilled } from '../../threshold.ts';
import type { ThresholdFinding } from '../../threshold-check.ts';
import type { LoadChangeThreshold } from './load-change.ts';
import type { AnyThreshold } from './load-threshold.ts';

/**
 * One finding for each condition.
 * @throws EcholotError `usage` for a condition of something else
 */
export function checkLoadChanges(
  comparison: LoadComparison,
  thresholds: readonly AnyThreshold[],
): ThresholdFinding[] {
  return thresholds.map((threshold) => findingOf(requireChange(threshold), comparison));
}

/** @throws EcholotError `usage` */
export function requireChange(threshold: AnyThreshold): LoadChangeThreshold {
  if (threshold.kind === 'load-change') return threshold;
  throw new EcholotError('usage', `"${threshold.text}" is of no change, as a comparison of loads has it`, {
    advice:
      'give a ratio of goodput, such as down.goodput < 0.9x, or a difference, such as up.increase.p50 > +5ms',
  });
}

function findingOf(threshold: LoadChangeThreshold, comparison: LoadComparison): ThresholdFinding {
  const [way] = threshold.metric.split('.');
  const figure = figureOf(threshold, comparison);
  if (figure === undefined) return cannotTell(threshold, `nothing was carried ${way} that can be compared`);
  if (figure.refused !== null) {
    const more = comparison.interleaved ? 'use more --rounds' : 'compare several a side';
    return cannotTell(threshold, `too few loads show how much loads of an unchanged path differ; ${more}`);
  }
  const { value, interval, verdict } = figure;
  if (!isFulfilled(threshold, value)) {
    return { threshold, workload: null, value, interval, finding: 'passed', reason: null };
  }
  if (verdict === 'higher' || verdict === 'lower') {
    return { threshold, workload: null, value, interval, finding: 'failed', reason: null };
  }
  return cannotTell(threshold, 'it is so, but chance explains it as well; use more --rounds');
}

/** Of the direction alone where it was, else of both at once; an increase of both at once is of neither. */
function figureOf({ metric }: LoadChangeThreshold, { figures }: LoadComparison): ComparedFigure | undefined {
  const [way] = metric.split('.');
  if (metric.endsWith('.increase.p50')) {
    return figures.find(({ of, phase }) => of === 'increase' && phase === way);
  }
  const own = figures.filter(({ of, direction }) => of === 'goodput' && direction === way);
  return own.find(({ phase }) => phase === way) ?? own.find(({ phase }) => phase === 'both');
}

function cannotTell(threshold: LoadChangeThreshold, reason: string): ThresholdFinding {
  return { threshold, workload: null, value: null, interval: null, finding: 'cannot-tell', reason };
}
