/** Handshakes over a dialer, which knows what the application saw and nothing of the kernel's own figures. */
import { EcholotError } from '../core/errors.ts';
import type { EngineName } from '../facts/engine.ts';
import type { Connection } from './connection.ts';
import type { DialerNetwork } from './dialer.ts';
import { type Handshaker, LEAVE_NS } from './handshaker.ts';

export function handshakerOver(name: EngineName, network: DialerNetwork): Handshaker {
  const leaving = new Set<Connection>();

  function leave(connection: Connection): () => void {
    leaving.add(connection);
    connection.end();
    const { timekeeper } = network;
    const cancelDrop = timekeeper.wakeAt(timekeeper.nowNs() + LEAVE_NS, () => connection.close());
    return () => {
      cancelDrop();
      leaving.delete(connection);
    };
  }

  return {
    name,
    async handshake(target, { timeoutNs, signal, onDialed, socket = {} }) {
      const { bindAddress, tls: askedTls, ...others } = socket;
      const asked = Object.entries(others).filter(([, value]) => value !== undefined && value !== false);
      if (asked.length > 0) {
        const names = asked.map(([option]) => option).join(', ');
        throw new EcholotError('usage', `the engine ${name} cannot set ${names}`, {
          advice: 'leave it out',
        });
      }
      let left = (): void => {};
      const handler = { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => left() };
      const { connection, connectNs, tls } = await network.dial(target, handler, {
        timeoutNs,
        signal,
        onDialed,
        socket: {
          ...(bindAddress === undefined ? {} : { bindAddress }),
          ...(askedTls === undefined ? {} : { tls: askedTls }),
        },
      });
      const { remote, local } = connection;
      left = leave(connection);
      const unknown = { handshakeRttNs: undefined, resentSyns: undefined, socket: undefined };
      return { remote, local, connectNs, tls, ...unknown };
    },
    async close() {
      for (const connection of leaving) connection.close();
    },
  };
}
