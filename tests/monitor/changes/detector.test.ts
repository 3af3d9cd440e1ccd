/** A path that became another one is told once, in time, and one that only is as it always was is never told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChangeFinding,
  MOST_KEPT,
  newChangeState,
  observe,
} from '../../../src/monitor/changes/detector.ts';
import { isChangeState } from '../../../src/monitor/changes/restore.ts';
import { seededRandom } from '../../../src/stats/distributions/random.ts';
import { normalDraw } from '../../stats/simulate.ts';
import { STEP_MS } from '../intervals.ts';
import { PATHS, type Path, PER_DAY } from '../paths.ts';

const LEARNED = 720;

function watch(values: readonly number[], limit = 1.1, state = newChangeState()): ChangeFinding[] {
  return values.map((value, i) => observe(state, i * STEP_MS, value, limit));
}

function toldOf(findings: readonly ChangeFinding[]): number[] {
  return findings.flatMap(({ verdict }, i) => (verdict === 'changed' ? [i] : []));
}

function draw(path: Path, count: number, times = 1): number[] {
  return Array.from({ length: count }, () => times * Math.exp(path()));
}

function noise(seed: number, share: number): Path {
  const random = seededRandom(seed);
  return () => share * normalDraw(random);
}

describe('a shift of a path', () => {
  test.each([
    ['a tenth, with a limit of 5 %', 1.1, 1.05],
    ['a fifth, with a limit of 10 %', 1.2, 1.1],
    ['a sixth less', 1 / 1.2, 1.1],
    ['twice', 2, 1.1],
  ])('of %s is told once, within ten intervals, 19 of 20 times', (_, times, limit) => {
    let soon = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const path = noise(seed, 0.01);
      const told = toldOf(watch([...draw(path, LEARNED), ...draw(path, 60, times)], limit));
      expect(told.length).toBeLessThanOrEqual(1);
      if (told.every((at) => at >= LEARNED && at < LEARNED + 10) && told.length === 1) soon++;
    }
    expect(soon).toBeGreaterThanOrEqual(19);
  });

  test('is told with what it was, what it is, and since when', () => {
    const path = noise(7, 0.01);
    const findings = watch([...draw(path, LEARNED, 1e6), ...draw(path, 20, 1.5e6)]);
    const told = findings.find(({ verdict }) => verdict === 'changed');
    expect(told?.before).toBeGreaterThan(0.98e6);
    expect(told?.before).toBeLessThan(1.02e6);
    expect(told?.interval?.low).toBeGreaterThan(1.1);
    expect(told?.sinceMs).toBe(LEARNED * STEP_MS);
  });

  test('and the way back are told as what they are', () => {
    const path = noise(3, 0.01);
    const findings = watch([...draw(path, LEARNED), ...draw(path, 60, 1.5), ...draw(path, 300)]);
    expect(toldOf(findings)).toHaveLength(1);
    const back = findings.findIndex(({ verdict }) => verdict === 'back');
    expect(back).toBeGreaterThanOrEqual(LEARNED + 60);
    expect(back).toBeLessThan(LEARNED + 60 + 10);
  });

  test('that comes again and again is soon how the path is', () => {
    const path = noise(4, 0.01);
    const days = Array.from({ length: 40 }, (_, i) => draw(path, 100, i % 2 === 0 ? 1 : 1.5)).flat();
    expect(toldOf(watch([...draw(path, LEARNED), ...days])).length).toBe(1);
  });

  test('that lasts for a day is no excuse for the next one', () => {
    const path = noise(8, 0.01);
    const values = [1, 1.5, 1.95].flatMap((times) => draw(path, 9_000, times));
    expect(toldOf(watch(values))).toHaveLength(2);
  });

  test('of a few intervals is none, however large', () => {
    const path = noise(10, 0.003);
    const spikes = [1, 2, 3].flatMap((length) => [...draw(path, length, 5), ...draw(path, 100)]);
    expect(toldOf(watch([...draw(path, LEARNED), ...spikes]))).toEqual([]);
  });

  test('below the limit is none', () => {
    const path = noise(5, 0.01);
    expect(toldOf(watch([...draw(path, LEARNED), ...draw(path, 2_000, 1.07)]))).toEqual([]);
  });
});

test('a path that strays by itself tells nothing, and says what could be told', () => {
  const path = (PATHS['correlated (10 %, memory 1 h)'] as (typeof PATHS)[string])(seededRandom(2));
  const findings = watch(draw(path, PER_DAY));
  expect(toldOf(findings)).toEqual([]);
  expect(findings.at(-1)?.tellable).toBeGreaterThan(1.2);
  expect(findings.map(({ verdict }) => verdict)).toContain('cannot-tell');
});

test('a steady path is found unchanged, and not only beyond telling', () => {
  expect(watch(draw(noise(6, 0.003), LEARNED)).at(-1)?.verdict).toBe('unchanged');
});

const VALUES = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 600 });

test('constant data never change, of whatever size', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
      fc.integer({ min: 1, max: 1_500 }),
      (value, n) => {
        expect(toldOf(watch(new Array<number>(n).fill(value)))).toEqual([]);
      },
    ),
    { numRuns: 8 },
  );
});

test('no figure is ever NaN, and each lies in its interval', () => {
  fc.assert(
    fc.property(VALUES, (values) => {
      for (const { ratio, interval, before, now, tellable } of watch(values)) {
        for (const figure of [ratio, before, now, tellable]) expect(figure).not.toBeNaN();
        if (ratio === null || interval === null) continue;
        expect(interval.low).toBeLessThanOrEqual(ratio);
        expect(interval.high).toBeGreaterThanOrEqual(ratio);
      }
    }),
    { numRuns: 30 },
  );
});

test('the unit makes no difference', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.constantFrom(2, 1_024, 1 / 4096), (seed, factor) => {
      const path = noise(seed, 0.05);
      const values = [...draw(path, LEARNED), ...draw(path, 60, 1.4)];
      expect(toldOf(watch(values.map((value) => value * factor)))).toEqual(toldOf(watch(values)));
    }),
    { numRuns: 8 },
  );
});

test('a larger limit tells the first change no sooner', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.double({ min: 1.1, max: 2, noNaN: true }),
      (seed, times) => {
        const path = noise(seed, 0.02);
        const values = [...draw(path, LEARNED), ...draw(path, 100, times)];
        const [small = Number.POSITIVE_INFINITY] = toldOf(watch(values, 1.05));
        const [large = Number.POSITIVE_INFINITY] = toldOf(watch(values, 1.2));
        expect(large).toBeGreaterThanOrEqual(small);
      },
    ),
    { numRuns: 8 },
  );
});

test('a restart in the middle changes nothing, and memory is bounded', () => {
  const path = noise(9, 0.03);
  const values = [...draw(path, 3_000), ...draw(path, 300, 1.5)];
  const whole = watch(values);
  const first = newChangeState();
  watch(values.slice(0, 2_000), 1.1, first);
  const restored: unknown = JSON.parse(JSON.stringify(first));
  if (!isChangeState(restored)) throw new Error('it was not read again');
  const rest = values.slice(2_000).map((value, i) => observe(restored, (2_000 + i) * STEP_MS, value, 1.1));
  expect(rest).toEqual(whole.slice(2_000));
  expect(restored.logs.length).toBeLessThanOrEqual(MOST_KEPT);
  expect(JSON.stringify(restored).length).toBeLessThan(50_000);
});

test('what is no ratio is refused', () => {
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => observe(newChangeState(), 0, value, 1.1)).toThrow(RangeError);
  }
  expect(() => observe(newChangeState(), 0, 1, 1)).toThrow(RangeError);
});
