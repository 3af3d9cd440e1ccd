/**
 * The real clock: `process.hrtime.bigint`, and wake-ups that are never early. setTimeout alone fires early
 * (its clock is cached for a turn of the event loop) and up to a millisecond late, so it covers all but the
 * last stretch, which is polled once a turn of the event loop; other sessions run in between.
 */
import type { Timekeeper } from './clock.ts';

const NS_PER_MS = 1_000_000;
/** setTimeout rounds to whole milliseconds and oversleeps by up to one more. */
const POLLED_MS = 1.5;
/** The longest delay setTimeout takes without firing at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export const monotonic: Timekeeper = {
  name: 'process.hrtime.bigint',
  nowNs: process.hrtime.bigint,
  wallMs: Date.now,
  wakeAt(deadlineNs, callback) {
    let timeout: NodeJS.Timeout | undefined;
    let immediate: NodeJS.Immediate | undefined;
    const step = (): void => {
      const leftMs = Number(deadlineNs - process.hrtime.bigint()) / NS_PER_MS;
      if (leftMs <= 0) callback();
      else if (leftMs <= POLLED_MS) immediate = setImmediate(step);
      else timeout = setTimeout(step, Math.min(Math.floor(leftMs - POLLED_MS), MAX_TIMEOUT_MS));
    };
    const leftMs = Number(deadlineNs - process.hrtime.bigint()) / NS_PER_MS;
    if (leftMs > POLLED_MS)
      timeout = setTimeout(step, Math.min(Math.floor(leftMs - POLLED_MS), MAX_TIMEOUT_MS));
    else immediate = setImmediate(step);
    return () => {
      clearTimeout(timeout);
      clearImmediate(immediate);
    };
  },
};
