/**
 * Handshakes over whatever dials on an event loop: as many at once as are asked for, none of which waits for another. What the
 * kernel has of its own is told where the dialer knows it.
 */
import type { Timekeeper } from '../clock/clock.ts';
import { EcholotError } from '../core/errors.ts';
import type { EngineName } from '../facts/engine.ts';
import type { HandshakeSocketOptions } from '../facts/socket.ts';
import type { Connection, ConnectionHandler } from './connection.ts';
import type { DialerNetwork, Target } from './dialer.ts';
import { type Handshaker, LEAVE_NS } from './handshaker.ts';
import type { LoopDialed, LoopDialOptions } from './loop-network.ts';

/** What handshakes are made over; the options of its sockets are for it to refuse. */
export interface HandshakeNetwork {
  readonly timekeeper: Timekeeper;
  dial(target: Target, handler: ConnectionHandler, options: LoopDialOptions): Promise<LoopDialed>;
}

/** Over a dialer that can set the addresses and TLS of a socket, and nothing else. */
export function handshakerOver(name: EngineName, network: DialerNetwork): Handshaker {
  return handshakesOver(name, {
    timekeeper: network.timekeeper,
    async dial(target, handler, { socket, ...options }) {
      return await network.dial(target, handler, { ...options, socket: settable(name, socket) });
    },
  });
}

export function handshakesOver(name: EngineName, network: HandshakeNetwork): Handshaker {
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
    async handshake(target, { timeoutNs, signal, onDialed, socket: asked = {} }) {
      let left = (): void => {};
      const handler = { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => left() };
      const dialed = await network.dial(target, handler, { timeoutNs, signal, onDialed, socket: asked });
      const { connection, connectNs, tls, handshakeRttNs, resentSyns, socket } = dialed;
      const { remote, local } = connection;
      left = leave(connection);
      return { remote, local, connectNs, tls, handshakeRttNs, resentSyns, socket };
    },
    async close() {
      for (const connection of leaving) connection.close();
    },
  };
}

/** @throws EcholotError `usage` */
function settable(
  name: EngineName,
  { bindAddress, tls, ...others }: HandshakeSocketOptions,
): Pick<HandshakeSocketOptions, 'bindAddress' | 'tls'> {
  const asked = Object.entries(others).filter(([, value]) => value !== undefined && value !== false);
  if (asked.length > 0) {
    const names = asked.map(([option]) => option).join(', ');
    throw new EcholotError('usage', `the engine ${name} cannot set ${names}`, { advice: 'leave it out' });
  }
  return { ...(bindAddress === undefined ? {} : { bindAddress }), ...(tls === undefined ? {} : { tls }) };
}
