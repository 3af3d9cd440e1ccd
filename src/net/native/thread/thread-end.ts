/** A native thread's own end of its {@link ./thread.ts}: what it is asked, and how its sleeps are ended. */
import type { Descriptors } from '../kernel/descriptors.ts';
import type { Libc } from '../kernel/libc.ts';
import { LOADED, REQUEST, type Request, type ThreadControl } from './thread.ts';

export class ThreadEnd {
  readonly libc: Libc;
  readonly descriptors: Descriptors;
  readonly wakeFd: number;
  private readonly requested: Int32Array;
  private readonly counter = new BigUint64Array(1);

  constructor(libc: Libc, descriptors: Descriptors, control: ThreadControl) {
    this.libc = libc;
    this.descriptors = descriptors;
    this.wakeFd = control.wakeFd;
    this.requested = new Int32Array(control.request);
    Atomics.store(this.requested, LOADED, 1);
    Atomics.notify(this.requested, LOADED);
  }

  get request(): Request {
    return Atomics.load(this.requested, 0) as Request;
  }

  /** Whether anything is asked. */
  get isAsked(): boolean {
    return Atomics.load(this.requested, 0) !== REQUEST.none;
  }

  /** Makes the eventfd unreadable again. */
  drain(): void {
    this.libc.read(this.wakeFd, this.counter, this.counter.byteLength);
  }
}
