/**
 * The end of a connection that still has something to say. Closing a socket with unread bytes in it makes
 * the kernel reset it, and the reset can overtake the last answer. So the answer is sent, however long the
 * peer takes to read it, then FIN; what still comes is read and thrown away until the peer has closed too,
 * or a short time has passed.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import type { Connection } from '../../net/connection.ts';

/** Two seconds: several round trips on any path. */
export const LINGER_NS: bigint = 2_000_000_000n;

export class Linger {
  private readonly timekeeper: Timekeeper;
  private readonly connection: Connection;
  private started = false;
  private waitsForDrain = false;
  private cancelTimer: (() => void) | undefined;

  constructor(timekeeper: Timekeeper, connection: Connection) {
    this.timekeeper = timekeeper;
    this.connection = connection;
  }

  /**
   * Ends the connection; later calls do nothing.
   * @param flushed whether all that was written has left, or need not be waited for; if not, call
   *   {@link drained} when it has
   * @param patienceNs how long the peer may take to read the rest
   */
  start(flushed: boolean, patienceNs: bigint): void {
    if (this.started) return;
    this.started = true;
    this.connection.resume();
    if (flushed) {
      this.endAndDrop();
    } else {
      this.waitsForDrain = true;
      this.dropAfter(patienceNs);
    }
  }

  drained(): void {
    if (!this.waitsForDrain) return;
    this.waitsForDrain = false;
    this.endAndDrop();
  }

  /** The connection is gone. */
  cancel(): void {
    this.cancelTimer?.();
  }

  private endAndDrop(): void {
    this.connection.end();
    this.dropAfter(LINGER_NS);
  }

  private dropAfter(ns: bigint): void {
    this.cancelTimer?.();
    this.cancelTimer = this.timekeeper.wakeAt(this.timekeeper.nowNs() + ns, () => this.connection.destroy());
  }
}
