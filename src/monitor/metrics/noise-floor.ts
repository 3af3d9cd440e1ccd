/**
 * What a round trip takes where there is no path at all: on the loopback of this machine, measured in the same way as targets
 * are. Who is told of a path that is no slower than that is told of this machine. Measured at the start and each hour.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { quantile, sorted } from '../../stats/quantile/quantiles.ts';

const EVERY_NS = 3_600_000_000_000n;
const NS_PER_S = 1e9;

/** One short run on the loopback. @returns its round trips, ns @throws where there can be none */
export type MeasureLoopback = (signal: AbortSignal) => Promise<readonly number[]>;

export interface NoiseFloor {
  /** The median of the last run that came to its end; null before the first. */
  readonly seconds: number | null;
  /** Gives up what is under way. */
  stop(): Promise<void>;
}

export function watchNoiseFloor(timekeeper: Timekeeper, measure: MeasureLoopback): NoiseFloor {
  const abort = new AbortController();
  let seconds: number | null = null;
  let cancelWake = (): void => {};
  let running: Promise<void>;

  async function look(): Promise<void> {
    // Where it cannot be measured this time, what is known stays.
    const rttNs = await measure(abort.signal).catch(() => []);
    if (abort.signal.aborted) return;
    if (rttNs.length > 0) seconds = quantile(sorted(rttNs), 0.5) / NS_PER_S;
    cancelWake = timekeeper.wakeAt(timekeeper.nowNs() + EVERY_NS, begin);
  }

  function begin(): void {
    running = look();
  }

  running = look();
  return {
    get seconds() {
      return seconds;
    },
    async stop() {
      abort.abort();
      cancelWake();
      await running;
    },
  };
}
