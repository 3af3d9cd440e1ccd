/** A loop that is held up shows: an operator sees that the server, not the path, was late. */
import { expect, test } from 'vitest';
import { EVERY_MS, LoopDelay } from '../../../src/server/sight/loop-delay.ts';

/** Time that passes only when it is told to. */
function pretendTimers() {
  let nowMs = 0;
  let due: (() => void) | undefined;
  return {
    nowMs: () => nowMs,
    after: (_ms: number, callback: () => void) => {
      due = callback;
      return () => {
        due = undefined;
      };
    },
    /** The wake-up comes so much too late. */
    wake: (lateMs: number) => {
      nowMs += EVERY_MS + lateMs;
      due?.();
    },
  };
}

test('each delay is in its bucket, the longest above all bounds, and nothing is counted after the end', () => {
  const timers = pretendTimers();
  const delay = new LoopDelay(timers);
  for (const lateMs of [0, 1, 30, 400, 3_000]) timers.wake(lateMs);
  delay.stop();
  timers.wake(3_000);
  const { bounds, counts, sum } = delay.buckets;
  expect(Object.fromEntries(counts.map((count, i) => [bounds[i] ?? 'more', count]))).toEqual({
    0.002: 2,
    0.005: 0,
    0.01: 0,
    0.05: 1,
    0.1: 0,
    0.5: 1,
    2: 0,
    more: 1,
  });
  expect(sum).toBeCloseTo(3.431, 9);
});
