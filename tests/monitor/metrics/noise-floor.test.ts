/** How fast this machine is without a path: measured again each hour, and never made up. */
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { type MeasureLoopback, watchNoiseFloor } from '../../../src/monitor/metrics/noise-floor.ts';
import { elapsed } from '../world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function watched(measure: MeasureLoopback) {
  const clock = new VirtualClock();
  const floor = watchNoiseFloor(clock, measure);
  return { floor, pass: async (ms: number): Promise<void> => await clock.drive(elapsed(clock, ms)) };
}

test('the median of the loopback is told from the first run on, and measured anew each hour', async () => {
  const runs = [[30_000, 10_000, 20_000], [50_000]];
  const { floor, pass } = watched(async () => runs.shift() ?? []);
  expect(floor.seconds).toBeNull();
  await pass(MINUTE_MS);
  expect(floor.seconds).toBe(20e-6);
  await pass(HOUR_MS);
  expect(floor.seconds).toBe(50e-6);
});

test('a run that fails, or has no answer, keeps what is known and is made again', async () => {
  let runs = 0;
  const { floor, pass } = watched(async () => {
    runs++;
    if (runs === 2) throw new Error('too many open files');
    return runs === 1 ? [20_000] : [];
  });
  await pass(3 * HOUR_MS + MINUTE_MS);
  expect([runs, floor.seconds]).toEqual([4, 20e-6]);
});

test('the end gives up what is under way, and nothing begins after it', async () => {
  let runs = 0;
  const { floor, pass } = watched((signal) => {
    runs++;
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await floor.stop();
  await pass(2 * HOUR_MS);
  expect([runs, floor.seconds]).toEqual([1, null]);
});
