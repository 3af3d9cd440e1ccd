/** The search for the number of streams ends, and with as many as the path needs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StreamSearch } from '../../../src/measure/load/stream-search.ts';

test('it stops one stream after those that fill the path, whatever that is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.double({ min: 1e3, max: 1e12, noNaN: true }),
      (needed, each) => {
        const search = new StreamSearch(16);
        let streams = 1;
        for (let i = 0; i < 40; i++) if (search.note(Math.min(streams, needed) * each)) streams++;
        expect(streams).toBe(needed + 1);
      },
    ),
  );
});

test('it never opens more than it may, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }),
      fc.array(fc.double({ min: 0, noNaN: true })),
      (most, rates) => {
        const search = new StreamSearch(most);
        const opened = rates.filter((rate) => search.note(rate)).length;
        expect(opened).toBeLessThan(most);
      },
    ),
  );
});

test('once over it stays over: a later rise is of the path, not of a stream', () => {
  const search = new StreamSearch(16);
  expect([100, 101, 1_000, 10_000].map((rate) => search.note(rate))).toEqual([true, false, false, false]);
});
