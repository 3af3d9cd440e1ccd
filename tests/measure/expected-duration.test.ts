/** The time that a run is said to take, so that nobody breaks off a run of minutes as hung. */
import { expect, test } from 'vitest';
import { type MeasureOptions, planMeasurement } from '../../src/measure/exchange/plan.ts';
import { expectedDurationNs } from '../../src/measure/expected-duration.ts';

function expectedSeconds(options: Partial<MeasureOptions>): number {
  return expectedDurationNs(planMeasurement({ host: 'echo.example', port: 9_900, ...options })) / 1e9;
}

test.each<[what: string, options: Partial<MeasureOptions>, seconds: number]>([
  ['no delay takes as long as the blocks are spread', {}, 3],
  ['ten blocks of ten probes of 12 sizes, and two blocks to warm up', { serverDelayMs: 100 }, 122],
  ['one session of ten probes a size', { serverDelayMs: 100, probes: 10 }, 12],
  ['as many probes as were asked for', { serverDelayMs: 10, probes: 1_000, warmupProbes: 0 }, 120.2],
  ['one session a size without a delay', { probes: 10 }, 0],
  ['as many rounds as a precision needs at least', { serverDelayMs: 100, precision: 0.02 }, 122],
])('%s', (_what, options, seconds) => {
  expect(expectedSeconds(options)).toBeCloseTo(seconds, 6);
});
