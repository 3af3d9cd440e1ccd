/** What is said of the next interval, hour and day comes true as often as it says, whatever the path does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedNext } from '../../../src/monitor/history/expected.ts';
import { levelOf, type Unit, unitsWithin } from '../../../src/monitor/history/units.ts';
import { seededRandom } from '../../../src/stats/distributions/random.ts';
import { PATHS, type Path } from '../paths.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Every so many-th interval of a path is kept: weeks pass quickly, and go on as they did. */
const STRIDE = 60;
const STEP_MS = STRIDE * 10_000;

function unitsOfPath(path: Path, days: number, scale = 1e6): Unit[] {
  return Array.from({ length: (days * DAY_MS) / STEP_MS }, (_, i) => {
    const value = scale * Math.exp(path());
    for (let skipped = 1; skipped < STRIDE; skipped++) path();
    return { fromMs: i * STEP_MS, value };
  });
}

describe('the median of the next day lies in its interval 9 of 10 times', () => {
  test.each([
    'noise 5 %',
    'correlated (10 %, memory 1 h)',
    'by day (15 %, noise 2 %)',
    'busy by day (30 %, steep)',
    'heavy tails (t2, 3 %)',
    'moods (x0.7 to x1.4, minutes to hours)',
  ])('%s', (name) => {
    let held = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const units = unitsOfPath((PATHS[name] as (typeof PATHS)[string])(seededRandom(seed)), 8);
      const expected = expectedNext(unitsWithin(units, 0, 7 * DAY_MS), 'day', 7 * DAY_MS);
      const truth = Math.exp(levelOf(unitsWithin(units, 7 * DAY_MS, 8 * DAY_MS)) as number);
      if (expected !== null && expected.low <= truth && truth <= expected.high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(18);
  });
});

test('a single interval scatters more than the median of an hour', () => {
  const units = unitsOfPath((PATHS['noise 5 %'] as (typeof PATHS)[string])(seededRandom(1)), 5);
  const width = (horizon: 'interval' | 'hour'): number => {
    const { low, high } = expectedNext(units, horizon, 5 * DAY_MS) ?? { low: 0, high: 0 };
    return high - low;
  };
  expect(width('interval')).toBeGreaterThan(width('hour'));
  expect(width('hour')).toBeGreaterThan(0);
});

test('too short a history makes no forecast, rather than a bold one', () => {
  const units = unitsOfPath((PATHS['noise 1 %'] as (typeof PATHS)[string])(seededRandom(2)), 3);
  expect(expectedNext(units, 'day', 3 * DAY_MS)).toBeNull();
  expect(expectedNext(units, 'hour', 3 * DAY_MS)).not.toBeNull();
  expect(expectedNext([], 'day', 0)).toBeNull();
  expect(expectedNext(units.slice(0, 1), 'interval', STEP_MS)).toBeNull();
});

test('a day that was not measured is no day of zero', () => {
  const units = unitsOfPath((PATHS['noise 1 %'] as (typeof PATHS)[string])(seededRandom(3)), 10);
  const holed = units.filter(({ fromMs }) => fromMs < 4 * DAY_MS || fromMs >= 5 * DAY_MS);
  const { low, high, value } = expectedNext(holed, 'day', 10 * DAY_MS) ?? { low: 0, high: 0, value: 0 };
  expect(value).toBeGreaterThan(0.99e6);
  expect(high / low).toBeLessThan(1.02);
});

const SCALE = fc.constantFrom(1e-3, 0.25, 1, 8, 1e6);

test('all times as long as before: so is all that is said', () => {
  fc.assert(
    fc.property(fc.nat({ max: 100 }), SCALE, (seed, factor) => {
      const path = (PATHS['noise 5 %'] as (typeof PATHS)[string])(seededRandom(seed));
      const units = unitsOfPath(path, 5);
      const larger = units.map(({ fromMs, value }) => ({ fromMs, value: value * factor }));
      for (const horizon of ['interval', 'hour', 'day'] as const) {
        const [one, other] = [units, larger].map((all) => expectedNext(all, horizon, 5 * DAY_MS));
        expect(other?.low).toBeCloseTo((one?.low ?? Number.NaN) * factor, -Math.log10(factor * 1e6) + 6);
        expect(other?.forecasts).toBe(one?.forecasts);
      }
    }),
    { numRuns: 5 },
  );
});

test('constant times are expected to be what they are', () => {
  const units = unitsOfPath(() => 0, 6);
  const expected = expectedNext(units, 'day', 6 * DAY_MS);
  expect(expected?.low).toBeCloseTo(1e6, 3);
  expect(expected?.high).toBeCloseTo(1e6, 3);
});

test('no figure is NaN, whatever is missing', () => {
  const UNITS = fc.array(
    fc.record({
      fromMs: fc.integer({ min: 0, max: 8 * DAY_MS }),
      value: fc.double({ min: 1e-9, max: 1e15, noNaN: true }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(UNITS, fc.constantFrom('interval', 'hour', 'day'), (units, horizon) => {
      const ascending = units.sort((a, b) => a.fromMs - b.fromMs);
      const expected = expectedNext(ascending, horizon, 8 * DAY_MS);
      if (expected === null) return;
      expect(expected.low).toBeLessThanOrEqual(expected.value);
      expect(expected.high).toBeGreaterThanOrEqual(expected.value);
    }),
    { numRuns: 30 },
  );
});
