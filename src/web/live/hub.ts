/**
 * Who watches, and what they are told: that something changed, once a second at most, in one text for all. It tells no
 * figures: whoever wants them asks for the page again, which was drawn once for everybody. Who does not read is dropped,
 * so that no reader costs more memory than another.
 */
import type { LiveNote, LiveSource } from './live.ts';

/** Changes within it are told together. */
export const TOLD_EVERY_MS = 1_000;
/** A proxy, or a telephone that has gone, is noticed by it. */
export const HEARTBEAT_MS = 15_000;
/** What may wait to be read by one of them; some hundred tellings. */
const MOST_WAITING_BYTES = 65_536;
/** More changed targets than this are told as `all of them`. */
const MOST_TARGETS = 50;
/** The first words to each: who has lost the connection comes back after so many ms. */
export const GREETING = 'retry: 3000\n\n';

export interface Watcher {
  write(text: string): void;
  /** What was written and not taken yet. */
  waitingBytes(): number;
  /** Ends it at once, whatever waits. */
  drop(): void;
}

/** @returns a function that cancels it */
export type After = (ms: number, callback: () => void) => () => void;

export interface HubOptions {
  readonly live: LiveSource;
  readonly after: After;
  readonly maxWatchers: number;
}

export interface Hub {
  readonly watchers: number;
  /** Watchers that did not read. */
  readonly dropped: number;
  /** Rises with all that happens to a target, and with all events. */
  versionOf(target: string | undefined): number;
  /** @returns a function for when it has gone; undefined when there are too many */
  join(watcher: Watcher): (() => void) | undefined;
  close(): void;
}

export function createHub({ live, after, maxWatchers }: HubOptions): Hub {
  const watchers = new Set<Watcher>();
  const versions = new Map<string, number>();
  let version = 0;
  let dropped = 0;
  let changed = new Set<string>();
  let hasEvents = false;
  let cancelTelling: (() => void) | undefined;
  let cancelBeat: () => void = () => {};

  function note(one: LiveNote): void {
    version++;
    const target = one.kind === 'interval' ? one.target : one.event.target;
    if (target !== null) {
      versions.set(target, version);
      changed.add(target);
    }
    if (one.kind === 'event') hasEvents = true;
    cancelTelling ??= after(TOLD_EVERY_MS, tell);
  }

  function tell(): void {
    const targets = changed.size > MOST_TARGETS ? null : [...changed];
    const text = `event: change\ndata: ${JSON.stringify({ targets, events: hasEvents })}\n\n`;
    changed = new Set();
    hasEvents = false;
    cancelTelling = undefined;
    writeAll(text);
  }

  function beat(): void {
    writeAll(': alive\n\n');
    cancelBeat = after(HEARTBEAT_MS, beat);
  }

  function writeAll(text: string): void {
    for (const watcher of watchers) {
      if (watcher.waitingBytes() > MOST_WAITING_BYTES) {
        dropped++;
        watchers.delete(watcher);
        watcher.drop();
      } else watcher.write(text);
    }
  }

  const unsubscribe = live.subscribe(note);
  cancelBeat = after(HEARTBEAT_MS, beat);
  return {
    get watchers() {
      return watchers.size;
    },
    get dropped() {
      return dropped;
    },
    versionOf: (target) => (target === undefined ? version : (versions.get(target) ?? 0)),
    join: (watcher) => {
      if (watchers.size >= maxWatchers) return undefined;
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    close: () => {
      unsubscribe();
      cancelTelling?.();
      cancelBeat();
      for (const watcher of watchers) watcher.drop();
      watchers.clear();
    },
  };
}
