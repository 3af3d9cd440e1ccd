/** Handshakes over a dialer, which knows what the application saw and nothing of the kernel's own figures. */
import { EcholotError } from '../core/errors.ts';
import type { Connection } from './connection.ts';
import type { DialerNetwork } from './dialer.ts';
import type { EngineName } from './engine.ts';
import type { Handshaker } from './handshaker.ts';

/** Some servers never close; the kernel answers for a connection that was dropped after its FIN. */
const DROP_AFTER_NS = 1_000_000_000n;

/**
 * A connection is left with FIN, and read until the peer closes as well: closing a socket over unread bytes,
 * such as a server's greeting, would reset it and alarm whoever reads the server's log.
 */
export function handshakerOver(name: EngineName, network: DialerNetwork): Handshaker {
  const leaving = new Set<Connection>();

  function leave(connection: Connection): () => void {
    leaving.add(connection);
    connection.end();
    const { timekeeper } = network;
    const cancelDrop = timekeeper.wakeAt(timekeeper.nowNs() + DROP_AFTER_NS, () => connection.close());
    return () => {
      cancelDrop();
      leaving.delete(connection);
    };
  }

  return {
    name,
    async handshake(target, { timeoutNs, signal, socket = {} }) {
      if (Object.values(socket).some((value) => value !== undefined)) {
        throw new EcholotError('usage', `the engine ${name} cannot set options of the socket`, {
          advice: 'leave them out',
        });
      }
      let left = (): void => {};
      const handler = { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => left() };
      const { connection, connectNs } = await network.dial(target, handler, { timeoutNs, signal });
      const { remote, local } = connection;
      left = leave(connection);
      return { remote, local, handshakeRttNs: undefined, connectNs };
    },
    async close() {
      for (const connection of leaving) connection.close();
    },
  };
}
