/**
 * Keeps a server within the memory that it was given. Its limits say what clients can make it hold; what the collector has
 * not come to yet, and whatever else the program does, comes on top. Where it gets close, garbage is collected, and
 * newcomers are refused until there is room again: those who are in go on.
 */
import type { Clock } from '../../clock/clock.ts';
import type { ServerCounters } from '../counters.ts';
import type { ServerPlan } from '../plan.ts';
import { collector } from './collector.ts';
import { usedBytes } from './used.ts';

/** Ten times a second: what a fast path brings meanwhile is a tenth of a gigabyte at most, and the bound on payloads is far below. */
const LOOK_MS = 100;
/** Of what there is beside the program itself: from here on garbage is collected before its time. */
const COLLECT_SHARE = 0.5;
/** From here on newcomers are refused, or take the places of others. */
const REFUSE_SHARE = 0.8;
/** Below it they are not any more. */
const EASE_SHARE = 0.7;
/** A collection takes some tens of milliseconds, in which nobody is answered. */
export const COLLECT_NS = 1_000_000_000n;

/** How short memory is, as the threads of a server tell each other. */
export const STRAIN = { none: 0, collect: 1, refuse: 2 } as const;

export interface Watched {
  readonly clock: Clock;
  readonly counters: ServerCounters;
  /** What may be taken. */
  readonly memoryBytes: number;
  /** Of that, what the program takes with nobody there. */
  readonly programBytes: number;
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
    const { counters, memoryBytes, programBytes, usedBytes } = this.watched;
    const share = (usedBytes() - programBytes) / (memoryBytes - programBytes);
    const before = counters.get('strain');
    const refuseShare = before === STRAIN.refuse ? EASE_SHARE : REFUSE_SHARE;
    const strain = share > refuseShare ? STRAIN.refuse : share > COLLECT_SHARE ? STRAIN.collect : STRAIN.none;
    if (strain !== before) counters.set('strain', strain);
    if (strain === STRAIN.none || (this.collectedNs !== undefined && nowNs - this.collectedNs < COLLECT_NS))
      return;
    this.collectedNs = nowNs;
    this.collect ??= collector();
    this.collect();
  }
}

/** @returns none for a server that may take any memory. @param used how much is taken now; by default as the system has it */
export function watchOf(
  { memoryBytes, memory: { programBytes } }: Pick<ServerPlan, 'memory' | 'memoryBytes'>,
  clock: Clock,
  counters: ServerCounters,
  used: () => number = usedBytes,
): MemoryWatch | undefined {
  if (memoryBytes === undefined) return undefined;
  return new MemoryWatch({ clock, counters, memoryBytes, programBytes, usedBytes: used });
}
