/**
 * How long a monitor keeps what. Long steps are small: the defaults keep a year of ten targets, measured every 10 s with 20
 * probes, in less than 500 MB, and what is asked for most, the last days, as it was measured.
 */
import type { Retention, StepMs } from './store.ts';
import { STEPS_MS } from './store.ts';

const DAY_MS = 86_400_000;

export const DEFAULT_RETENTION: Retention = {
  0: 2 * DAY_MS,
  60000: 14 * DAY_MS,
  900000: 90 * DAY_MS,
  21600000: 400 * DAY_MS,
};

/** What begins before it is too old for its step, Unix ms. */
export function keptFromMs(retention: Retention, stepMs: StepMs, nowMs: number): number {
  return nowMs - retention[stepMs];
}

/** What begins before it is not kept in any step; events neither, Unix ms. */
export function rememberedFromMs(retention: Retention, nowMs: number): number {
  return nowMs - Math.max(...STEPS_MS.map((stepMs) => retention[stepMs]));
}
