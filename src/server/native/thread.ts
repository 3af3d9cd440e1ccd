/** One thread of a server, seen from the thread that started it: begun, asked to close, cleaned up after. */
import { Worker } from 'node:worker_threads';
import { EcholotError } from '../../core/errors.ts';
import type { Endpoint } from '../../net/connection.ts';
import { EFD_CLOEXEC, EFD_NONBLOCK } from '../../net/native/constants.ts';
import { Descriptors } from '../../net/native/descriptors.ts';
import { SystemError } from '../../net/native/errno.ts';
import type { Libc } from '../../net/native/libc.ts';
import { threadFailure } from '../../net/native/thread.ts';
import { networkError } from '../../net/network-error.ts';
import type { ServerEvent } from '../events.ts';
import { type FromThread, REQUESTS, type RequestNumber, Signals, type ThreadStart } from './channel.ts';

/** From the sources it is TypeScript, from the built package JavaScript. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

const SUBJECT = 'a thread of the server';

export interface ThreadOptions {
  readonly options: ThreadStart['options'];
  readonly sharing: ThreadStart['sharing'];
  readonly counters: SharedArrayBuffer;
  /** Undefined when nobody wants to hear of them. */
  readonly onEvent: ((event: ServerEvent) => void) | undefined;
}

/** process.exit waits for threads, and they for the kernel: each is told before. */
const living = new Set<ServerThread>();

function onProcessExit(): void {
  for (const thread of living) thread.ask('stop');
}

export class ServerThread {
  /** Where it listens; rejected when it cannot. */
  readonly listening: Promise<readonly Endpoint[]>;
  /** How many sessions it lets end within the grace period, once it has been asked to close. */
  readonly closing: Promise<number>;
  /** Settled when it is gone and all its descriptors are closed: rejected when an error ended it. */
  readonly ended: Promise<void>;
  private readonly libc: Libc;
  private readonly worker: Worker;
  private readonly eventFd: number;
  private readonly signals = new Signals();
  private readonly descriptors = new Descriptors();
  private gone = false;

  constructor(libc: Libc, { options, sharing, counters, onEvent }: ThreadOptions) {
    this.libc = libc;
    this.eventFd = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (this.eventFd < 0) throw networkError('a thread', new SystemError('eventfd', libc.errno()));
    const start: ThreadStart = {
      options,
      sharing,
      watched: onEvent !== undefined,
      eventFd: this.eventFd,
      descriptors: this.descriptors.memory,
      counters,
      signals: this.signals.memory,
    };
    this.worker = new Worker(ENTRY, { workerData: start, name: 'echolot server' });
    const listening = Promise.withResolvers<readonly Endpoint[]>();
    const closing = Promise.withResolvers<number>();
    const ended = Promise.withResolvers<void>();
    this.worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'listening':
          listening.resolve(message.endpoints);
          break;
        case 'failed': {
          const { code, advice } = message;
          const options = advice === undefined ? {} : { advice };
          listening.reject(new EcholotError(code, message.message, options));
          break;
        }
        case 'events':
          try {
            for (const event of message.events) onEvent?.(event);
          } finally {
            this.signals.took(message.events.length);
          }
          break;
        case 'closing':
          closing.resolve(message.sessionsInFlight);
          break;
      }
    });
    this.worker.on('error', (cause) => {
      const error = threadFailure(SUBJECT, cause);
      listening.reject(error);
      ended.reject(error);
    });
    this.worker.on('exit', () => {
      this.cleanUp();
      closing.resolve(0);
      // Once they are settled, these change nothing.
      listening.reject(threadFailure(SUBJECT, undefined));
      if (this.signals.request === REQUESTS.none) ended.reject(threadFailure(SUBJECT, undefined));
      else ended.resolve();
    });
    if (living.size === 0) process.on('exit', onProcessExit);
    living.add(this);
    this.listening = listening.promise;
    this.closing = closing.promise;
    this.ended = ended.promise;
    // Each is looked at by some users of a thread, not by all.
    for (const promise of [this.listening, this.ended]) promise.catch(() => {});
  }

  /** Asks it to close in good order, or to leave everything as it is and end. */
  ask(request: Exclude<keyof typeof REQUESTS, 'none'>): void {
    if (this.gone) return;
    const number: RequestNumber = REQUESTS[request];
    this.signals.ask(number);
    const one = new Uint8Array(new BigUint64Array([1n]).buffer);
    this.libc.write(this.eventFd, one, one.length);
  }

  /** Ends it at once, whatever it does. */
  async terminate(): Promise<void> {
    this.ask('stop');
    await this.worker.terminate();
  }

  /** What the kernel keeps open for a thread that is no more. */
  private cleanUp(): void {
    this.gone = true;
    living.delete(this);
    if (living.size === 0) process.off('exit', onProcessExit);
    this.descriptors.closeAll(this.libc);
    this.libc.close(this.eventFd);
  }
}
