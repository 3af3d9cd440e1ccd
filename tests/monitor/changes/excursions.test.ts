/** How far a path strays by itself: its furthest excursion of about a week. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  conclude,
  KEPT_BLOCKS,
  look,
  noExcursions,
  reachOf,
} from '../../../src/monitor/changes/excursions.ts';

const BLOCK = 60;
const SIZES = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), {
  minLength: 4 * BLOCK,
  maxLength: 20 * BLOCK,
});

test('is no less than the furthest block, however many are forgotten on the way', () => {
  fc.assert(
    fc.property(SIZES, (sizes) => {
      const excursions = noExcursions(10);
      for (const size of sizes) look(excursions, size);
      const whole = Math.floor(sizes.length / BLOCK) - 1;
      const blocks = Array.from({ length: whole }, (_, i) =>
        Math.max(...sizes.slice(i * BLOCK, (i + 1) * BLOCK)),
      );
      expect(reachOf(excursions)).toBeGreaterThanOrEqual(Math.max(...blocks));
    }),
    { numRuns: 50 },
  );
});

test('what led to a change is none of it, an excursion that was one is', () => {
  const excursions = noExcursions(10);
  for (let i = 0; i < 10 * BLOCK; i++) look(excursions, 0.01);
  for (let i = 0; i < 9; i++) look(excursions, 0.5);
  conclude(excursions, null);
  for (let i = 0; i < 10 * BLOCK; i++) look(excursions, 0.01);
  expect(reachOf(excursions)).toBeLessThan(0.1);
  conclude(excursions, 0.5);
  expect(reachOf(excursions)).toBeGreaterThanOrEqual(0.5);
});

test('a week later a change is forgotten, and little is kept meanwhile', () => {
  const excursions = noExcursions(10);
  for (let i = 0; i < 10 * BLOCK; i++) look(excursions, 0.01);
  conclude(excursions, 0.5);
  for (let i = 0; i < KEPT_BLOCKS * BLOCK; i++) look(excursions, 0.01);
  expect(reachOf(excursions)).toBeLessThan(0.1);
  // Ever smaller ones are the worst that can be kept.
  for (let i = 0; i < 3 * KEPT_BLOCKS * BLOCK; i++) look(excursions, 1 / (1 + i));
  expect(excursions.peaks.length).toBeLessThanOrEqual(KEPT_BLOCKS);
});

test('is not known of a path that was hardly seen', () => {
  expect(reachOf(noExcursions(10))).toBeNull();
});
