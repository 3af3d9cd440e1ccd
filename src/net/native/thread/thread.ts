/**
 * A worker thread that makes system calls, as seen from the thread that started it. A worker that sleeps in the
 * kernel hears of nothing: neither `terminate()` nor `process.exit()` would ever return. So every sleep of
 * such a thread includes an eventfd, and whoever wants something of it writes there. When it has ended, in
 * whatever way, the descriptors it left open are closed.
 */
import module from 'node:module';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { EcholotError } from '../../../core/errors.ts';
import { parts } from '../../../parts/parts.ts';
import { networkError } from '../../errors/network-error.ts';
import { EFD_CLOEXEC, EFD_NONBLOCK } from '../kernel/constants.ts';
import { Descriptors } from '../kernel/descriptors.ts';
import { SystemError } from '../kernel/errno.ts';
import { type Libc, loadLibc } from '../kernel/libc.ts';

/** What a thread is asked to do at once, whatever it is doing. */
export const REQUEST = {
  none: 0,
  /** Come to an end with what is under way: a client gives up its batch, a server closes in good order. */
  end: 1,
  /** Return from everything: the thread is about to be ended. */
  stop: 2,
} as const;

export type Request = (typeof REQUEST)[keyof typeof REQUEST];

/** Handed to the thread as part of its `workerData`. */
export interface ThreadControl {
  /** Two Int32: a {@link REQUEST}, and 1 once the thread has loaded what it calls the kernel with. */
  readonly request: SharedArrayBuffer;
  /** An eventfd, readable after every request. */
  readonly wakeFd: number;
  /** Memory of its {@link Descriptors}. */
  readonly descriptors: SharedArrayBuffer;
}

const WAKE = new BigUint64Array([1n]);
/** Where a thread says that it has loaded. */
export const LOADED = 1;
/** A thread that has not loaded by then never will. */
const MAX_LOAD_MS = 2_000;

/** All that run: `process.exit()` and uncaught errors must stop them before Node waits for them. */
const running = new Set<NativeThread>();
let hooked = false;

export class NativeThread {
  readonly worker: Worker;
  /** Resolves when the thread has ended and its descriptors are closed. */
  readonly ended: Promise<void>;
  private readonly libc: Libc;
  private readonly control: ThreadControl;
  private readonly request: Int32Array;
  private open = true;

  /**
   * @param limits on the memory of its heap
   * @throws EcholotError `internal` where there is no C library to call, SystemError without descriptors.
   */
  constructor(entry: URL, data: Readonly<Record<string, unknown>> = {}, limits: ResourceLimits = {}) {
    const { libc, reason } = loadLibc();
    if (libc === undefined) throw new EcholotError('internal', `no native thread: ${reason}`);
    this.libc = libc;
    const wakeFd = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wakeFd < 0) throw new SystemError('eventfd', libc.errno());
    const descriptors = new Descriptors();
    this.control = {
      request: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
      wakeFd,
      descriptors: descriptors.memory,
    };
    this.request = new Int32Array(this.control.request);
    this.worker = new Worker(parts.thread('thread-entry'), {
      resourceLimits: limits,
      workerData: {
        ...data,
        control: this.control,
        entry: entry.href,
        compileCache: module.getCompileCacheDir(),
      },
    });
    this.ended = new Promise((resolve) => {
      this.worker.once('exit', () => {
        this.open = false;
        running.delete(this);
        descriptors.closeAll(libc);
        libc.close(wakeFd);
        resolve();
      });
    });
    hookExit();
    running.add(this);
  }

  /** What it was asked for last. */
  get asked(): Request {
    return Atomics.load(this.request, 0) as Request;
  }

  /** Wakes the thread to look at the request; `stop` is never taken back. */
  ask(request: Request): void {
    if (!this.open) return;
    if (this.asked !== REQUEST.stop) Atomics.store(this.request, 0, request);
    this.libc.write(this.control.wakeFd, WAKE, WAKE.byteLength);
  }

  /** Takes back an `end` that came when nothing was under way any more. */
  clear(): void {
    Atomics.compareExchange(this.request, 0, REQUEST.end, REQUEST.none);
  }

  /** Whoever ends a thread in the middle of loading a native module ends the whole process with it. */
  waitUntilLoaded(): void {
    if (this.open) Atomics.wait(this.request, LOADED, 0, MAX_LOAD_MS);
  }

  async terminate(): Promise<void> {
    this.ask(REQUEST.stop);
    // The wait alone keeps no program alive, and a thread that could not start never loads.
    if (this.open) {
      await Promise.race([this.ended, Atomics.waitAsync(this.request, LOADED, 0, MAX_LOAD_MS).value]);
    }
    if (this.open) await this.worker.terminate();
    await this.ended;
  }
}

function hookExit(): void {
  if (hooked) return;
  hooked = true;
  process.on('exit', () => {
    for (const thread of running) thread.ask(REQUEST.stop);
    for (const thread of running) thread.waitUntilLoaded();
  });
}

/** Node has several ways to say what there was not enough of to start a thread. */
const EXHAUSTED: readonly (readonly [says: RegExp, errno: string])[] = [
  [/EMFILE|too many open files/, 'EMFILE'],
  [/ENFILE/, 'ENFILE'],
  [/ENOMEM/, 'ENOMEM'],
  [/EAGAIN/, 'EAGAIN'],
];

/** The end of a thread that was not asked to end, as an error about `subject`. */
export function threadFailure(subject: string, cause: unknown): EcholotError {
  const why = cause instanceof Error ? cause.message : 'it has ended';
  const [, code] = EXHAUSTED.find(([says]) => says.test(why)) ?? [];
  if (code !== undefined) {
    return networkError(
      subject,
      Object.assign(new Error(why, { cause }), { code, syscall: 'pthread_create' }),
    );
  }
  return new EcholotError('internal', `${subject} failed: ${why}`, {
    advice: 'please report this as a bug',
    cause,
  });
}
