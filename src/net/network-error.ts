/** Errors of sockets in words, whichever way to the wire met them. */
import { EcholotError } from '../core/errors.ts';

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
  EADDRNOTAVAIL: {
    what: 'this machine does not have that address',
    advice: 'choose another with --host or --bind',
  },
  EACCES: { what: 'permission denied', advice: 'ports below 1024 need privileges: choose a higher one' },
  EMFILE: { code: 'limit', what: 'too many open files', advice: 'raise the limit (ulimit -n)' },
  ENFILE: {
    code: 'limit',
    what: 'too many open files on this machine',
    advice: 'raise its limit (sysctl fs.file-max)',
  },
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
