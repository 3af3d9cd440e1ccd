/**
 * An HTTP server beside another server, which it must never hold up: few connections at once, each for one small
 * request and a short time, whoever is at its other end. Refuses to know what it answers.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import type { Endpoint } from '../../facts/connection.ts';
import { listenOnHost } from '../../net/listen-on-host.ts';

/** More than scrape one server; whoever comes when there are as many is dropped. */
export const MAX_SIDE_CONNECTIONS = 16;
/** A connection ends after so long, whatever it waits for; a scrape takes milliseconds. */
export const SIDE_TIMEOUT_MS = 3_000;
/** A scraper says what it accepts, in a few hundred bytes. */
const MAX_REQUEST_HEADER_BYTES = 8_192;

export interface SideAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SideHandlers {
  /** @param path without what is behind a question mark */
  readonly answer: (path: string) => SideAnswer;
  /** What went wrong after the start; whoever asked got no answer. */
  readonly onTrouble: (error: unknown) => void;
}

export interface SideOptions extends SideHandlers {
  readonly host: string;
  readonly port: number;
}

export interface SideServer {
  readonly endpoints: readonly Endpoint[];
  /** Connections that were over {@link MAX_SIDE_CONNECTIONS}. */
  readonly dropped: number;
  close(): void;
}

/** @throws EcholotError `network` when the address cannot be had */
export async function startSideServer({ host, port, ...handlers }: SideOptions): Promise<SideServer> {
  const service = new SideService(handlers);
  const listener = await listenOnHost(
    { host, port },
    {
      listenOn: (address, one) => service.listen({ host: address, port: one, exclusive: true }),
      portOf: (server) => endpointOf(server).port,
      listenerOf: (servers) => ({
        endpoints: servers.map(endpointOf),
        close: () => {
          for (const server of servers) server.close();
          service.dropAll();
        },
      }),
    },
  );
  return {
    endpoints: listener.endpoints,
    get dropped() {
      return service.dropped;
    },
    close: () => listener.close(),
  };
}

/** What answers, wherever it listens; all of its listeners share one bound. */
export class SideService {
  private readonly handlers: SideHandlers;
  private readonly sockets = new Set<Socket>();
  /** Connections that were over {@link MAX_SIDE_CONNECTIONS}. */
  dropped = 0;

  constructor(handlers: SideHandlers) {
    this.handlers = handlers;
  }

  /** Rejected with the error of the system when it cannot be had. */
  listen(place: ListenOptions): Promise<Server> {
    const { onTrouble } = this.handlers;
    return new Promise((resolve, reject) => {
      const server = createServer(
        { maxHeaderSize: MAX_REQUEST_HEADER_BYTES, keepAlive: false },
        (request, response) => this.respond(request, response),
      );
      server.maxRequestsPerSocket = 1;
      // Before HTTP has it: one that is dropped costs no parser.
      server.prependListener('connection', (socket) => this.admit(socket));
      server.once('error', reject);
      server.listen(place, () => {
        server.off('error', reject);
        server.on('error', onTrouble);
        resolve(server);
      });
    });
  }

  dropAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private admit(socket: Socket): void {
    const { sockets } = this;
    if (sockets.size >= MAX_SIDE_CONNECTIONS) {
      this.dropped++;
      socket.destroy();
      return;
    }
    sockets.add(socket);
    const timer = setTimeout(() => socket.destroy(), SIDE_TIMEOUT_MS).unref();
    socket.once('close', () => {
      clearTimeout(timer);
      sockets.delete(socket);
    });
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    const { answer, onTrouble } = this.handlers;
    try {
      reply(request, response, answer);
    } catch (error) {
      response.destroy();
      onTrouble(error);
    }
  }
}

function reply(request: IncomingMessage, response: ServerResponse, answer: SideOptions['answer']): void {
  const { method, url = '/' } = request;
  const { status, headers, body } =
    method === 'GET' || method === 'HEAD'
      ? answer(url.split('?', 1)[0] ?? '/')
      : {
          status: 405,
          headers: { 'Content-Type': 'text/plain', Allow: 'GET, HEAD' },
          body: 'GET or HEAD only\n',
        };
  response.writeHead(status, {
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  });
  // A body that nobody asked for is not read; the connection ends with the answer.
  response.end(body);
}

function endpointOf(server: Server): Endpoint {
  const { address, port, family } = server.address() as AddressInfo;
  return { address, port, family: family === 'IPv6' ? 6 : 4 };
}
