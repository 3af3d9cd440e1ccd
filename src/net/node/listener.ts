/** A server's listening sockets through node:net; `localhost` listens on the loopback of both families. */
import { createServer, type Server, type Socket } from 'node:net';
import { monotonic } from '../../clock/monotonic.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { Endpoint } from '../../facts/connection.ts';
import { endpointText } from '../../text/endpoint.ts';
import type { Connection, ConnectionHandler } from '../connection.ts';
import { networkError } from '../errors/network-error.ts';
import { listenOnHost, listenOnPassed } from '../listen-on-host.ts';
import type { Accept, Listener, ListenerNetwork, ListenOptions } from '../listener.ts';
import { adoptForReading } from './adopt.ts';
import { LoopOthers } from './others.ts';
import { socketConnection } from './socket.ts';

export const nodeListener: ListenerNetwork = {
  engine: 'node',
  timekeeper: monotonic,
  listen: (options, accept) => listenForSockets(options, (socket) => attach(socket, accept)),
};

/**
 * For whatever is spoken on the connections: on a host, or on sockets that were passed.
 * @throws EcholotError `network` when the address cannot be had, `usage` for a passed socket that cannot be listened on
 */
export function listenForSockets(
  { host, port, sockets }: ListenOptions,
  attach: (socket: Socket) => void,
): Promise<Listener> {
  const listenerOf = (servers: readonly Server[]): Listener => ({
    endpoints: servers.map(endpointOf),
    close: () => {
      for (const server of servers) server.close();
    },
  });
  if (sockets !== undefined) {
    return listenOnPassed(sockets, { takeOver: (fd) => listening({ fd }, attach), listenerOf });
  }
  return listenOnHost(
    { host, port },
    {
      listenOn: (address, onPort) => listening({ host: address, port: onPort, exclusive: true }, attach),
      portOf: (server) => endpointOf(server).port,
      listenerOf,
    },
  );
}

function listening(
  where: { readonly host: string; readonly port: number; readonly exclusive: true } | { readonly fd: number },
  attach: (socket: Socket) => void,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, attach);
    server.once('error', reject);
    // A peer that resets while it is being accepted is its own affair.
    server.on('error', () => {});
    server.listen(where, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function endpointOf(server: Server): Endpoint {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  return { address: address.address, port: address.port, family: address.family === 'IPv6' ? 6 : 4 };
}

function attach(accepted: Socket, accept: Accept): void {
  if (accepted.remoteAddress === undefined) {
    accepted.destroy();
    return;
  }
  const reader: { handler?: ConnectionHandler; copies: boolean } = { copies: true };
  const others = new LoopOthers();
  const socket = adoptForReading(
    accepted,
    (chunk) => {
      const nowNs = monotonic.nowNs();
      others.received(nowNs);
      reader.handler?.onBytes(chunk, nowNs);
    },
    () => reader.copies,
  );
  const borrow = (): void => {
    reader.copies = false;
  };
  const connection: Connection = { ...socketConnection(socket), borrow, others };
  const handler: ConnectionHandler = accept(connection);
  reader.handler = handler;
  let failure: EcholotError | undefined;
  socket.on('drain', () => handler.onDrain());
  socket.on('end', () => handler.onEnd());
  socket.on('error', (error) => {
    failure = networkError(endpointText(connection.remote), error);
  });
  socket.on('close', () => {
    others.disable();
    handler.onClose(failure);
  });
}
