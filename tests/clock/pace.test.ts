/** The moments of an open loop: a pace that drifts, or is not the one asked for, spoils every figure that stands on it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ARRIVALS, PaceCursor, type PaceSpec } from '../../src/clock/pace.ts';

const NS_PER_S = 1_000_000_000;

function gapsOf(spec: PaceSpec, count: number): Float64Array {
  const cursor = new PaceCursor(spec);
  const gaps = new Float64Array(count);
  let lastNs = 0;
  for (let i = 0; i < count; i++) {
    gaps[i] = cursor.nextNs - lastNs;
    lastNs = cursor.nextNs;
    cursor.advance();
  }
  return gaps;
}

const rates = fc.double({ min: 0.01, max: 1e6, noNaN: true });
const seeds = fc.nat();

describe('even distances', () => {
  test('of a rate that divides a second are whole nanoseconds, each the same, from 0 on', () => {
    const [first, ...others] = gapsOf({ perSecond: 2_000, arrivals: 'uniform', seed: 0 }, 10_000);
    expect(first).toBe(0);
    expect(new Set(others)).toEqual(new Set([500_000]));
  });

  test('do not drift: the ten-millionth probe is where the rate says, to the nanosecond', () => {
    const perSecond = 30_000;
    const cursor = new PaceCursor({ perSecond, arrivals: 'uniform', seed: 0 });
    let worstNs = 0;
    for (let i = 0; i <= 10_000_000; i++) {
      // Whole thirds of 100 us, counted apart.
      const exactNs = Math.floor(i / 3) * 100_000 + ((i % 3) * 100_000) / 3;
      worstNs = Math.max(worstNs, Math.abs(cursor.nextNs - exactNs));
      cursor.advance();
    }
    expect(worstNs).toBeLessThan(0.5);
    expect(cursor.index).toBe(10_000_001);
  });

  test('of any rate are never more than a nanosecond apart from each other', () => {
    fc.assert(
      fc.property(rates, (perSecond) => {
        const [, ...gaps] = gapsOf({ perSecond, arrivals: 'uniform', seed: 0 }, 500);
        for (const gap of gaps) expect(Math.abs(gap - NS_PER_S / perSecond)).toBeLessThan(1);
      }),
    );
  });
});

describe('random distances', () => {
  test('have the mean that the rate says, whatever the seed', () => {
    fc.assert(
      fc.property(rates, seeds, (perSecond, seed) => {
        const count = 20_000;
        const gaps = gapsOf({ perSecond, arrivals: 'poisson', seed }, count);
        const meanNs = gaps.reduce((sum, gap) => sum + gap, 0) / count;
        // Its standard error is that of an exponential distribution; five of them.
        expect(Math.abs((meanNs * perSecond) / NS_PER_S - 1)).toBeLessThan(5 / Math.sqrt(count));
      }),
      { numRuns: 30 },
    );
  });

  test('are exponential over their whole range, not only by their mean', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const count = 20_000;
        const gaps = gapsOf({ perSecond: 1_000, arrivals: 'poisson', seed }, count).sort();
        let distance = 0;
        for (const [i, gap] of gaps.entries()) {
          const expected = 1 - Math.exp(-gap / 1_000_000);
          distance = Math.max(distance, expected - i / count, (i + 1) / count - expected);
        }
        // Kolmogorov and Smirnov: 2.3/sqrt(n) is passed once in twenty thousand times.
        expect(distance).toBeLessThan(2.3 / Math.sqrt(count));
      }),
      { numRuns: 30 },
    );
  });

  test('know nothing of the one before', () => {
    const gaps = gapsOf({ perSecond: 1_000, arrivals: 'poisson', seed: 11 }, 50_000);
    let sum = 0;
    for (let i = 1; i < gaps.length; i++) {
      sum += ((gaps[i] as number) / 1_000_000 - 1) * ((gaps[i - 1] as number) / 1_000_000 - 1);
    }
    expect(Math.abs(sum / gaps.length)).toBeLessThan(0.025);
  });

  test('of another seed are others', () => {
    const [a] = gapsOf({ perSecond: 10, arrivals: 'poisson', seed: 1 }, 1);
    const [b] = gapsOf({ perSecond: 10, arrivals: 'poisson', seed: 2 }, 1);
    expect(a).not.toBe(b);
  });
});

describe('a cursor', () => {
  test('agrees with every other of the same pace, however far apart they are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ARRIVALS),
        rates,
        seeds,
        fc.array(fc.nat(50), { maxLength: 20 }),
        (arrivals, perSecond, seed, leads) => {
          const spec = { perSecond, arrivals, seed };
          const ahead = new PaceCursor(spec);
          const behind = new PaceCursor(spec);
          const moments: number[] = [];
          for (const lead of leads) {
            for (let i = 0; i < lead; i++) {
              moments.push(ahead.nextNs);
              ahead.advance();
            }
            for (let i = 0; i < lead / 2; i++) {
              expect(behind.nextNs).toBe(moments[behind.index]);
              behind.advance();
            }
          }
        },
      ),
    );
  });

  test('never goes back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ARRIVALS), rates, seeds, (arrivals, perSecond, seed) => {
        for (const gap of gapsOf({ perSecond, arrivals, seed }, 200)) expect(gap).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
