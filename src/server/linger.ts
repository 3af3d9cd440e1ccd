/**
 * The end of a connection that still has something to say. Closing a socket with unread bytes in it makes
 * the kernel reset it, and the reset can overtake the last answer; so the answer is followed by FIN, and
 * what still comes is read and thrown away until the peer has closed too, or a short time has passed.
 */
import type { Timekeeper } from '../clock/clock.ts';
import type { Connection } from '../net/connection.ts';

/** Two seconds: several round trips on any path. */
const LINGER_NS = 2_000_000_000n;

/** @returns a function to call once the connection is closed. */
export function endAndLinger(timekeeper: Timekeeper, connection: Connection): () => void {
  connection.resume();
  connection.end();
  return timekeeper.wakeAt(timekeeper.nowNs() + LINGER_NS, () => connection.destroy());
}
