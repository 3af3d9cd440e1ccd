/** Conditions of a capacity: what they decide, also where the capacity has one bound only. */
import { describe, expect, test } from 'vitest';
import { checkCapacityThresholds } from '../../../src/analysis/capacity/capacity-threshold-check.ts';
import { parseAnyThreshold } from '../../../src/analysis/load/conditions/load-threshold.ts';
import { checkThresholds } from '../../../src/analysis/threshold-check.ts';
import { findingLine } from '../../../src/cli/show/threshold-report.ts';
import type { CapacityTryRecord } from '../../../src/result/capacity/capacity-result.ts';
import type { Result } from '../../../src/result/result.ts';
import { BRACKET, capacityResult, FOUND, PLAN, repeat } from './capacity-results.ts';

const AT_LEAST = capacityResult(repeat(7, 500), { plan: { ...PLAN, fromPerSecond: 500, maxPerSecond: 500 } });
const BELOW = capacityResult(repeat(7, 100, 'missed'));

function line(text: string, result = capacityResult()): string {
  return checkCapacityThresholds(result, [parseAnyThreshold(text)])
    .map(findingLine)
    .join();
}

describe('a capacity that was found', () => {
  test.each([
    ['capacity < 900/s', 'passed: capacity < 900/s: 982.8/s'],
    ['capacity<1200/s', 'failed: capacity<1200/s: 982.8/s'],
    ['capacity >= 100/s', 'failed: capacity >= 100/s: 982.8/s'],
  ])('%s', (text, told) => {
    expect(line(text)).toBe(told);
  });

  test('whose interval holds the limit says so', () => {
    expect(line('capacity < 1000/s')).toContain('its interval 958.8 to 1007/s holds the limit');
  });
});

describe('a capacity with one bound decides what that can', () => {
  test.each([
    ['at least 500, and 400 is enough', 'capacity < 400/s', AT_LEAST, /^passed.*500\/s/],
    ['at least 500, and 600 is asked for', 'capacity < 600/s', AT_LEAST, /^cannot tell/],
    ['below 100, and 200 is asked for', 'capacity < 200/s', BELOW, /^failed.*100\/s/],
    ['below 100, and 50 is enough', 'capacity < 50/s', BELOW, /^cannot tell/],
    ['nothing sure', 'capacity < 50/s', capacityResult(BRACKET), /^cannot tell/],
  ] as const)('%s', (_what, text, result, told) => {
    expect(line(text, result)).toMatch(told);
  });
});

test.each([
  ['capacity < fast', /give probes a second/],
  ['capacity', /no condition/],
  ['capacity.p99 < 900/s', /does not have/],
])('%s is refused', (text, words) => {
  let told = '';
  try {
    parseAnyThreshold(text);
  } catch (error) {
    told = `${String(error)} ${(error as { advice?: string }).advice ?? ''}`;
  }
  expect(told).toMatch(words);
});

test('a condition of something else is refused, and one of a capacity elsewhere', () => {
  expect(() => line('rtt.p99 > 2ms')).toThrow(/not of a capacity/);
  const none = { series: [] } as unknown as Result;
  expect(() => checkThresholds(none, [parseAnyThreshold('capacity < 1/s')])).toThrow(/of a capacity/);
});

test('tries of this program make no end sure', () => {
  const tries: readonly CapacityTryRecord[] = [
    ...BRACKET,
    ...repeat(6, 958.83),
    ...repeat(9, 1_007.4, 'own'),
  ];
  expect(capacityResult(tries).statistics).toMatchObject({ lowPerSecond: 958.83, highPerSecond: null });
  expect(capacityResult(FOUND).statistics).toMatchObject({ lowPerSecond: 958.83, highPerSecond: 1_007.4 });
});
