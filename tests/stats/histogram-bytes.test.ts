/** Histograms as bytes for a store, exact and coarse, and bytes that try to do harm. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HIGHEST_NS, NanosecondHistogram } from '../../src/stats/histogram.ts';

const ns = fc
  .double({ min: 0, max: Math.log(HIGHEST_NS), noNaN: true })
  .map((log) => Math.round(Math.exp(log)));
const samples = fc.array(ns, { maxLength: 200 });

test('come back as they were', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const histogram = NanosecondHistogram.of(values);
      expect(NanosecondHistogram.fromBytes(histogram.toBytes()).encode()).toBe(histogram.encode());
    }),
  );
});

test('are of the same times to half the bins that are taken together', () => {
  fc.assert(
    fc.property(samples, fc.integer({ min: 2, max: 255 }), (values, together) => {
      const coarse = NanosecondHistogram.fromBytes(NanosecondHistogram.of(values).toBytes(together));
      expect(coarse.count).toBe(values.length);
      const exact = NanosecondHistogram.of(values).middles();
      for (const [i, time] of coarse.middles().entries()) {
        const exactNs = exact[i] as number;
        // The bins of the next power of two are twice as wide.
        const binNs = Math.max(1, Math.max(exactNs, time) / 1_024);
        expect(Math.abs(time - exactNs)).toBeLessThanOrEqual(((together + 1) / 2) * binNs);
      }
    }),
  );
});

test('do not lose more when they are taken together once more', () => {
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 255 }), (values, together) => {
      const once = NanosecondHistogram.of(values).toBytes(together);
      expect(NanosecondHistogram.fromBytes(once).toBytes(together)).toEqual(once);
    }),
  );
});

test('that are of anything are a histogram or are refused, in bounded time', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        expect(NanosecondHistogram.fromBytes(bytes).count).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 1_000 },
  );
});
