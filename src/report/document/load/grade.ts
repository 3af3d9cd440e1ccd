/** One letter for those who want one, with the rule it comes from; none where the figures do not bear it. */
import type { LoadStatistics } from '../../../result/load/load-statistics.ts';
import type { KeyFigure } from '../document.ts';
import { increaseText } from './words.ts';

/** Of the worse direction's median increase, `load-statistics.ts`. */
const RULE = 'A+ <5, A <30, B <60, C <200, D <400 ms';

const NO_GRADE: Readonly<Record<NonNullable<LoadStatistics['noGrade']>, string>> = {
  'no-idle': 'there is no idle phase to compare with',
  'no-load': 'no phase carried data',
  'not-settled': 'the load did not hold',
  'no-interval': 'it was too short for an interval of the increase',
};

export function gradeFigure({ grade, noGrade, loaded }: LoadStatistics): KeyFigure {
  if (grade === null) {
    return {
      name: 'Grade',
      value: 'no grade',
      detail: noGrade === null ? '' : NO_GRADE[noGrade],
    };
  }
  const { best, worst, phase } = grade;
  const increase = loaded.find((one) => one.phase === phase)?.increase;
  const by = increase === null || increase === undefined ? '' : ` ${increaseText(increase.p50)}`;
  const straddles = best === worst ? '' : ', its interval holds a bound';
  return {
    name: 'Grade',
    value: best === worst ? best : `${best} or ${worst}`,
    detail: `${phase}${by}${straddles}: ${RULE}`,
  };
}
