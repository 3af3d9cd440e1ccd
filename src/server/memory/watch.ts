/**
 * Keeps a server within the memory that it was given. Its limits say what clients can make it hold; what the collector has
 * not come to yet, and whatever else the program does, comes on top. Where it gets close, garbage is collected, and
 * newcomers are refused until there is room again: those who are in go on.
 */
import type { Clock } from '../../clock/clock.ts';
import type { ConnectionHandler } from '../../net/connection.ts';
import type { ServerCounters } from '../counters.ts';
import type { ServerPlan } from '../plan.ts';
import { Collecting } from './collecting.ts';
import { messageGarbageBytes } from './formula.ts';
import { Garbage } from './garbage.ts';
import { usedBytes } from './used.ts';

/** What a fast path brings meanwhile is ten megabytes; a look takes some tens of microseconds. */
const LOOK_MS = 10;
const LOOK_BYTES: number = 1024 * 1024;
/** Of what there is beside the program itself: from here on garbage is collected before its time. */
const COLLECT_SHARE = 0.5;
/** From here on newcomers are refused, or take the places of others. */
const REFUSE_SHARE = 0.8;
/** Below it they are not any more. */
const EASE_SHARE = 0.7;
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
  /** Of the thread that looks. */
  readonly garbage: Garbage;
}

export class MemoryWatch {
  private readonly subject: Watched;
  private timer: NodeJS.Timeout | undefined;
  private readonly collecting = new Collecting();
  /** What has come since the last look. */
  private unseenBytes = 0;

  constructor(subject: Watched) {
    this.subject = subject;
  }

  start(): void {
    // That of a server that measures would keep a processor busy to be exact.
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
    this.look();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Where connections are served on this thread, its timer comes late just when there is most to look after. */
  watched(handler: ConnectionHandler): ConnectionHandler {
    return {
      onBytes: (chunk, nowNs) => {
        this.unseenBytes += chunk.length;
        handler.onBytes(chunk, nowNs);
        if (this.unseenBytes >= LOOK_BYTES) this.look();
      },
      onDrain: () => handler.onDrain(),
      onEnd: () => handler.onEnd(),
      onClose: (error) => handler.onClose(error),
    };
  }

  look(): void {
    this.unseenBytes = 0;
    const nowNs = this.subject.clock.nowNs();
    this.subject.garbage.look(nowNs);
    const { counters, memoryBytes, programBytes, usedBytes } = this.subject;
    const share = (usedBytes() - programBytes) / (memoryBytes - programBytes);
    const before = counters.get('strain');
    const refuseShare = before === STRAIN.refuse ? EASE_SHARE : REFUSE_SHARE;
    const strain = share > refuseShare ? STRAIN.refuse : share > COLLECT_SHARE ? STRAIN.collect : STRAIN.none;
    if (strain !== before) counters.set('strain', strain);
    if (strain !== STRAIN.none) this.collecting.look(nowNs);
  }
}

/** @returns none for a server that may take any memory. @param used how much is taken now; by default as the system has it */
export function watchOf(
  { memoryBytes, memory: { programBytes }, threads }: Pick<ServerPlan, 'memory' | 'memoryBytes' | 'threads'>,
  clock: Clock,
  counters: ServerCounters,
  used: () => number = usedBytes,
): MemoryWatch | undefined {
  if (memoryBytes === undefined) return undefined;
  const garbage = new Garbage({ mostBytes: messageGarbageBytes(threads) });
  return new MemoryWatch({ clock, counters, memoryBytes, programBytes, usedBytes: used, garbage });
}
