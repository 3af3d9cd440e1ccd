/**
 * A letter for how much others wait while the path works: the median increase of foreign probes in the worse direction,
 * below 5 ms A+, 30 ms A, 60 ms B, 200 ms C, 400 ms D, else F. The bounds are those that measurements from browsers
 * have made known, which take means or maxima of other things: letters of different programs do not compare. Where the
 * interval holds a bound both letters are given, and none where the load did not hold.
 */
import type {
  LatencyStatistics,
  LoadedPhaseStatistics,
  LoadStatistics,
} from '../../../result/load/load-statistics.ts';
import { mostOf } from '../../../stats/extremes.ts';

const NS_PER_MS = 1_000_000;
/** Each letter is for increases below its bound, ms. */
export const GRADE_BOUNDS: readonly (readonly [letter: string, belowMs: number])[] = [
  ['A+', 5],
  ['A', 30],
  ['B', 60],
  ['C', 200],
  ['D', 400],
  ['F', Number.POSITIVE_INFINITY],
];

export function gradeOf(
  idle: LatencyStatistics | null,
  phases: readonly LoadedPhaseStatistics[],
): Pick<LoadStatistics, 'grade' | 'noGrade'> {
  // With both directions at once it is neither's increase.
  const single = phases.filter(({ phase }) => phase !== 'both');
  const graded = single.length > 0 ? single : phases;
  if (graded.length === 0) return { grade: null, noGrade: 'no-load' };
  if (idle === null) return { grade: null, noGrade: 'no-idle' };
  if (graded.some(({ settledAtNs }) => settledAtNs === null)) return { grade: null, noGrade: 'not-settled' };
  const increases = graded.flatMap(({ phase, increase }) => {
    const { value, interval } = increase?.p50 ?? { value: 0, interval: null };
    return interval === null ? [] : [{ phase, value, ...interval }];
  });
  const [worst] = increases.toSorted((a, b) => b.value - a.value);
  if (worst === undefined || increases.length < graded.length) return { grade: null, noGrade: 'no-interval' };
  // That of the greater of them: the other direction may turn out to be the worse one.
  const low = mostOf(increases.map((increase) => increase.low));
  const high = mostOf(increases.map((increase) => increase.high));
  return { grade: { best: letterOf(low), worst: letterOf(high), phase: worst.phase }, noGrade: null };
}

function letterOf(increaseNs: number): string {
  return GRADE_BOUNDS.find(([, belowMs]) => increaseNs < belowMs * NS_PER_MS)?.[0] ?? 'F';
}
