/**
 * Listening for browsers, with a bound on all that one of them can take: connections, bytes of a head, time. What listens
 * on several addresses of a host is one server to those outside.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { EcholotError } from '../../core/errors.ts';
import type { Endpoint } from '../../facts/connection.ts';
import { listenOnHost } from '../../net/listen-on-host.ts';

/** Some 500 who watch, each with another connection for what they fetch. */
export const MAX_CONNECTIONS = 1_200;
/** The name of a target may be long, and is longer in an address. */
const MAX_HEADER_BYTES = 16_384;
const HEAD_MS = 5_000;
const REQUEST_MS = 10_000;
/** A connection on which nothing moves; those who watch hear of the monitor more often. */
const IDLE_MS = 40_000;
const KEEP_ALIVE_MS = 5_000;

export interface TlsTexts {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

export interface Listening {
  readonly endpoints: readonly Endpoint[];
  close(): Promise<void>;
}

export interface ListenRequest {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsTexts | undefined;
  readonly answer: RequestListener;
  /** What went wrong after the start. */
  readonly onTrouble: (error: unknown) => void;
}

/** @throws EcholotError `network` when the address cannot be had, `usage` for a certificate that is none */
export async function listen({ host, port, tls, answer, onTrouble }: ListenRequest): Promise<Listening> {
  if (tls !== undefined) refuseUnusable(tls);
  const listener = await listenOnHost(
    { host, port },
    {
      listenOn: (address, one) => started(boundServer(tls, answer), address, one, onTrouble),
      portOf: (server) => endpointOf(server).port,
      listenerOf: (servers) => ({
        endpoints: servers.map(endpointOf),
        close: () => {
          for (const server of servers) {
            server.close();
            server.closeAllConnections();
          }
        },
      }),
    },
  );
  return { endpoints: listener.endpoints, close: async () => listener.close() };
}

function refuseUnusable(tls: TlsTexts): void {
  try {
    createSecureContext({ ...tls });
  } catch (cause) {
    throw new EcholotError('usage', 'the certificate of the page cannot be used with its key', {
      advice: 'give both as PEM, and the key that the certificate was made for',
      cause,
    });
  }
}

function boundServer(tls: TlsTexts | undefined, answer: RequestListener): Server {
  const bounds = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEAD_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: HEAD_MS,
  };
  const server: Server =
    tls === undefined
      ? createServer(bounds, answer)
      : createTlsServer({ ...bounds, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: HEAD_MS }, answer);
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = IDLE_MS;
  return server;
}

/** Rejected with the error of the system when the address cannot be had. */
function started(
  server: Server,
  host: string,
  port: number,
  onTrouble: (error: unknown) => void,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', onTrouble);
      resolve(server);
    });
  });
}

function endpointOf(server: Server): Endpoint {
  const { address, port, family } = server.address() as AddressInfo;
  return { address, port, family: family === 'IPv6' ? 6 : 4 };
}
