/** Every time finds its bin: also those just below and at a power of two, where a rounded logarithm is wrong. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floorLog2 } from '../../src/stats/floor-log2.ts';

test('the exponent of a power of two, and of what lies just below it', () => {
  for (let exponent = 0; exponent <= 53; exponent++) {
    expect(floorLog2(2 ** exponent)).toBe(exponent);
    if (exponent > 0) expect(floorLog2(2 ** exponent - 1)).toBe(exponent - 1);
  }
});

test('of every number, the power of two that is not above it and more than half of it', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (number) => {
      const value = Math.max(1, Math.abs(number));
      const power = 2 ** floorLog2(value);
      expect(power <= value && 2 * power > value).toBe(true);
    }),
  );
});
