/** One thread of a server, seen from the thread that started it: begun, asked to close, its events told. */

import type { Endpoint } from '../../facts/connection.ts';
import { networkError } from '../../net/errors/network-error.ts';
import { unpackError } from '../../net/errors/packed-error.ts';
import { SystemError } from '../../net/native/kernel/errno.ts';
import { NativeThread, REQUEST, threadFailure } from '../../net/native/thread/thread.ts';
import { parts } from '../../parts/parts.ts';
import type { ServerEvent } from '../events.ts';
import { type FromThread, TakenEvents, type ThreadStart, type ToThread } from './channel.ts';

const SUBJECT = 'a thread of the server';
/**
 * Of its garbage, nearly all is young: a third of what the heap would take by itself costs nothing that can be measured, and in a
 * storm of clients that come and go saves 50 MiB.
 */
const YOUNG_MIB = 16;
/** Likewise, of a server that has to save memory, where garbage is collected all the time. */
const SPARING_YOUNG_MIB = 6;

export interface ThreadOptions {
  readonly options: ThreadStart['options'];
  readonly sharing: ThreadStart['sharing'];
  readonly readBytes: number;
  readonly garbageBytes: number | undefined;
  readonly counters: SharedArrayBuffer;
  readonly places: SharedArrayBuffer;
  /** Undefined where there is no policy. */
  readonly budgets: SharedArrayBuffer | undefined;
  /** Undefined when nobody wants to hear of them. */
  readonly onEvent: ((event: ServerEvent) => void) | undefined;
}

export class ServerThread {
  /** Where it listens; rejected when it cannot. */
  readonly listening: Promise<readonly Endpoint[]>;
  /** How many sessions it lets end within the grace period, once it has been asked to close. */
  readonly closing: Promise<number>;
  /** Settled when it is gone and all its descriptors are closed: rejected when an error ended it. */
  readonly ended: Promise<void>;
  private readonly thread: NativeThread;

  /** @throws EcholotError `limit` without descriptors */
  constructor({
    options,
    sharing,
    readBytes,
    garbageBytes,
    counters,
    places,
    budgets,
    onEvent,
  }: ThreadOptions) {
    const taken = new TakenEvents();
    const start: ThreadStart = {
      options,
      sharing,
      readBytes,
      garbageBytes,
      watched: onEvent !== undefined,
      counters,
      places,
      budgets,
      taken: taken.memory,
    };
    this.thread = startThread(start);
    const listening = Promise.withResolvers<readonly Endpoint[]>();
    const closing = Promise.withResolvers<number>();
    const ended = Promise.withResolvers<void>();
    this.thread.worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'listening':
          listening.resolve(message.endpoints);
          break;
        case 'failed':
          listening.reject(unpackError(message.error));
          break;
        case 'events':
          try {
            for (const event of message.events) onEvent?.(event);
          } finally {
            taken.add(message.events);
          }
          break;
        case 'closing':
          closing.resolve(message.sessionsInFlight);
          break;
      }
    });
    this.thread.worker.on('error', (cause) => {
      const error = threadFailure(SUBJECT, cause);
      listening.reject(error);
      ended.reject(error);
    });
    void this.thread.ended.then(() => {
      closing.resolve(0);
      // Once they are settled, these change nothing.
      listening.reject(threadFailure(SUBJECT, undefined));
      if (this.thread.asked === REQUEST.none) ended.reject(threadFailure(SUBJECT, undefined));
      else ended.resolve();
    });
    this.listening = listening.promise;
    this.closing = closing.promise;
    this.ended = ended.promise;
    // Each is looked at by some users of a thread, not by all.
    for (const promise of [this.listening, this.ended]) promise.catch(() => {});
  }

  /** Asks it to close in good order. */
  close(): void {
    this.thread.ask(REQUEST.end);
  }

  /** From now on, for whoever comes. */
  setPolicy(policy: ToThread['policy']): void {
    this.thread.worker.postMessage({ kind: 'policy', policy } satisfies ToThread);
    // A thread that waits in the kernel reads no messages: it is woken up, and looks for some.
    this.thread.ask(this.thread.asked);
  }

  /** Asks it to leave everything as it is and end. */
  stop(): void {
    this.thread.ask(REQUEST.stop);
  }

  /** Ends it at once, whatever it does. */
  terminate(): Promise<void> {
    return this.thread.terminate();
  }
}

function startThread(start: ThreadStart): NativeThread {
  try {
    const limits = {
      maxYoungGenerationSizeMb: start.garbageBytes === undefined ? YOUNG_MIB : SPARING_YOUNG_MIB,
    };
    return new NativeThread(parts.thread('server-worker'), { ...start }, limits);
  } catch (error) {
    throw error instanceof SystemError ? networkError(SUBJECT, error) : error;
  }
}
