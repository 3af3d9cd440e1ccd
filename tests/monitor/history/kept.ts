/** A store with a path whose past is known, for tests of what is asked of it. */
import type { Interval } from '../../../src/monitor/records/interval.ts';
import type { SeriesKey } from '../../../src/monitor/records/series.ts';
import { createMemoryStore } from '../../../src/monitor/store/memory-store.ts';
import type { Store } from '../../../src/monitor/store/store.ts';
import { EVERY_MS, intervalAt, MIDNIGHT_MS, measured, seriesKey } from '../store/measured.ts';

const MINUTE_MS = 60_000;
export const HOUR_MS: number = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;

export interface Past {
  readonly series?: SeriesKey;
  readonly fromMs?: number;
  /** How long it was measured. */
  readonly lengthMs: number;
  /** From the start of one interval to that of the next; default that of a monitor. */
  readonly everyMs?: number;
  /** Median of the interval that begins then, ns; undefined where there was no answer. */
  readonly medianNs: (fromMs: number) => number | undefined;
  readonly more?: Partial<Interval>;
}

/** All of it written, and summed up as a monitor does. */
export async function keptStore(...pasts: readonly Past[]): Promise<Store> {
  const store = createMemoryStore();
  for (const {
    series = seriesKey('near'),
    fromMs = MIDNIGHT_MS,
    lengthMs,
    everyMs = EVERY_MS,
    medianNs,
    more,
  } of pasts) {
    const intervals = Array.from({ length: Math.floor(lengthMs / everyMs) }, (_, i) => {
      const atMs = fromMs + i * everyMs;
      const ns = medianNs(atMs);
      const interval = ns === undefined ? silent(atMs) : intervalAt(atMs, [0.9 * ns, ns, ns, 1.1 * ns], more);
      return measured(series, interval);
    });
    await store.write({ intervals, events: [] });
    await store.maintain(fromMs + lengthMs);
  }
  return store;
}

function silent(atMs: number): Interval {
  return intervalAt(atMs, [], { failures: { refused: 1 } });
}
