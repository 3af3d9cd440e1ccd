/** Taking round trips apart must not make them longer: stamps are asked for only where the rate leaves the time. */
import { expect, test } from 'vitest';
import {
  MAX_STAMPED_PER_SECOND,
  type PacedOptions,
  planPaced,
} from '../../../src/measure/paced/paced-plan.ts';

function stamps(options: Partial<PacedOptions>): boolean {
  return planPaced({ host: 'echo.example', port: 9_900, ...options }).stamps;
}

test('at a low rate, unless told otherwise', () => {
  expect(stamps({ ratesPerSecond: [100] })).toBe(true);
  expect(stamps({ ratesPerSecond: [100, MAX_STAMPED_PER_SECOND] })).toBe(true);
  expect(stamps({ ratesPerSecond: [100], stamps: false })).toBe(false);
});

test('not where any rate is too high, nor in a closed loop at its limit', () => {
  expect(stamps({ ratesPerSecond: [100, MAX_STAMPED_PER_SECOND + 1] })).toBe(false);
  expect(stamps({ ratesPerSecond: [MAX_STAMPED_PER_SECOND + 1], stamps: true })).toBe(false);
  expect(stamps({ connections: 4 })).toBe(false);
});

test('what is neither yes nor no is refused', () => {
  expect(() => stamps({ ratesPerSecond: [100], stamps: 'on' as never })).toThrow(
    'stamps are true or false, not on',
  );
});
