/**
 * Which step answers a query: coarse enough to be quick, fine enough to be looked at, and none whose data of the span has
 * been removed while a longer one still has it.
 */
import { type IntervalQuery, STEPS_MS, type StepMs } from './store.ts';

/** What a series has in the span of the query. */
export interface Kept {
  /** Where the first interval of each step that begins in the span does so, Unix ms; undefined where none does. */
  readonly firstMs: Readonly<Record<StepMs, number | undefined>>;
  /** From the first to the end of the last that was measured in the span, ms. */
  readonly measuredMs: number;
}

/** @returns the finest where the series has nothing in the span at all */
export function chooseStep({ stepMs, points }: Pick<IntervalQuery, 'stepMs' | 'points'>, kept: Kept): StepMs {
  if (stepMs !== undefined) return stepMs;
  const whole = STEPS_MS.filter((step) => reachesBack(step, kept));
  const enough = whole.findLast(
    (step) => step > 0 && points !== undefined && Math.ceil(kept.measuredMs / step) >= points,
  );
  return enough ?? whole[0] ?? STEPS_MS[0];
}

/** Whether no longer step has an interval that is over before the first one of this. */
function reachesBack(step: StepMs, { firstMs }: Kept): boolean {
  const ownMs = firstMs[step];
  if (ownMs === undefined) return false;
  return STEPS_MS.every((other) => {
    const otherMs = firstMs[other];
    return other <= step || otherMs === undefined || otherMs + other > ownMs;
  });
}
