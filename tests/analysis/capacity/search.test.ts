/** A noisy threshold that is known: how often the interval holds it, and at what cost. */
import { describe, expect, test } from 'vitest';
import { analyseCapacity } from '../../../src/analysis/capacity/analyse-capacity.ts';
import { sureEnds } from '../../../src/analysis/capacity/evidence.ts';
import { MOST_TRIES, nextRate } from '../../../src/analysis/capacity/search.ts';
import { gapOf, type Tried } from '../../../src/analysis/capacity/threshold.ts';
import type {
  CapacityPlanRecord,
  CapacityStatistics,
  CapacityTryRecord,
} from '../../../src/result/capacity/capacity-result.ts';
import { seededRandom } from '../../../src/stats/distributions/random.ts';

const BOUNDS = { fromPerSecond: 100, maxPerSecond: 1e6, precision: 0.05 } as CapacityPlanRecord;

function tried(perSecond: number, outcome: CapacityTryRecord['outcome'] = 'held'): CapacityTryRecord {
  return { perSecond, outcome } as CapacityTryRecord;
}

/** @param softness of the threshold: the wider, the more often a try errs beside it */
function search(
  truth: number,
  softness: number,
  seed: number,
): CapacityStatistics & { readonly tries: number } {
  const random = seededRandom(seed);
  const tries: CapacityTryRecord[] = [];
  for (;;) {
    const rate = nextRate(tries, BOUNDS);
    if (rate === undefined) break;
    const chance = 1 / (1 + Math.exp(Math.log(rate / truth) / softness));
    tries.push(tried(rate, random() < chance ? 'held' : 'missed'));
  }
  return { ...analyseCapacity({ tries, plan: BOUNDS }), tries: tries.length };
}

function searches(softness: number): readonly (ReturnType<typeof search> & { readonly truth: number })[] {
  return Array.from({ length: 200 }, (_, i) => {
    const truth = 300 * 10 ** ((i % 20) / 10);
    return { ...search(truth, softness, i + 1), truth };
  });
}

describe.each([0.0001, 0.01, 0.03, 0.1])('a threshold of softness %d', (softness) => {
  const all = searches(softness);

  test('lies in the interval in 95 of 100 searches at least', () => {
    const wrong = all.filter(
      ({ truth, lowPerSecond, highPerSecond }) =>
        (lowPerSecond ?? 0) > truth || (highPerSecond ?? Number.POSITIVE_INFINITY) < truth,
    );
    expect(wrong.length / all.length).toBeLessThanOrEqual(0.05);
  });

  test('is told within its softness, and the search ends', () => {
    for (const { truth, perSecond, tries } of all) {
      expect(tries).toBeLessThanOrEqual(MOST_TRIES);
      expect(Math.abs(Math.log((perSecond ?? 0) / truth))).toBeLessThan(0.03 + 4 * softness);
    }
  });
});

test('a search does not break off at a rate of 0 where tries of the first rate disagree', () => {
  expect(nextRate([tried(100, 'missed'), tried(100, 'held')], BOUNDS)).toBe(100);
  for (let seed = 1; seed <= 10; seed++) {
    const random = seededRandom(seed);
    const tries: CapacityTryRecord[] = [];
    for (let rate = nextRate(tries, BOUNDS); rate !== undefined; rate = nextRate(tries, BOUNDS)) {
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThanOrEqual(BOUNDS.maxPerSecond);
      tries.push(tried(rate, random() < 0.5 ? 'held' : random() < 0.8 ? 'missed' : 'own'));
    }
  }
});

test('a threshold without noise is found to the precision in two dozen tries', () => {
  for (const { tries, finding, lowPerSecond, highPerSecond } of searches(1e-9)) {
    expect(finding).toBe('found');
    expect(tries).toBeLessThanOrEqual(26);
    expect((highPerSecond ?? 0) / (lowPerSecond ?? 1)).toBeLessThan(1.052);
  }
});

describe('the believed place', () => {
  test('is between what held and what did not', () => {
    expect(gapOf([tried(100), tried(200), tried(400, 'missed')])).toMatchObject({ low: 200, high: 400 });
  });

  test('one odd try does not move it', () => {
    const tries = [tried(100, 'missed'), tried(200), tried(300), tried(400, 'missed'), tried(100)];
    expect(gapOf(tries)).toMatchObject({ low: 300, high: 400 });
  });

  test('of nothing is anywhere', () => {
    expect(gapOf([])).toEqual({ low: 0, high: Number.POSITIVE_INFINITY, middle: 0 });
  });
});

describe('what is sure', () => {
  const bracket = [tried(100), tried(200, 'missed')];
  const repeat = (
    times: number,
    perSecond: number,
    outcome: CapacityTryRecord['outcome'] = 'held',
  ): Tried[] => Array.from({ length: times }, () => tried(perSecond, outcome));

  test('takes six in a row, and no fewer', () => {
    expect(sureEnds([...bracket, ...repeat(5, 120)])).toEqual({ low: null, high: null });
    expect(sureEnds([...bracket, ...repeat(6, 120)])).toEqual({ low: 120, high: null });
    expect(sureEnds([...bracket, ...repeat(6, 160, 'missed')])).toEqual({ low: null, high: 160 });
  });

  test('one that did not hold asks for twelve', () => {
    const odd = [...bracket, ...repeat(3, 120), tried(120, 'missed')];
    expect(sureEnds([...odd, ...repeat(8, 120)]).low).toBeNull();
    expect(sureEnds([...odd, ...repeat(9, 120)]).low).toBe(120);
  });

  test('is nothing where this program was in the way', () => {
    expect(sureEnds([...bracket, ...repeat(9, 160, 'own')]).high).toBeNull();
  });
});

test('a first rate that failed once and then held is tried again, and not a rate of nothing', () => {
  const tries = [tried(100, 'missed'), tried(100)];
  expect(nextRate(tries, BOUNDS)).toBe(100);
});
