/** A small comparison of runs that were apart. */
import { analyse } from '../../src/analysis/analyse.ts';
import { compareResults } from '../../src/analysis/compare.ts';
import type { Comparison } from '../../src/result/comparison.ts';
import type { Result } from '../../src/result/result.ts';
import { cleanRecording } from '../analysis/recordings.ts';

/** @param label of side A */
export function comparisonOf(label: string): Comparison {
  const [a, b] = [1, 2].map((seed): Result => {
    const recording = cleanRecording({ runCount: 3, rounds: 5, seed });
    return { ...recording, ...analyse(recording) };
  }) as [Result, Result];
  return compareResults(
    { label, result: a },
    { label: 'b', result: b },
    { tool: a.tool, stop: null, outcome: { status: 'complete', error: null } },
  );
}
