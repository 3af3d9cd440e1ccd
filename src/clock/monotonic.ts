/**
 * The real clock: `process.hrtime.bigint`, and wake-ups that are never early. setTimeout alone fires early (its clock is
 * cached for a turn of the event loop) and up to a millisecond late, so it covers all but the last stretch. Of that an
 * {@link Alarm} covers all but the end, once it is worth its thread; the end is polled, a turn of the event loop at a
 * time, and other sessions run in between.
 */
import { Alarm } from './alarm.ts';
import type { Timekeeper } from './clock.ts';

const NS_PER_MS = 1_000_000;
/** setTimeout rounds to whole milliseconds and oversleeps by up to one more. */
export const LAST_STRETCH_NS = 1_500_000;
/** The thread that sleeps and the event loop that it wakes are late by so much, together and as a rule. */
export const END_NS = 200_000n;
/** Last stretches that are polled before a thread is started for those that follow. */
const POLLED_FIRST = 32;
/** The longest delay setTimeout takes without firing at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

let stretches = 0;
let alarm: Alarm | undefined;

/** The alarm, for whoever needs it again and again. */
function readyAlarm(): Alarm | undefined {
  if (++stretches === POLLED_FIRST) alarm = new Alarm();
  return alarm?.isReady ? alarm : undefined;
}

class WakeUp {
  private readonly deadlineNs: bigint;
  private readonly callback: () => void;
  private timeout: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private cancelAlarm: (() => void) | undefined;

  constructor(deadlineNs: bigint, callback: () => void) {
    this.deadlineNs = deadlineNs;
    this.callback = callback;
    this.sleep(Number(deadlineNs - process.hrtime.bigint()));
  }

  readonly cancel = (): void => {
    clearTimeout(this.timeout);
    clearImmediate(this.immediate);
    this.cancelAlarm?.();
  };

  private readonly step = (): void => {
    const leftNs = Number(this.deadlineNs - process.hrtime.bigint());
    if (leftNs > 0) {
      this.sleep(leftNs);
      return;
    }
    this.cancel();
    this.callback();
  };

  private sleep(leftNs: number): void {
    if (leftNs > LAST_STRETCH_NS) {
      const ms = Math.floor((leftNs - LAST_STRETCH_NS) / NS_PER_MS);
      this.timeout = setTimeout(this.step, Math.min(ms, MAX_TIMEOUT_MS));
      return;
    }
    const bell = leftNs > END_NS && this.cancelAlarm === undefined ? readyAlarm() : undefined;
    if (bell === undefined) {
      this.immediate = setImmediate(this.step);
      return;
    }
    this.cancelAlarm = bell.at(this.deadlineNs - END_NS, this.step);
    // In case that it does not ring.
    this.timeout = setTimeout(this.step, Math.ceil(leftNs / NS_PER_MS));
  }
}

export const monotonic: Timekeeper = {
  name: 'process.hrtime.bigint',
  nowNs: process.hrtime.bigint,
  wallMs: Date.now,
  wakeAt: (deadlineNs, callback) => new WakeUp(deadlineNs, callback).cancel,
};
