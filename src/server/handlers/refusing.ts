/** Connections that are not served: told no, where there are words for it, and listened to no more. */
import type { Timekeeper } from '../../clock/clock.ts';
import type { Connection, ConnectionHandler } from '../../net/connection.ts';
import { LINGER_NS, Linger } from './linger.ts';

/** Says so, and closes. @param words undefined where there are none */
export function sayNo(
  connection: Connection,
  timekeeper: Timekeeper,
  words: Uint8Array | undefined,
  onClosed: () => void,
): ConnectionHandler {
  if (words !== undefined) connection.write(words);
  const linger = new Linger(timekeeper, connection);
  linger.start(true, LINGER_NS);
  return deaf(() => {
    linger.cancel();
    onClosed();
  });
}

/** A handler for a connection whose bytes nobody wants. */
export function deaf(onClose: () => void): ConnectionHandler {
  return { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose };
}
