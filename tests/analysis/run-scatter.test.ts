/** What runs differ by, beside what their blocks foretell: without it a merged interval says too little. */
import { describe, expect, test } from 'vitest';
import { runScatterOf } from '../../src/analysis/run-scatter.ts';
import { sorted } from '../../src/stats/quantile/quantiles.ts';

function block(run: number, medianNs: number) {
  return { run, samples: sorted([medianNs - 1, medianNs, medianNs + 1]) };
}

describe('the scatter of runs', () => {
  test('is the standard deviation of their medians over the mean: 90 and 110 scatter by 14.1 %', () => {
    const scatter = runScatterOf([block(1, 90), block(1, 90), block(2, 110), block(2, 110)]);
    expect(scatter?.found).toBeCloseTo(Math.sqrt(200) / 100, 12);
  });

  test('is foretold by the blocks of each run: none differ, so nothing is', () => {
    expect(runScatterOf([block(1, 90), block(1, 90), block(2, 110), block(2, 110)])?.foretold).toBe(0);
    const scattered = runScatterOf([block(1, 90), block(1, 110), block(2, 90), block(2, 110)]);
    expect(scattered?.found).toBe(0);
    // The mean of two blocks that vary by 200 varies by 100.
    expect(scattered?.foretold).toBeCloseTo(10 / 100, 12);
  });

  test('is none of a single run, and none where no time passed', () => {
    expect(runScatterOf([block(1, 90), block(1, 110)])).toBeNull();
    const zero = { samples: sorted([0, 0]) };
    expect(
      runScatterOf([
        { run: 1, ...zero },
        { run: 2, ...zero },
      ]),
    ).toBeNull();
  });

  test('of one block a run has nothing to be foretold by', () => {
    expect(runScatterOf([block(1, 90), block(2, 110)])?.foretold).toBeNull();
  });
});
