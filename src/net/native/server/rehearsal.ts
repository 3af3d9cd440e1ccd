/**
 * A connection of this thread with itself, to send a byte on shortly before an echo that must leave on time. After
 * a rest of some milliseconds the kernel's code for sending has left the processor's caches, and the first packet
 * takes tens of microseconds longer than the next. Whatever cannot be had is done without.
 */
import { MSG_DONTWAIT, MSG_NOSIGNAL } from '../kernel/constants.ts';
import type { Descriptors } from '../kernel/descriptors.ts';
import { SystemError } from '../kernel/errno.ts';
import type { Libc } from '../kernel/libc.ts';
import { acceptOwn } from '../kernel/own-connection.ts';
import { encodeAddress } from '../kernel/sockaddr.ts';
import { NativeSocket } from '../kernel/socket.ts';

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
    const sockets: NativeSocket[] = [];
    const socket = (): NativeSocket => {
      const made = NativeSocket.create(libc, descriptors, 4);
      sockets.push(made);
      return made;
    };
    try {
      const listener = socket();
      listener.bind(encodeAddress('127.0.0.1', 0));
      if (libc.listen(listener.fd, 1) < 0) throw new SystemError('listen', libc.errno());
      const from = socket();
      // Never waited for: the thread has echoes to send.
      from.connect(encodeAddress('127.0.0.1', listener.local.port));
      const to = acceptOwn(libc, descriptors, listener, from.local);
      listener.close();
      this.ends = { from: from.fd, to: to.fd };
    } catch (error) {
      for (const made of sockets) made.close();
      if (!(error instanceof SystemError)) throw error;
    }
  }
}
