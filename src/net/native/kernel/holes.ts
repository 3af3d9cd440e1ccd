/**
 * Whether a message had to wait for a segment that was lost or overtaken. The kernel stamps what it received with the
 * arrival of the last packet, though a program gets none of it before the hole ahead is filled, and that moment has no
 * stamp: the wait looks like a scheduler that is late. It never tells how long the wait was.
 */
import { SystemError } from './errno.ts';
import type { NativeSocket } from './socket.ts';
import { TcpInfo } from './tcp-info.ts';

/** Between stamp and program, ns: what is less is not worth a system call, and changes no figure. */
const MIN_LAG_NS = 200_000;

/** One for all connections of a thread: it is read and left again. */
const info = new TcpInfo();

export class Holes {
  private readonly socket: NativeSocket;
  private outOfOrderSegments = 0;

  constructor(socket: NativeSocket) {
    this.socket = socket;
  }

  /**
   * Whether the lag from the stamp of a message to its arrival in the program may be the wait for such a segment: one
   * came since this was last asked of so long a lag. False where the kernel does not tell (before Linux 5.4).
   */
  explain(lagNs: number): boolean {
    if (!(lagNs >= MIN_LAG_NS)) return false;
    const before = this.outOfOrderSegments;
    try {
      this.outOfOrderSegments = info.read(this.socket).outOfOrderSegments ?? 0;
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
    return this.outOfOrderSegments > before;
  }
}
