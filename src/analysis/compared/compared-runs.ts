/**
 * Values of the runs of two sides held against each other. Runs that took turns in random order are compared by their
 * ranks, since of short ones one in ten may have met with something else; of others runs are held against runs. Pure.
 */
import { shiftOf } from '../../stats/compare/rank-sum.ts';
import { differenceOfRuns } from '../../stats/compare/run-difference.ts';
import type { Interval } from '../../stats/quantile/interval.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';

/** More than anybody runs; the work grows with their square. */
export const MAX_RUNS_A_SIDE = 1_000;

/** A run of either side, as far as it matters here. */
export interface ComparedRun {
  /** Which pair it is of; null where the runs did not take turns. */
  readonly round: number | null;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface RunsOfSides<R extends ComparedRun> {
  readonly a: readonly R[];
  readonly b: readonly R[];
}

/** What a run has to a question. */
export interface RunAnswer {
  readonly run: ComparedRun;
  /** On a scale of which differences are told; of ratios that of logarithms. */
  readonly value: number;
}

export interface Shift {
  /** Pairs that have it on both sides; null of runs that did not take turns. */
  readonly pairs: number | null;
  /** The middle of a side. */
  readonly a: number;
  readonly b: number;
  /** B's less A's. */
  readonly value: number;
  /** Null where runs are too few. */
  readonly interval: Interval<'rank-sum' | 'run-welch'> | null;
}

/** How runs are held against each other. */
export interface Comparing {
  /** Those of one round are a pair. */
  readonly interleaved: boolean;
  /** The level at which each interval is made. */
  readonly nominal: number;
  /** Of each run its place among those of both sides by the time at which they started. */
  readonly places: ReadonlyMap<ComparedRun, number>;
}

/** Answers to be compared: of runs that took turns those of the rounds that both have, in the same order. */
export function answersOfBoth<A extends { readonly run: ComparedRun }>(
  a: readonly A[],
  b: readonly A[],
  interleaved: boolean,
): { readonly a: readonly A[]; readonly b: readonly A[] } {
  if (!interleaved) return { a, b };
  const ofB = new Map(b.map((answer) => [answer.run.round, answer]));
  const both = a.flatMap((answer) => {
    const other = ofB.get(answer.run.round);
    return other === undefined ? [] : [{ answer, other }];
  });
  return { a: both.map(({ answer }) => answer), b: both.map(({ other }) => other) };
}

/** @throws RangeError when a side has no answer */
export function shiftOfRuns(
  a: readonly RunAnswer[],
  b: readonly RunAnswer[],
  { interleaved, nominal, places }: Comparing,
): Shift {
  if (!interleaved) {
    const placed = ({ run, value }: RunAnswer) => ({ place: places.get(run) ?? 0, value });
    return { pairs: null, ...differenceOfRuns(a.map(placed), b.map(placed), nominal) };
  }
  const [ofA, ofB] = [a.map(({ value }) => value), b.map(({ value }) => value)];
  const middle = (values: readonly number[]): number => quantile(sorted(values), 0.5);
  return { pairs: a.length, a: middle(ofA), b: middle(ofB), ...shiftOf(ofA, ofB, nominal) };
}

/** Of each run its place among those of both sides by the time at which they started. */
export function placesOf<R extends ComparedRun>({ a, b }: RunsOfSides<R>): Map<ComparedRun, number> {
  const all = [...a, ...b].toSorted((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
  return new Map(all.map((run, place) => [run, place]));
}
