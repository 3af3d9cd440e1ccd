/** What is published about the clock must be true of clocks that lie on purpose, too. */
import { describe, expect, test } from 'vitest';
import { calibrate } from '../../src/clock/calibrate.ts';
import type { Clock } from '../../src/clock/clock.ts';
import { monotonic } from '../../src/clock/monotonic.ts';

/** A clock whose readings follow a script: the n-th reading, from 0, in ns. */
function scripted(reading: (n: number) => number): Clock {
  let n = 0;
  return { name: 'scripted', nowNs: () => BigInt(reading(n++)), wallMs: () => 0 };
}

describe('calibrate', () => {
  test('a clock that stands still has no resolution to show, and does not claim infinity', () => {
    const quality = calibrate(scripted(() => 42));
    expect(quality).toEqual({ name: 'scripted', resolutionNs: 0, readCostNs: 0 });
  });

  test('a coarse clock is found out: its steps are its resolution, not the time between readings', () => {
    const quality = calibrate(scripted((n) => Math.floor(n / 100) * 1_000_000));
    expect(quality.resolutionNs).toBe(1_000_000);
    expect(quality.readCostNs).toBe(10_000);
  });

  test('a steady clock shows its step and the same cost for each reading', () => {
    const quality = calibrate(scripted((n) => 1_000 + n * 25));
    expect(quality).toMatchObject({ resolutionNs: 25, readCostNs: 25 });
  });

  test('the smallest step counts, wherever it stands', () => {
    const quality = calibrate(scripted((n) => n * 100 + (n === 777 ? 60 : 0)));
    expect(quality.resolutionNs).toBe(40);
  });

  test('an interruption is not taken for the cost of a reading', () => {
    const quality = calibrate(scripted((n) => n * 10 + (n >= 1_000 ? 20_000 : 0)));
    expect(quality).toMatchObject({ resolutionNs: 10, readCostNs: 10 });
  });

  test('a clock that goes back once does not show a negative or zero step', () => {
    const quality = calibrate(scripted((n) => 1_000_000 + n * 30 - (n >= 500 ? 5_000 : 0)));
    expect(quality.resolutionNs).toBe(30);
    expect(quality.readCostNs).toBeGreaterThanOrEqual(0);
  });

  test('readings beyond 2^53 ns, a machine up for 104 days, lose no nanosecond', () => {
    let n = 0n;
    const old: Clock = { name: 'old', nowNs: () => 2n ** 60n + 3n * n++, wallMs: () => 0 };
    expect(calibrate(old)).toMatchObject({ resolutionNs: 3, readCostNs: 3 });
  });

  test('the real clock can tell two readings apart, and says its name', () => {
    const quality = calibrate(monotonic);
    expect(quality.name).toBe('process.hrtime.bigint');
    expect(quality.resolutionNs).toBeGreaterThan(0);
    expect(quality.readCostNs).toBeGreaterThanOrEqual(0);
  });
});
