/**
 * What the thread of a server and the one that started it say to each other: data at the start, messages
 * back, and a few shared numbers, since a thread that waits in the kernel reads no messages.
 */

import type { Endpoint } from '../../facts/connection.ts';
import type { PackedError } from '../../net/errors/packed-error.ts';
import type { PortSharing } from '../../net/native/server/listener.ts';
import type { OnServerEvent, ServerEvent } from '../events.ts';
import type { ServeOptions } from '../plan.ts';

/** Events that may be on their way, of some thousand sessions; what happens beyond is dropped and counted. */
export const MAX_UNTAKEN = 4_096;
/** And the echoed bytes that they carry. */
export const MAX_UNTAKEN_BYTES: number = 16 * 1024 * 1024;

export interface ThreadStart {
  readonly options: Omit<ServeOptions, 'onEvent' | 'signal' | 'engine' | 'threads'>;
  readonly sharing: PortSharing;
  /** How much it reads of a socket at once. */
  readonly readBytes: number;
  /** How much garbage may lie on it; undefined for any. */
  readonly garbageBytes: number | undefined;
  /** Whether anybody wants to hear of events. */
  readonly watched: boolean;
  readonly counters: SharedArrayBuffer;
  /** Memory of the places for loads that all threads share. */
  readonly places: SharedArrayBuffer;
  /** Memory of what clients have used of their budgets, where there are any. */
  readonly budgets: SharedArrayBuffer | undefined;
  /** Memory of {@link TakenEvents}. */
  readonly taken: SharedArrayBuffer;
}

export interface ToThread {
  readonly kind: 'policy';
  readonly policy: NonNullable<ServeOptions['policy']>;
}

export type FromThread =
  | { readonly kind: 'listening'; readonly endpoints: readonly Endpoint[] }
  /** The fields of an EcholotError, which does not cross threads as what it is. */
  | {
      readonly kind: 'failed';
      readonly error: PackedError;
    }
  | { readonly kind: 'events'; readonly events: readonly ServerEvent[] }
  /** It accepts no more; so many sessions have the grace period. */
  | { readonly kind: 'closing'; readonly sessionsInFlight: number };

/** How many events the reader has handled, and how many bytes of echoes they carried. */
export class TakenEvents {
  readonly memory: SharedArrayBuffer;
  private readonly counts: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.counts = new Int32Array(memory);
  }

  /** The reader has handled these. */
  add(events: readonly ServerEvent[]): void {
    Atomics.add(this.counts, 0, events.length);
    Atomics.add(
      this.counts,
      1,
      events.reduce((sum, event) => sum + bytesOf(event), 0),
    );
  }

  /** How many of so many events that were told are not handled; both count anew at 2^32. */
  untaken(told: number): number {
    return (told - Atomics.load(this.counts, 0)) | 0;
  }

  untakenBytes(toldBytes: number): number {
    return (toldBytes - Atomics.load(this.counts, 1)) | 0;
  }
}

/**
 * The events of a thread on their way to the reader: collected for a turn of its loop, then sent together. The
 * thread serves clients, so it waits for no reader: one that is too far behind misses events, and is told how many.
 */
export class EventSender {
  private readonly taken: TakenEvents;
  private readonly post: (message: FromThread) => void;
  private readonly onDropped: () => void;
  private batch: ServerEvent[] = [];
  private told = 0;
  private toldBytes = 0;
  private dropped = 0;

  /** @param onDropped called for each event that is not told */
  constructor(taken: TakenEvents, post: (message: FromThread) => void, onDropped: () => void = () => {}) {
    this.taken = taken;
    this.post = post;
    this.onDropped = onDropped;
  }

  readonly onEvent: OnServerEvent = (event) => {
    if (this.isBehind(bytesOf(event))) {
      this.dropped++;
      this.onDropped();
      return;
    }
    this.tellDropped();
    // Its bytes are overwritten by what is received next.
    this.put(event.kind === 'echo' ? { ...event, bytes: new Uint8Array(event.bytes) } : event);
  };

  flush(): void {
    if (!this.isBehind(0)) this.tellDropped();
    if (this.batch.length === 0) return;
    const events = this.batch;
    this.batch = [];
    this.post({ kind: 'events', events });
  }

  private tellDropped(): void {
    if (this.dropped === 0) return;
    this.put({ kind: 'dropped', events: this.dropped });
    this.dropped = 0;
  }

  private put(event: ServerEvent): void {
    this.batch.push(event);
    this.told = (this.told + 1) | 0;
    this.toldBytes = (this.toldBytes + bytesOf(event)) | 0;
  }

  /** Once events were dropped, the reader is given time to catch up: a gap now and then, not one between any two. */
  private isBehind(bytes: number): boolean {
    const share = this.dropped > 0 ? 2 : 1;
    return (
      this.taken.untaken(this.told) >= MAX_UNTAKEN / share ||
      this.taken.untakenBytes(this.toldBytes) + bytes > MAX_UNTAKEN_BYTES / share
    );
  }
}

function bytesOf(event: ServerEvent): number {
  return event.kind === 'echo' ? event.bytes.length : 0;
}
