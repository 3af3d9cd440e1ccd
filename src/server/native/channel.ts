/**
 * What the thread of a server and the one that started it say to each other: data at the start, messages
 * back, and a few shared numbers, since a thread that waits in the kernel reads no messages.
 */
import type { Endpoint } from '../../net/connection.ts';
import type { PortSharing } from '../../net/native/listener.ts';
import type { OnServerEvent, ServerEvent } from '../events.ts';
import type { ServeOptions } from '../plan.ts';

/** Where the shared numbers lie. */
const REQUEST = 0;
const TAKEN = 1;
const NUMBERS = 2;

/** Events that may be on their way; a thread that is further ahead waits, as it would for a log on its own. */
const MAX_UNTAKEN = 4_096;
/** How long one wait for the reader of the events takes before it is looked whether the thread shall stop, ms. */
const WAIT_MS = 100;

/** What a thread is asked for, from calm to hurried. */
export const REQUESTS = { none: 0, close: 1, stop: 2 } as const;

export type RequestNumber = (typeof REQUESTS)[keyof typeof REQUESTS];

export interface ThreadStart {
  readonly options: Omit<ServeOptions, 'onEvent' | 'signal' | 'engine' | 'threads'>;
  readonly sharing: PortSharing;
  /** Whether anybody wants to hear of events. */
  readonly watched: boolean;
  /** Wakes the thread out of the kernel. */
  readonly eventFd: number;
  readonly descriptors: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly signals: SharedArrayBuffer;
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

/** The shared numbers of one thread. */
export class Signals {
  readonly memory: SharedArrayBuffer;
  private readonly numbers: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(NUMBERS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.numbers = new Int32Array(memory);
  }

  /** What is asked for now; a hurried request is never taken back by a calm one. */
  get request(): RequestNumber {
    return Atomics.load(this.numbers, REQUEST) as RequestNumber;
  }

  ask(request: RequestNumber): void {
    if (request > this.request) Atomics.store(this.numbers, REQUEST, request);
  }

  /** The reader has handled so many more events. */
  took(events: number): void {
    Atomics.add(this.numbers, TAKEN, events);
    Atomics.notify(this.numbers, TAKEN);
  }

  /** Waits until the reader is no further behind than it may be. */
  waitForReader(told: number): void {
    for (;;) {
      const taken = Atomics.load(this.numbers, TAKEN);
      // The count begins anew at 2^32.
      if (((told - taken) | 0) <= MAX_UNTAKEN || this.request === REQUESTS.stop) return;
      Atomics.wait(this.numbers, TAKEN, taken, WAIT_MS);
    }
  }
}

/** The events of a thread on their way to the reader: collected for a turn of its loop, then sent together. */
export class EventSender {
  private readonly signals: Signals;
  private readonly post: (message: FromThread) => void;
  private batch: ServerEvent[] = [];
  private told = 0;

  constructor(signals: Signals, post: (message: FromThread) => void) {
    this.signals = signals;
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
    this.signals.waitForReader(this.told);
  }
}
