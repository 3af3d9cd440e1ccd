/** The test behind the verdicts of slow tails: wrong by chance no more often than it says, of any differences. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signFlipRejects } from '../../src/stats/compare/sign-flip.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';

/** All choices of signs. */
function rejectedShare(sizes: readonly number[], alpha: number): number {
  let rejected = 0;
  for (let signs = 0; signs < 2 ** sizes.length; signs++) {
    const differences = sizes.map((size, i) => ((signs >> i) & 1 ? size : -size));
    if (signFlipRejects(differences, alpha)) rejected++;
  }
  return rejected / 2 ** sizes.length;
}

describe('differences whose signs are chance', () => {
  test('are called real no more often than 5 % of all choices of signs, whatever their sizes', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 11 });
    fc.assert(
      fc.property(sizes, (values) => {
        expect(rejectedShare(values, 0.05)).toBeLessThanOrEqual(0.05);
      }),
    );
  });

  test('so too where there are too many to count them all, and one is as large as fifty', () => {
    const random = seededRandom(1);
    let rejected = 0;
    for (let i = 0; i < 1_000; i++) {
      const differences = Array.from(
        { length: 200 },
        (_, at) => (random() < 0.5 ? -1 : 1) * (at === 0 ? 50 : 1 + (at % 7)),
      );
      if (signFlipRejects(differences, 0.05)) rejected++;
    }
    expect(rejected / 1_000).toBeLessThanOrEqual(0.065);
    expect(rejected / 1_000).toBeGreaterThan(0.02);
  });
});

test('six of one sign are more than chance, five can never be', () => {
  expect(signFlipRejects([1, 1, 1, 1, 1, 1], 0.05)).toBe(true);
  expect(signFlipRejects([-3, -1, -4, -1, -5, -9], 0.05)).toBe(true);
  expect(signFlipRejects([9, 9, 9, 9, 9, 0, 0, 0], 0.05)).toBe(false);
  expect(signFlipRejects([1, 1, 1, 1, 1, -1], 0.05)).toBe(false);
  expect(signFlipRejects([], 0.05)).toBe(false);
});

test('counting and the normal approximation meet at fifty', () => {
  for (const sum of [10, 12, 16, 18]) {
    const differences = (n: number): number[] =>
      Array.from({ length: n }, (_, i) => (i < (n + sum) / 2 ? 1 : -1));
    expect(signFlipRejects(differences(50), 0.05)).toBe(signFlipRejects(differences(52), 0.05));
  }
});
