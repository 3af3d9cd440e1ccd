/** Connections that are left in peace: FIN is out, and what still comes is read and dropped ({@link LEAVE_NS}). */
import { LEAVE_NS } from '../../handshaker.ts';
import { MSG_DONTWAIT, SHUT_WR } from '../kernel/constants.ts';
import { isPassing } from '../kernel/errno.ts';
import type { Libc } from '../kernel/libc.ts';
import type { NativeSocket } from '../kernel/socket.ts';

const LOOK_EVERY_MS = 10;
const RECEIVE_BYTES = 16 * 1024;
/** A peer that never stops talking is not listened to for longer than this many reads at a time. */
const MAX_READS = 64;

interface Left {
  readonly socket: NativeSocket;
  readonly untilNs: bigint;
}

export class Leaving {
  private readonly libc: Libc;
  private readonly dropped = new Uint8Array(RECEIVE_BYTES);
  private left: readonly Left[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(libc: Libc) {
    this.libc = libc;
  }

  leave(socket: NativeSocket): void {
    socket.shutdown(SHUT_WR);
    this.left = [...this.left, { socket, untilNs: process.hrtime.bigint() + LEAVE_NS }];
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  private look(): void {
    const nowNs = process.hrtime.bigint();
    this.left = this.left.filter(({ socket, untilNs }) => {
      // What is there is read in any case, so that even a drop resets nothing that could be read.
      if (this.mayStillSpeak(socket) && nowNs < untilNs) return true;
      socket.close();
      return false;
    });
    if (this.left.length > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Reads what is there. @returns false after the peer's end, or an error */
  private mayStillSpeak({ fd }: NativeSocket): boolean {
    for (let reads = 0; reads < MAX_READS; reads++) {
      const n = this.libc.recv(fd, this.dropped, RECEIVE_BYTES, MSG_DONTWAIT);
      if (n === 0) return false;
      if (n < 0) return isPassing(this.libc.errno());
    }
    return true;
  }
}
