import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fingerprint,
  packInterval,
  unpackInterval,
} from '../../../../src/monitor/store/packed/packed-interval.ts';
import { packSummary, unpackSummary } from '../../../../src/monitor/store/packed/packed-summary.ts';
import { sealed, unsealed } from '../../../../src/monitor/store/packed/sealed.ts';
import { summaryOf } from '../../../../src/monitor/store/summary.ts';
import { NanosecondHistogram } from '../../../../src/stats/histogram.ts';
import { intervalAt, MIDNIGHT_MS } from '../measured.ts';

const times = fc.array(fc.integer({ min: 0, max: 3_600_000_000_000 }), { minLength: 1, maxLength: 50 });

test('a summary comes back to the ns', () => {
  fc.assert(
    fc.property(times, (timesNs) => {
      const summary = summaryOf(NanosecondHistogram.of(timesNs));
      const rounded = Object.entries(summary).map(([name, value]) => [name, Math.round(value)]);
      expect(unpackSummary(packSummary(summary))).toEqual(Object.fromEntries(rounded));
    }),
  );
});

test('no change of a byte, and no byte that is missing, goes unseen', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, bits) => {
        const whole = sealed(bytes);
        expect(unsealed(whole)).toEqual(bytes);
        const changed = Uint8Array.from(whole);
        changed[at % whole.length] = (changed[at % whole.length] as number) ^ bits;
        expect(() => unsealed(changed)).toThrow(RangeError);
        expect(() => unsealed(whole.subarray(0, at % whole.length))).toThrow(RangeError);
      },
    ),
  );
});

test('twenty answers take no more than a hundred bytes', () => {
  const near = fc.array(fc.double({ min: 15e6, max: 60e6, noNaN: true }), { minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(near, (timesNs) => {
      expect(packInterval(intervalAt(MIDNIGHT_MS, timesNs), 0).layers.application?.length).toBeLessThan(100);
    }),
  );
});

test('an interval is known again by its fingerprint, and another one by another', () => {
  const interval = intervalAt(MIDNIGHT_MS, [1, 2]);
  const print = fingerprint(packInterval(interval, 0));
  expect(fingerprint(packInterval(intervalAt(MIDNIGHT_MS, [1, 2]), 0))).toBe(print);
  const others = [
    intervalAt(MIDNIGHT_MS + 1, [1, 2]),
    intervalAt(MIDNIGHT_MS, [1, 3]),
    { ...interval, failures: { reset: 1 } },
    { ...interval, layers: { kernel: NanosecondHistogram.of([1, 2]) } },
  ];
  for (const other of others) expect(fingerprint(packInterval(other, 0))).not.toBe(print);
});

test('what is packed for a long step stays as it is when it is packed again', () => {
  fc.assert(
    fc.property(times, (timesNs) => {
      const once = packInterval(intervalAt(MIDNIGHT_MS, timesNs), 21_600_000);
      expect(packInterval(unpackInterval(once), 21_600_000)).toEqual(once);
    }),
  );
});
