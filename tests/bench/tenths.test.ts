/** A soak says that a server has stayed as it was only where it has. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flatness, medianInterval, type Tenth } from '../../bench/soak/tenths.ts';

const around = (us: number): number[] => Array.from({ length: 60 }, (_, i) => us * 1_000 + (i % 7) * 10);
const tenth = (change: Partial<Tenth>): Tenth => ({
  p99Ns: around(50),
  residentBytes: [100, 100, 100],
  descriptors: [20, 21, 20],
  cpuShare: 0.2,
  ...change,
});

describe('the end of a soak', () => {
  test('that is as its beginning is called so', () => {
    expect(flatness([tenth({}), tenth({})])).toBe(
      'p99 of the last tenth against the first: the intervals meet\nmemory x1.000, descriptors +0',
    );
  });

  test('that is slower, larger, or has more descriptors is told', () => {
    const told = flatness([
      tenth({}),
      tenth({ p99Ns: around(60), residentBytes: [110, 110, 120], descriptors: [23, 23, 24] }),
    ]);
    expect(told).toContain('do not meet');
    expect(told).toContain('memory x1.100, descriptors +3');
  });
});

test('the interval of a median holds it, and lies within what was seen', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 200 }), (values) => {
      const [low, high] = medianInterval(values);
      const sorted = [...values].sort((a, b) => a - b);
      const middle = sorted[Math.floor((sorted.length - 1) / 2)] as number;
      expect(low).toBeLessThanOrEqual(middle);
      expect(high).toBeGreaterThanOrEqual(middle);
      expect(values).toContain(low);
      expect(values).toContain(high);
    }),
  );
});
