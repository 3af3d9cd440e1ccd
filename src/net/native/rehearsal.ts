/**
 * A connection of this thread with itself, to send a byte on shortly before an echo that must leave on time. After
 * a rest of some milliseconds the kernel's code for sending has left the processor's caches, and the first packet
 * takes tens of microseconds longer than the next. Whatever cannot be had is done without.
 */
import { AF_INET, MSG_DONTWAIT, MSG_NOSIGNAL, SOCK_CLOEXEC, SOCK_STREAM } from './constants.ts';
import type { Descriptors } from './descriptors.ts';
import type { Libc } from './libc.ts';
import { encodeAddress, SOCKADDR_BYTES } from './sockaddr.ts';

export class Rehearsal {
  private readonly libc: Libc;
  private readonly descriptors: Descriptors;
  private ends: { readonly from: number; readonly to: number } | undefined;
  private made = false;
  private readonly bytes = new Uint8Array(1);

  constructor(libc: Libc, descriptors: Descriptors) {
    this.libc = libc;
    this.descriptors = descriptors;
  }

  /** Sends a packet through the whole kernel and takes it out again. */
  run(): void {
    if (!this.made) this.make();
    if (this.ends === undefined) return;
    const { libc, bytes } = this;
    libc.send(this.ends.from, bytes, bytes.length, MSG_NOSIGNAL | MSG_DONTWAIT);
    libc.recv(this.ends.to, bytes, bytes.length, MSG_DONTWAIT);
  }

  private make(): void {
    this.made = true;
    const { libc, descriptors } = this;
    const listener = this.socket();
    const from = this.socket();
    if (listener < 0 || from < 0) return;
    const address = encodeAddress('127.0.0.1', 0);
    const own = new Uint8Array(SOCKADDR_BYTES);
    const ready =
      libc.bind(listener, address, address.length) === 0 &&
      libc.listen(listener, 1) === 0 &&
      libc.getsockname(listener, own, new Uint32Array([own.length])) === 0 &&
      libc.connect(from, own, address.length) === 0;
    const to = ready ? libc.accept4(listener, null, null, SOCK_CLOEXEC) : -1;
    descriptors.close(libc, listener);
    if (to >= 0) this.ends = { from, to: descriptors.add(to) };
    else descriptors.close(libc, from);
  }

  private socket(): number {
    const fd = this.libc.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? fd : this.descriptors.add(fd);
  }
}
