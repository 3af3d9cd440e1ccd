/**
 * What the thread of a server and the one that started it say to each other: data at the start, messages
 * back, and a few shared numbers, since a thread that waits in the kernel reads no messages.
 */
import type { Endpoint } from '../../net/connection.ts';
import type { PortSharing } from '../../net/native/listener.ts';
import type { OnServerEvent, ServerEvent } from '../events.ts';
import type { ServeOptions } from '../plan.ts';

/** Events that may be on their way; a thread that is further ahead waits, as it would for a log on its own. */
const MAX_UNTAKEN = 4_096;
/** How long one wait for the reader of the events takes before it is looked whether the thread shall stop, ms. */
const WAIT_MS = 100;

export interface ThreadStart {
  readonly options: Omit<ServeOptions, 'onEvent' | 'signal' | 'engine' | 'threads'>;
  readonly sharing: PortSharing;
  /** Whether anybody wants to hear of events. */
  readonly watched: boolean;
  readonly counters: SharedArrayBuffer;
  /** Memory of {@link TakenEvents}. */
  readonly taken: SharedArrayBuffer;
}

export type FromThread =
  | { readonly kind: 'listening'; readonly endpoints: readonly Endpoint[] }
  /** The fields of an EcholotError, which does not cross threads as what it is. */
  | {
      readonly kind: 'failed';
      readonly code: 'network' | 'limit' | 'internal';
      readonly message: string;
      readonly advice: string | undefined;
    }
  | { readonly kind: 'events'; readonly events: readonly ServerEvent[] }
  /** It accepts no more; so many sessions have the grace period. */
  | { readonly kind: 'closing'; readonly sessionsInFlight: number };

/** How many events the reader has handled, for the thread that must not be too far ahead of it. */
export class TakenEvents {
  readonly memory: SharedArrayBuffer;
  private readonly count: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.count = new Int32Array(memory);
  }

  /** The reader has handled so many more. */
  add(events: number): void {
    Atomics.add(this.count, 0, events);
    Atomics.notify(this.count, 0);
  }

  /** Waits until the reader is no further behind than it may be, or `isStopped` says not to. */
  waitFor(told: number, isStopped: () => boolean): void {
    for (;;) {
      const taken = Atomics.load(this.count, 0);
      // The count begins anew at 2^32.
      if (((told - taken) | 0) <= MAX_UNTAKEN || isStopped()) return;
      Atomics.wait(this.count, 0, taken, WAIT_MS);
    }
  }
}

/** The events of a thread on their way to the reader: collected for a turn of its loop, then sent together. */
export class EventSender {
  private readonly taken: TakenEvents;
  private readonly isStopped: () => boolean;
  private readonly post: (message: FromThread) => void;
  private batch: ServerEvent[] = [];
  private told = 0;

  constructor(taken: TakenEvents, isStopped: () => boolean, post: (message: FromThread) => void) {
    this.taken = taken;
    this.isStopped = isStopped;
    this.post = post;
  }

  readonly onEvent: OnServerEvent = (event) => {
    // Its bytes are overwritten by what is received next.
    this.batch.push(event.kind === 'echo' ? { ...event, bytes: new Uint8Array(event.bytes) } : event);
  };

  flush(): void {
    if (this.batch.length === 0) return;
    const events = this.batch;
    this.batch = [];
    this.told = (this.told + events.length) | 0;
    this.post({ kind: 'events', events });
    this.taken.waitFor(this.told, this.isStopped);
  }
}
