/**
 * What B's loads show against A's: of each phase that carried data the ratio of goodput, and by how much the increase of
 * the median round trip differs. Pure.
 */

import type { ComparedFigure, LoadFigures } from '../../../result/load/load-comparison.ts';
import type { LoadDirection, LoadPhaseName } from '../../../result/load/load-result.ts';
import type { ComparedVerdict } from '../../../result/turns.ts';
import { levelOfEach } from '../../../stats/compare/together.ts';
import { EQUIVALENCE } from '../../compare.ts';
import {
  answersOfBoth,
  placesOf,
  type RunAnswer,
  type RunsOfSides,
  type Shift,
  shiftOfRuns,
} from '../../compared/compared-runs.ts';

/** An increase that is larger or smaller by less is no difference to anybody: a fifth of the finest bound of the grades. */
export const EQUIVALENT_NS = 1_000_000;

/** What is compared, and how it is told from others. */
interface Question {
  readonly of: ComparedFigure['of'];
  readonly phase: LoadPhaseName;
  readonly direction: LoadDirection | null;
}

/** @param interleaved whether the loads took turns: those of one round are a pair */
export function comparedFigures(sides: RunsOfSides<LoadFigures>, interleaved: boolean): ComparedFigure[] {
  const asked = questionsOf(sides.a).map((question) => ({
    question,
    ...answersOfBoth(answersOf(sides.a, question), answersOf(sides.b, question), interleaved),
  }));
  const answered = asked.filter(({ a, b }) => a.length > 0 && b.length > 0);
  if (answered.length === 0) return [];
  const comparing = { interleaved, nominal: levelOfEach(answered.length), places: placesOf(sides) };
  return answered.map(({ question, a, b }) => figureOf(question, shiftOfRuns(a, b, comparing)));
}

/** What is said of B, by how its interval lies to no difference. */
export function loadVerdictOf({ of, a, b, interval }: Omit<ComparedFigure, 'verdict'>): ComparedVerdict {
  if (interval === null) return 'too-uncertain';
  const { low, high } = interval;
  const same = of === 'goodput' ? 1 : 0;
  if (high < same) return 'lower';
  if (low > same) return 'higher';
  const reachNs = Math.max(EQUIVALENT_NS, EQUIVALENCE * Math.max(Math.abs(a), Math.abs(b)));
  const [least, most] = of === 'goodput' ? [1 / (1 + EQUIVALENCE), 1 + EQUIVALENCE] : [-reachNs, reachNs];
  return low >= least && high <= most ? 'no-difference-shown' : 'too-uncertain';
}

function questionsOf(loads: readonly LoadFigures[]): Question[] {
  const phases = [...new Set(loads.flatMap((load) => load.phases.map(({ phase }) => phase)))];
  return phases.flatMap((phase): Question[] => [
    { of: 'goodput', phase, direction: 'down' },
    { of: 'goodput', phase, direction: 'up' },
    { of: 'increase', phase, direction: null },
  ]);
}

/** Of loads that have one; where nothing arrived there is no ratio. */
function answersOf(loads: readonly LoadFigures[], { of, phase, direction }: Question): RunAnswer[] {
  return loads.flatMap((load): RunAnswer[] => {
    const found = load.phases.find((one) => one.phase === phase);
    if (found === undefined) return [];
    const goodput = direction === 'down' ? found.downBitsPerSecond : found.upBitsPerSecond;
    const value = of === 'increase' ? found.increase : goodput;
    if (value === null || (of === 'goodput' && value <= 0)) return [];
    return [{ run: load, value: SCALES[of].from(value) }];
  });
}

/** Ratios are differences of logarithms. */
const SCALES: Readonly<
  Record<ComparedFigure['of'], { from: (value: number) => number; to: (value: number) => number }>
> = {
  goodput: { from: Math.log, to: Math.exp },
  increase: { from: (value) => value, to: (value) => value },
};

function figureOf(question: Question, shift: Shift): ComparedFigure {
  const { to } = SCALES[question.of];
  const { pairs, a, b, value, interval } = shift;
  const figure: Omit<ComparedFigure, 'verdict'> = {
    ...question,
    pairs,
    ...{ a: to(a), b: to(b), value: to(value) },
    interval: interval === null ? null : { ...interval, low: to(interval.low), high: to(interval.high) },
    refused: interval === null ? 'too-few-loads' : null,
  };
  return { ...figure, verdict: loadVerdictOf(figure) };
}
