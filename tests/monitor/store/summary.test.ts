import fc from 'fast-check';
import { expect, test } from 'vitest';
import { summaryOf } from '../../../src/monitor/store/summary.ts';
import { NanosecondHistogram } from '../../../src/stats/histogram.ts';

test('a summary says in one pass what the histogram says of each percentile', () => {
  const time = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.double({ min: 0, max: 4e12, noNaN: true }));
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 250 }), (timesNs) => {
      const histogram = NanosecondHistogram.of(timesNs);
      expect(summaryOf(histogram)).toEqual({
        count: timesNs.length,
        minNs: histogram.quantile(0),
        p5Ns: histogram.quantile(0.05),
        p25Ns: histogram.quantile(0.25),
        p50Ns: histogram.quantile(0.5),
        p75Ns: histogram.quantile(0.75),
        p90Ns: histogram.quantile(0.9),
        p99Ns: histogram.quantile(0.99),
        maxNs: histogram.quantile(1),
      });
    }),
  );
});

test('nothing has no summary', () => {
  expect(() => summaryOf(new NanosecondHistogram())).toThrow(RangeError);
});
