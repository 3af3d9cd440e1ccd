/** A monitor's store with targets that were never measured: figures that look like those of paths, the same each time. */
import type { MonitorEvent } from '../../src/monitor/records/event.ts';
import type { FailureReason, Interval } from '../../src/monitor/records/interval.ts';
import type { SeriesKey } from '../../src/monitor/records/series.ts';
import { createMemoryStore } from '../../src/monitor/store/memory-store.ts';
import type { Store } from '../../src/monitor/store/store.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { NanosecondHistogram } from '../../src/stats/histogram.ts';
import type { LiveNote, LiveSource } from '../../src/web/live/live.ts';

/** 2026-11-30 12:00 UTC. */
export const NOW_MS: number = Date.UTC(2026, 10, 30, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS: number = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;

const PROBES = 20;
const RUN_MS = 10_000;

export function key(target: string, kind: SeriesKey['kind'] = 'measure'): SeriesKey {
  return { target, kind, address: '192.0.2.7', port: 4_242, workload: '100 B, 20 probes' };
}

/** Of a run whose answers lie around a median; null for one without any. */
export function run(
  fromMs: number,
  medianNs: number | null,
  { reason = 'timeout', seed = fromMs }: { reason?: FailureReason; seed?: number } = {},
): Interval {
  const counts = {
    ...{ fromMs, toMs: fromMs + RUN_MS, runs: 1, unsentRuns: 0 },
    ...{ skipped: {}, doubts: {} },
  };
  if (medianNs === null) {
    return { ...counts, answeredRuns: 0, probes: 0, answered: 0, failures: { [reason]: 1 }, layers: {} };
  }
  const random = seededRandom(seed % 1_000_003);
  const application = new NanosecondHistogram();
  const kernel = new NanosecondHistogram();
  for (let i = 0; i < PROBES; i++) {
    const slow = random() < 0.04 ? 1 + 2 * random() : 1;
    const ns = medianNs * (0.94 + 0.14 * random() ** 2) * slow;
    application.record(ns);
    kernel.record(ns * 0.93);
  }
  return {
    ...{ ...counts, answeredRuns: 1, probes: PROBES, answered: PROBES, failures: {} },
    layers: { application, kernel },
  };
}

export interface MadeUp {
  readonly target: string;
  readonly medianNs: number;
  /** Ago, ms: without an answer from the first to the second. */
  readonly downFromMs?: number;
  readonly downToMs?: number;
}

/** @param everyMs from one run to the next @param pastMs how long ago the first was */
export async function madeUpStore(
  targets: readonly MadeUp[],
  { pastMs, everyMs = RUN_MS }: { readonly pastMs: number; readonly everyMs?: number },
): Promise<Store> {
  const store = createMemoryStore();
  for (const made of targets) {
    const { target, medianNs, downFromMs = -1, downToMs = 0 } = made;
    const intervals = [];
    for (let atMs = NOW_MS - pastMs; atMs < NOW_MS; atMs += everyMs) {
      const agoMs = NOW_MS - atMs;
      const isDown = agoMs <= downFromMs && agoMs > downToMs;
      const daily = 1 + 0.15 * Math.sin((2 * Math.PI * atMs) / DAY_MS);
      const interval = run(atMs, isDown ? null : medianNs * daily);
      intervals.push({ series: key(target), labels: {}, interval });
    }
    await store.write({ intervals, events: eventsOf(made) });
  }
  await store.maintain(NOW_MS);
  return store;
}

function eventsOf({ target, downFromMs = -1, downToMs = 0 }: MadeUp): MonitorEvent[] {
  if (downFromMs < 0) return [];
  const down: MonitorEvent = {
    ...{ atMs: NOW_MS - downFromMs, kind: 'down', target, facts: {} },
    text: 'does not answer any more: timeout',
  };
  const up: MonitorEvent = {
    ...{ atMs: NOW_MS - downToMs, kind: 'up', target, facts: {} },
    text: 'answers again',
  };
  return downToMs > 0 ? [down, up] : [down];
}

/** What a monitor would tell; a test does. */
export function madeUpLive(): LiveSource & { tell(note: LiveNote): void } {
  const listeners = new Set<(note: LiveNote) => void>();
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (note) => {
      for (const listener of listeners) listener(note);
    },
  };
}
