/**
 * Keeps a server within the memory that it was given. Its limits say what clients can make it hold; what the collector has
 * not come to yet, and whatever else the program does, comes on top. Where it gets close, garbage is collected, and
 * newcomers are refused until there is room again: those who are in go on.
 */
import type { Clock } from '../../clock/clock.ts';
import type { ServerCounters } from '../counters.ts';
import { collector } from './collector.ts';

/** Ten times a second: what a fast path brings meanwhile is a tenth of a gigabyte at most, and the bound on payloads is far below. */
const LOOK_MS = 100;
/** From here on newcomers are refused. */
const STRAIN_SHARE = 0.92;
/** Below it they are not any more. */
const EASE_SHARE = 0.86;
/** A collection takes some tens of milliseconds, in which nobody is answered. */
const COLLECT_NS = 2_000_000_000n;

export interface Watched {
  readonly clock: Clock;
  readonly counters: ServerCounters;
  /** What may be taken. */
  readonly memoryBytes: number;
  /** What is taken now. */
  readonly usedBytes: () => number;
}

export class MemoryWatch {
  private readonly watched: Watched;
  private timer: NodeJS.Timeout | undefined;
  private collectedNs: bigint | undefined;
  private collect: (() => void) | undefined;

  constructor(watched: Watched) {
    this.watched = watched;
  }

  start(): void {
    // That of a server that measures would keep a processor busy to be exact.
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
    this.look();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  look(): void {
    const nowNs = this.watched.clock.nowNs();
    const { counters, memoryBytes, usedBytes } = this.watched;
    const share = usedBytes() / memoryBytes;
    const wasStrained = counters.get('strain') > 0;
    const isStrained = share > (wasStrained ? EASE_SHARE : STRAIN_SHARE);
    if (isStrained !== wasStrained) counters.set('strain', isStrained ? 1 : 0);
    if (!isStrained || (this.collectedNs !== undefined && nowNs - this.collectedNs < COLLECT_NS)) return;
    this.collectedNs = nowNs;
    this.collect ??= collector();
    this.collect();
  }
}
