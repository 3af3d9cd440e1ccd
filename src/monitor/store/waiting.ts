/**
 * What waits to be written, in the order in which it came, packed, within a bound: where more comes than may wait the oldest are
 * given up, since what is measured now tells more of the trouble than what was measured before it.
 */
import type { MonitorEvent } from '../records/event.ts';
import { bytesOf, type PackedInterval, packInterval, unpackInterval } from './packed/packed-interval.ts';
import type { Batch, Measured } from './store.ts';

export interface WaitingLimits {
  /** Events count as one, too. */
  readonly maxIntervals: number;
  readonly maxBytes: number;
}

export interface Waiting {
  add(batch: Batch): void;
  /** Of what could not be written, before all others. */
  putBack(batch: Batch): void;
  /** What never can be written. */
  giveUp(batch: Batch): void;
  /** The oldest, so many at once as a store takes in one go; undefined where nothing waits. */
  take(): Batch | undefined;
  /** Batches of {@link take}, rounded up. */
  readonly batches: number;
  /** That were given up. */
  readonly lostIntervals: number;
}

const MOST_AT_ONCE = 100;
/** Of an event beside its text. */
const EVENT_BYTES = 300;

type Entry = { readonly bytes: number } & (
  | { readonly event: MonitorEvent }
  | { readonly measured: Omit<Measured, 'interval'>; readonly packed: PackedInterval }
);

export function createWaiting({ maxIntervals, maxBytes }: WaitingLimits): Waiting {
  let entries: Entry[] = [];
  let bytes = 0;
  let lostIntervals = 0;

  function keepWithinBound(): void {
    let lost = 0;
    while (entries.length - lost > maxIntervals || bytes > maxBytes) {
      const entry = entries[lost];
      if (entry === undefined) break;
      lost++;
      bytes -= entry.bytes;
      if ('packed' in entry) lostIntervals++;
    }
    if (lost > 0) entries = entries.slice(lost);
  }

  function added(batch: Batch): Entry[] {
    const fresh = entriesOf(batch);
    bytes += fresh.reduce((sum, entry) => sum + entry.bytes, 0);
    return fresh;
  }

  return {
    add(batch) {
      entries.push(...added(batch));
      keepWithinBound();
    },
    putBack(batch) {
      entries = [...added(batch), ...entries];
      keepWithinBound();
    },
    giveUp({ intervals }) {
      lostIntervals += intervals.length;
    },
    take() {
      if (entries.length === 0) return undefined;
      const taken = entries.slice(0, MOST_AT_ONCE);
      entries = entries.slice(MOST_AT_ONCE);
      bytes -= taken.reduce((sum, entry) => sum + entry.bytes, 0);
      return batchOf(taken);
    },
    get batches() {
      return Math.ceil(entries.length / MOST_AT_ONCE);
    },
    get lostIntervals() {
      return lostIntervals;
    },
  };
}

function entriesOf({ intervals, events }: Batch): Entry[] {
  return [
    ...intervals.map(({ interval, ...measured }) => {
      const packed = packInterval(interval, 0);
      return { measured, packed, bytes: bytesOf(packed) };
    }),
    ...events.map((event) => ({ event, bytes: EVENT_BYTES + event.text.length })),
  ];
}

function batchOf(entries: readonly Entry[]): Batch {
  return {
    intervals: entries.flatMap((entry) =>
      'packed' in entry ? { ...entry.measured, interval: unpackInterval(entry.packed) } : [],
    ),
    events: entries.flatMap((entry) => ('event' in entry ? entry.event : [])),
  };
}
