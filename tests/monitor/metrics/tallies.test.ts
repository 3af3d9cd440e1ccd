/** Counters only grow while a target is watched: who draws rates of them sees no fall that was none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RTT_BOUNDS, Tallies, type Tally } from '../../../src/monitor/metrics/tallies.ts';
import { FAILURE_REASONS, type Interval, LAYERS } from '../../../src/monitor/records/interval.ts';
import { NanosecondHistogram } from '../../../src/stats/histogram.ts';
import { target } from '../world.ts';
import { interval, UP } from './counted.ts';

/** Everything that a tally has counted, by a name for each. */
function countsOf({ runs, probes, answered, failures, doubts, layers }: Tally): Map<string, number> {
  const ofLayers = [...layers].flatMap(([layer, { counts, exponential, sumSeconds }]) => [
    ...counts.map((n, i) => [`${layer} ${i}`, n] as const),
    ...[...exponential].map(([i, n]) => [`${layer} exponential ${i}`, n] as const),
    [`${layer} sum`, sumSeconds] as const,
  ]);
  return new Map([
    ['runs', runs],
    ['probes', probes],
    ['answered', answered],
    ...failures,
    ...doubts,
    ...ofLayers,
  ]);
}

const counts = fc.nat(1_000);
const times = fc.array(fc.integer({ min: 0, max: 4e12 }), { maxLength: 20 });
const anyInterval: fc.Arbitrary<Interval> = fc
  .record({
    runs: counts,
    probes: counts,
    answered: counts,
    failures: fc.dictionary(fc.constantFrom(...FAILURE_REASONS), counts),
    doubts: fc.dictionary(fc.constantFrom('generator-late', 'syn-resent', '__proto__'), counts),
    layers: fc.dictionary(
      fc.constantFrom(...LAYERS),
      times.map((ns) => NanosecondHistogram.of(ns)),
    ),
  })
  .map(interval);

test('no counter ever falls, whatever is measured, and each time is counted once', () => {
  fc.assert(
    fc.property(fc.array(anyInterval, { minLength: 1, maxLength: 8 }), (all) => {
      const tallies = new Tallies();
      const one = target('a');
      let before = new Map<string, number>();
      for (const each of all) {
        tallies.add(one, each, UP);
        const now = countsOf(tallies.all[0]!);
        for (const [name, n] of before) expect(now.get(name), name).toBeGreaterThanOrEqual(n);
        before = now;
      }
      for (const layer of LAYERS) {
        const measured = all.reduce((sum, { layers }) => sum + (layers[layer]?.count ?? 0), 0);
        const { counts = [], exponential = new Map() } = tallies.all[0]?.layers.get(layer) ?? {};
        expect(counts.reduce((sum, n) => sum + n, 0)).toBe(measured);
        expect([...exponential.values()].reduce((sum, n) => sum + n, 0)).toBe(measured);
      }
    }),
  );
});

test('a time is in the bucket whose bound it does not exceed, and in the last one where it exceeds all', () => {
  const tallies = new Tallies();
  const layers = { application: NanosecondHistogram.of([1, 9_000, 1e6 - 1_000, 1e6 + 2_000, 3_000e9]) };
  tallies.add(target('a'), interval({ layers }), UP);
  const { counts = [] } = tallies.all[0]?.layers.get('application') ?? {};
  const inside = counts.flatMap((n, i) => (n === 0 ? [] : [[RTT_BOUNDS[i] ?? 'more', n]]));
  expect(inside).toEqual([
    [1e-5, 2],
    [1e-3, 1],
    [2e-3, 1],
    ['more', 1],
  ]);
});

describe('a new configuration', () => {
  const [stays, goes, changes] = [target('stays'), target('goes'), target('changes')];
  const changed = target('changes', { probes: 5 });

  function reloaded(): Tallies {
    const tallies = new Tallies();
    for (const one of [stays, goes, changes]) tallies.add(one, interval(), UP);
    tallies.keep([stays, changed, target('comes')].map((one) => ({ target: one, state: UP })));
    return tallies;
  }

  test('keeps the counters of targets that stay, and forgets those that are gone', () => {
    const probes = reloaded().all.map(({ target: { name }, probes }) => [name, probes]);
    expect(Object.fromEntries(probes)).toEqual({ stays: 20, changes: 0, comes: 0 });
  });

  test('counts on where it was', () => {
    const tallies = reloaded();
    tallies.add(stays, interval(), UP);
    expect(tallies.all.find(({ target }) => target === stays)?.probes).toBe(40);
  });
});

test('a target that was not measured yet is counted with nothing, not left out', () => {
  const tallies = new Tallies();
  tallies.keep([{ target: target('a'), state: UP }]);
  expect(tallies.all).toMatchObject([{ runs: 0, probes: 0, answered: 0 }]);
});
