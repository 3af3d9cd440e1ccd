/**
 * A store for what must not stop: writing to it never fails and is never waited for. What the store behind it does not take at the
 * moment (its disk is full, its file is locked, replaced or not to be opened) waits in memory and is tried again, more and more
 * seldom, until it is taken. Reading is what the store behind it can do: it may fail, and says why.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { EcholotError } from '../../core/errors.ts';
import type { Batch, Store, StoreState } from './store.ts';
import { createWaiting, type WaitingLimits } from './waiting.ts';

export interface Trouble {
  /** Why nothing can be written, without a full stop. */
  readonly text: string;
  readonly advice: string | undefined;
}

export interface Mended {
  readonly troubleMs: number;
  /** That were given up during it. */
  readonly lostIntervals: number;
}

export interface KeepingOptions extends Partial<WaitingLimits> {
  /** Opens the store behind it: at once, and again for as long as it fails. */
  readonly open: () => Promise<Store>;
  /** What is told of a place that never could be opened. */
  readonly place: string;
  readonly timekeeper: Timekeeper;
  /** Once for each reason, however often it is tried. */
  readonly onTrouble?: (trouble: Trouble) => void;
  readonly onMended?: (mended: Mended) => void;
}

/** Half a day of ten targets that are measured every 10 s. */
const DEFAULT_MAX_INTERVALS = 50_000;
const DEFAULT_MAX_BYTES = 67_108_864;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Of faults of echolot in a row: then the fault is in what was to be written, which is given up for what comes after it. */
const MOST_FAULTS = 3;
const NS_PER_MS = 1_000_000n;

interface Spell extends Trouble {
  readonly sinceNs: bigint;
  readonly lostBefore: number;
}

export function createKeepingStore(options: KeepingOptions): Store {
  const { open, place, timekeeper, onTrouble, onMended } = options;
  const { maxIntervals = DEFAULT_MAX_INTERVALS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const waiting = createWaiting({ maxIntervals, maxBytes });
  /** By name, that are not in the store yet: as many as there are names. */
  const notes = new Map<string, string>();
  let store: Store | undefined;
  let spell: Spell | undefined;
  let upkeepDueMs: number | undefined;
  let retryMs = FIRST_RETRY_MS;
  let cancelRetry = (): void => {};
  let faults = 0;
  let isBusy = false;
  let round: Promise<void> = Promise.resolve();
  let isClosed = false;

  /** Begins a round unless one is under way. */
  function begin(first?: Batch): void {
    if (!isBusy) round = work(first);
  }

  /** Until nothing is left to do, or the store fails. */
  async function work(first: Batch | undefined): Promise<void> {
    isBusy = true;
    let batch = first;
    try {
      store ??= await open();
      for (;;) {
        batch ??= waiting.take();
        if (batch !== undefined) {
          await store.write(batch);
          batch = undefined;
          faults = 0;
        } else if (notes.size > 0) {
          await writeNote(store, notes);
        } else if (upkeepDueMs !== undefined) {
          const nowMs = upkeepDueMs;
          await store.maintain(nowMs);
          if (upkeepDueMs === nowMs) upkeepDueMs = undefined;
        } else if (spell !== undefined) {
          // Who is told may write of it.
          mend(spell);
        } else break;
      }
    } catch (error) {
      faults = isFault(error) ? faults + 1 : 0;
      if (batch !== undefined) {
        if (faults < MOST_FAULTS) waiting.putBack(batch);
        else waiting.giveUp(batch);
      }
      fail(error);
    } finally {
      isBusy = false;
    }
  }

  function fail(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    const advice = error instanceof EcholotError ? error.advice : undefined;
    const isNews = spell?.text !== text;
    const { sinceNs, lostBefore } = spell ?? {
      sinceNs: timekeeper.nowNs(),
      lostBefore: waiting.lostIntervals,
    };
    spell = { text, advice, sinceNs, lostBefore };
    if (isFault(error)) abandon();
    if (!isClosed) {
      cancelRetry = timekeeper.wakeAt(timekeeper.nowNs() + BigInt(retryMs) * NS_PER_MS, () => begin());
      retryMs = Math.min(LONGEST_RETRY_MS, 2 * retryMs);
    }
    if (isNews) onTrouble?.({ text, advice });
  }

  /** Its thread may have ended, and will never be of use again; the next try opens another. */
  function abandon(): void {
    // What cannot be closed holds nothing.
    store?.close().catch(() => {});
    store = undefined;
  }

  function mend({ sinceNs, lostBefore }: Spell): void {
    spell = undefined;
    retryMs = FIRST_RETRY_MS;
    onMended?.({
      troubleMs: Number((timekeeper.nowNs() - sinceNs) / NS_PER_MS),
      lostIntervals: waiting.lostIntervals - lostBefore,
    });
  }

  async function behind(): Promise<Store> {
    if (isClosed) throw closed();
    // What was written before is there, unless there is trouble.
    if (spell === undefined) await round;
    if (store !== undefined) return store;
    throw new EcholotError('limit', spell?.text ?? `${place} is not open yet`, {
      advice: spell?.advice ?? 'try again in a moment',
    });
  }

  async function close(): Promise<void> {
    cancelRetry();
    isClosed = true;
    await round;
    // What waits has one more try.
    if (waiting.batches > 0 || notes.size > 0) await work(undefined);
    await store?.close();
  }

  let closing: Promise<void> | undefined;
  begin();
  return {
    async write(batch) {
      if (isClosed) throw closed();
      if (isBusy || spell !== undefined) waiting.add(batch);
      else begin(batch);
    },
    note: async (name) => notes.get(name) ?? (await behind()).note(name),
    async keepNote(name, text) {
      if (isClosed) throw closed();
      notes.set(name, text);
      if (spell === undefined) begin();
    },
    async maintain(nowMs) {
      upkeepDueMs = nowMs;
      if (isClosed) throw closed();
      if (spell === undefined) begin();
      await round;
    },
    series: async () => (await behind()).series(),
    summaries: async (query) => (await behind()).summaries(query),
    intervals: async (query) => (await behind()).intervals(query),
    events: async (query) => (await behind()).events(query),
    async state(): Promise<StoreState> {
      if (isClosed) throw closed();
      const bytes = (await store?.state())?.bytes ?? 0;
      return {
        place,
        bytes,
        trouble: spell?.text ?? null,
        waiting: waiting.batches,
        lostIntervals: waiting.lostIntervals,
      };
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** The first of them, which is kept until it is written. */
async function writeNote(store: Store, notes: Map<string, string>): Promise<void> {
  for (const [name, text] of notes) {
    await store.keepNote(name, text);
    if (notes.get(name) === text) notes.delete(name);
    return;
  }
}

/** No trouble of a disk or a file. */
function isFault(error: unknown): boolean {
  return !(error instanceof EcholotError) || error.code === 'internal';
}

function closed(): EcholotError {
  return new EcholotError('internal', 'the store is closed');
}
