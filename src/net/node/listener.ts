/** A server's listening sockets through node:net; `localhost` listens on the loopback of both families. */
import { createServer, type Server, type Socket } from 'node:net';
import { monotonic } from '../../clock/monotonic.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { Endpoint } from '../../facts/connection.ts';
import { endpointText } from '../../text/endpoint.ts';
import type { Connection, ConnectionHandler } from '../connection.ts';
import { networkError } from '../errors/network-error.ts';
import { listenOnHost } from '../listen-on-host.ts';
import type { Accept, ListenerNetwork } from '../listener.ts';
import { adoptForReading } from './adopt.ts';
import { LoopOthers } from './others.ts';
import { socketConnection } from './socket.ts';

export const nodeListener: ListenerNetwork = {
  engine: 'node',
  timekeeper: monotonic,
  listen: (options, accept) =>
    listenOnHost(options, {
      listenOn: (address, port) => listenOn(address, port, accept),
      portOf: (server) => endpointOf(server).port,
      listenerOf: (servers) => ({
        endpoints: servers.map(endpointOf),
        close: () => {
          for (const server of servers) server.close();
        },
      }),
    }),
};

function listenOn(address: string, port: number, accept: Accept): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) =>
      attach(socket, accept),
    );
    server.once('error', reject);
    // A peer that resets while it is being accepted is its own affair.
    server.on('error', () => {});
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
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

export function endpointOf(server: Server): Endpoint {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  return { address: address.address, port: address.port, family: address.family === 'IPv6' ? 6 : 4 };
}
