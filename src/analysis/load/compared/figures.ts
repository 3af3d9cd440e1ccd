/**
 * What B's loads show against A's: of each phase that carried data the ratio of goodput, and by how much the increase of
 * the median round trip differs. Loads that took turns in random order are compared by their ranks, since of short loads
 * one in ten may have met with something else; of others runs are held against runs. Pure.
 */

import type { ComparedFigure, ComparedVerdict, LoadFigures } from '../../../result/load/load-comparison.ts';
import type { LoadDirection, LoadPhaseName } from '../../../result/load/load-result.ts';
import { shiftOf } from '../../../stats/compare/rank-sum.ts';
import { differenceOfRuns, type RunValue } from '../../../stats/compare/run-difference.ts';
import { levelOfEach } from '../../../stats/compare/together.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import { EQUIVALENCE } from '../../compare.ts';

/** More than anybody runs; the work grows with their square. */
export const MAX_LOADS_A_SIDE = 1_000;
/** An increase that is larger or smaller by less is no difference to anybody: a fifth of the finest bound of the grades. */
export const EQUIVALENT_NS = 1_000_000;

export interface LoadsOfSides {
  readonly a: readonly LoadFigures[];
  readonly b: readonly LoadFigures[];
}

/** What is compared, and how it is told from others. */
interface Question {
  readonly of: ComparedFigure['of'];
  readonly phase: LoadPhaseName;
  readonly direction: LoadDirection | null;
}

/** A value that a load has to a question. */
interface Answer {
  readonly load: LoadFigures;
  readonly value: number;
}

/** @param interleaved whether the loads took turns: those of one round are a pair */
export function comparedFigures(sides: LoadsOfSides, interleaved: boolean): ComparedFigure[] {
  const asked = questionsOf(sides.a).map((question) => {
    const [a, b] = [answersOf(sides.a, question), answersOf(sides.b, question)];
    return { question, ...(interleaved ? paired(a, b) : { a, b }) };
  });
  const answered = asked.filter(({ a, b }) => a.length > 0 && b.length > 0);
  if (answered.length === 0) return [];
  const nominal = levelOfEach(answered.length);
  const places = placesOf(sides);
  return answered.map(({ question, a, b }) =>
    interleaved ? ofPairs(question, a, b, nominal) : ofRuns(question, a, b, nominal, places),
  );
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
function answersOf(loads: readonly LoadFigures[], { of, phase, direction }: Question): Answer[] {
  return loads.flatMap((load): Answer[] => {
    const found = load.phases.find((one) => one.phase === phase);
    if (found === undefined) return [];
    const goodput = direction === 'down' ? found.downBitsPerSecond : found.upBitsPerSecond;
    const value = of === 'increase' ? found.increase : goodput;
    return value === null || (of === 'goodput' && value <= 0) ? [] : [{ load, value }];
  });
}

/** Those of the rounds that both have, in the same order. */
function paired(a: readonly Answer[], b: readonly Answer[]): { readonly a: Answer[]; readonly b: Answer[] } {
  const ofB = new Map(b.map((answer) => [answer.load.round, answer]));
  const both = a.flatMap((answer) => {
    const other = ofB.get(answer.load.round);
    return other === undefined ? [] : [{ answer, other }];
  });
  return { a: both.map(({ answer }) => answer), b: both.map(({ other }) => other) };
}

function ofPairs(
  question: Question,
  a: readonly Answer[],
  b: readonly Answer[],
  nominal: number,
): ComparedFigure {
  const { from } = SCALES[question.of];
  const ofA = a.map(({ value }) => from(value));
  const ofB = b.map(({ value }) => from(value));
  const middle = (values: number[]): number => quantile(sorted(values), 0.5);
  return figureOf(question, a.length, { a: middle(ofA), b: middle(ofB), ...shiftOf(ofA, ofB, nominal) });
}

function ofRuns(
  question: Question,
  a: readonly Answer[],
  b: readonly Answer[],
  nominal: number,
  places: ReadonlyMap<LoadFigures, number>,
): ComparedFigure {
  const { from } = SCALES[question.of];
  const runOf = ({ load, value }: Answer): RunValue => ({ place: places.get(load) ?? 0, value: from(value) });
  return figureOf(question, null, differenceOfRuns(a.map(runOf), b.map(runOf), nominal));
}

/** Ratios are differences of logarithms. */
const SCALES: Readonly<
  Record<ComparedFigure['of'], { from: (value: number) => number; to: (value: number) => number }>
> = {
  goodput: { from: Math.log, to: Math.exp },
  increase: { from: (value) => value, to: (value) => value },
};

function figureOf(
  question: Question,
  pairs: number | null,
  estimate: Pick<ComparedFigure, 'a' | 'b' | 'value' | 'interval'>,
): ComparedFigure {
  const { to } = SCALES[question.of];
  const { a, b, value, interval } = estimate;
  const figure: Omit<ComparedFigure, 'verdict'> = {
    ...question,
    pairs,
    ...{ a: to(a), b: to(b), value: to(value) },
    interval: interval === null ? null : { ...interval, low: to(interval.low), high: to(interval.high) },
    refused: interval === null ? 'too-few-loads' : null,
  };
  return { ...figure, verdict: loadVerdictOf(figure) };
}

/** Of each load its place among those of both sides by the time at which they started. */
function placesOf({ a, b }: LoadsOfSides): Map<LoadFigures, number> {
  const all = [...a, ...b].toSorted((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
  return new Map(all.map((load, place) => [load, place]));
}
