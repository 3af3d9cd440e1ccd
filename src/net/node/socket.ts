/** A `net.Socket` as a {@link Connection}, and the errors of sockets in words. */
import type { Socket } from 'node:net';
import { EcholotError } from '../../core/errors.ts';
import type { Connection, Endpoint } from '../connection.ts';

export function socketConnection(socket: Socket): Connection {
  const local = endpoint(socket.localAddress, socket.localPort);
  const remote = endpoint(socket.remoteAddress, socket.remotePort);
  let lastBytes: Uint8Array | undefined;
  let lastBuffer: Buffer | undefined;
  return {
    local,
    remote,
    write: (bytes) => {
      if (Buffer.isBuffer(bytes)) return socket.write(bytes);
      // A client writes the same array again and again: one Buffer for it saves one allocation a probe.
      if (bytes !== lastBytes || lastBuffer === undefined) {
        lastBytes = bytes;
        lastBuffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      }
      return socket.write(lastBuffer);
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    end: () => {
      socket.end();
    },
    close: () => socket.destroySoon(),
    destroy: () => {
      socket.destroy();
    },
  };
}

/** An IPv4 client of a dual-stack listener shows as `::ffff:a.b.c.d`: it is an IPv4 connection. */
function endpoint(address = '', port = 0): Endpoint {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  const plain = mapped ?? address;
  return { address: plain, port, family: plain.includes(':') ? 6 : 4 };
}

interface Wording {
  readonly code?: 'limit';
  readonly what: string;
  readonly advice: string;
}

const WORDINGS: Readonly<Record<string, Wording>> = {
  ECONNREFUSED: {
    what: 'connection refused: nothing listens there',
    advice: 'start a server there (echolot serve) or check the port',
  },
  ECONNRESET: {
    what: 'connection reset by the peer',
    advice: 'the server dropped the connection: look at its log',
  },
  EPIPE: {
    what: 'the peer has closed the connection',
    advice: 'the server dropped the connection: look at its log',
  },
  EHOSTUNREACH: { what: 'no route to the host', advice: 'check the address and the network' },
  ENETUNREACH: {
    what: 'the network is unreachable',
    advice: 'check the address, or choose the other family with --family',
  },
  ETIMEDOUT: { what: 'the connection timed out', advice: 'check the address and firewalls' },
  ENOTFOUND: { what: 'unknown host', advice: 'check the spelling of the name' },
  EAI_AGAIN: { what: 'the name could not be looked up', advice: 'check the resolver, or give an address' },
  EADDRINUSE: { what: 'the port is taken', advice: 'choose another with --port, or --port 0 for any' },
  EADDRNOTAVAIL: { what: 'this machine does not have that address', advice: 'choose another with --host' },
  EACCES: { what: 'permission denied', advice: 'ports below 1024 need privileges: choose a higher one' },
  EMFILE: { code: 'limit', what: 'too many open files', advice: 'raise the limit (ulimit -n)' },
};

/** A system error of a socket as a `network` (or `limit`) error about `subject` (`host:port`). */
export function networkError(subject: string, error: unknown): EcholotError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const wording = code === undefined ? undefined : WORDINGS[code];
  const what = wording?.what ?? (error instanceof Error ? error.message : String(error));
  return new EcholotError(wording?.code ?? 'network', `${subject}: ${what}`, {
    cause: error,
    ...(wording === undefined ? {} : { advice: wording.advice }),
  });
}
