/**
 * A loopback port for this process's own connections. Any program of this machine can reach it, too: what comes there
 * is gone with it, so that a stranger's connection cannot keep the process from ending.
 */
import type { Connection } from '../connection.ts';
import type { Accept } from '../listener.ts';
import { nodeListener } from './listener.ts';

export interface OwnListener {
  readonly port: number;
  /** Drops every connection that is still there. */
  close(): void;
}

/** More at once than the process opens are others'. */
const MAX_CONNECTIONS = 32;

/** @throws EcholotError in a place without a loopback to listen on */
export async function listenForSelf(accept: Accept): Promise<OwnListener> {
  const connections = new Set<Connection>();
  const listener = await nodeListener.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    if (connections.size >= MAX_CONNECTIONS) {
      connection.destroy();
      return { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => {} };
    }
    connections.add(connection);
    const handler = accept(connection);
    return {
      onBytes: (chunk, nowNs) => handler.onBytes(chunk, nowNs),
      onDrain: () => handler.onDrain(),
      onEnd: () => handler.onEnd(),
      onClose: (error) => {
        connections.delete(connection);
        handler.onClose(error);
      },
    };
  });
  return {
    port: listener.endpoints[0]?.port ?? 0,
    close: () => {
      listener.close();
      for (const connection of connections) connection.destroy();
    },
  };
}
