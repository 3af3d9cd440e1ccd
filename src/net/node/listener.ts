/** A server's listening sockets through node:net; `localhost` listens on the loopback of both families. */
import { createServer, type Server, type Socket } from 'node:net';
import { monotonic } from '../../clock/monotonic.ts';
import type { EcholotError } from '../../core/errors.ts';
import { type ConnectionHandler, type Endpoint, endpointText, hostPortText } from '../connection.ts';
import { networkError } from '../errors/network-error.ts';
import type { Accept, ListenerNetwork } from '../listener.ts';
import { addressesToListenOn } from '../reach/resolve.ts';
import { adoptForReading } from './adopt.ts';
import { socketConnection } from './socket.ts';

/** A port that is free in one family can be taken in the other: with port 0, another one is tried. */
const FREE_PORT_TRIES = 10;

export const nodeListener: ListenerNetwork = {
  engine: 'node',
  timekeeper: monotonic,
  async listen({ host, port }, accept) {
    const addresses = await addressesToListenOn(host);
    for (let attempt = 1; ; attempt++) {
      try {
        const servers = await listenOnAll(addresses, port, accept);
        return {
          endpoints: servers.map(endpointOf),
          close: () => {
            for (const server of servers) server.close();
          },
        };
      } catch (error) {
        if (port !== 0 || attempt === FREE_PORT_TRIES || !hasCode(error, 'EADDRINUSE')) {
          throw networkError(hostPortText(host, port), error, { address: addresses[0], port });
        }
      }
    }
  },
};

/** One server for each address, all on the port that the first one got. */
async function listenOnAll(addresses: readonly string[], port: number, accept: Accept): Promise<Server[]> {
  const servers: Server[] = [];
  try {
    for (const address of addresses) {
      const first = servers[0];
      try {
        servers.push(await listenOn(address, first === undefined ? port : endpointOf(first).port, accept));
      } catch (error) {
        // A host without IPv6 has no ::1; the other address of the name is enough.
        const lacksAddress = hasCode(error, 'EADDRNOTAVAIL') || hasCode(error, 'EAFNOSUPPORT');
        if (!lacksAddress || addresses.length === 1) throw error;
      }
    }
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return servers;
}

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
  const reader: { handler?: ConnectionHandler } = {};
  const socket = adoptForReading(accepted, (chunk) => reader.handler?.onBytes(chunk, monotonic.nowNs()));
  const connection = socketConnection(socket);
  const handler: ConnectionHandler = accept(connection);
  reader.handler = handler;
  let failure: EcholotError | undefined;
  socket.on('drain', () => handler.onDrain());
  socket.on('end', () => handler.onEnd());
  socket.on('error', (error) => {
    failure = networkError(endpointText(connection.remote), error);
  });
  socket.on('close', () => handler.onClose(failure));
}

function endpointOf(server: Server): Endpoint {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  return { address: address.address, port: address.port, family: address.family === 'IPv6' ? 6 : 4 };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
