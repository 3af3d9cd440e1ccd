/**
 * The client's side of TLS through node:tls. Every certificate is checked, whatever the environment says, and every
 * handshake is a full one: no session is resumed, so that all of them cost the same.
 */
import { isIP } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { monotonic } from '../../clock/monotonic.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { TlsOptions, TlsRecord } from '../../facts/tls.ts';
import type { ConnectionHandler } from '../connection.ts';
import { cancelled } from '../errors/session-error.ts';
import { brokenOff, handshakeSilence, tlsError } from '../errors/tls-error.ts';

/** Older versions are broken (RFC 8996). */
export const MIN_TLS_VERSION = 'TLSv1.2';
const NS_PER_MS = 1_000_000;

/** Certificates are parsed once for each way to ask, not for each connection. */
const contexts = new WeakMap<TlsOptions, SecureContext>();

/** The name that the certificate must have. */
export function certifiedName({ name }: TlsOptions, host: string): string {
  return name ?? host.replace(/%.*$/, '');
}

/** What `tls.connect()` is told beside where to connect to. */
export function clientTlsOptions(tls: TlsOptions, host: string): ConnectionOptions {
  const name = certifiedName(tls, host);
  return {
    secureContext: contextOf(tls),
    // An address is no name to ask for (RFC 6066, section 3).
    servername: isIP(name) === 0 ? name : '',
    // Said although it is the default: a variable of the environment can change that.
    rejectUnauthorized: true,
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  };
}

export interface HandshakeTerms {
  /** As errors name the server. */
  readonly subject: string;
  /** Of {@link certifiedName}. */
  readonly name: string;
  /** When the TCP connection stood. */
  readonly startNs: bigint;
  /** What is left, ns, of the time for the whole way to the server. */
  readonly leftNs: number;
  /** That whole time, ns. */
  readonly timeoutNs: number;
  readonly signal: AbortSignal | undefined;
}

/** Waits until a connection that stands is secured; one that fails is destroyed. @throws EcholotError */
export function secured(socket: TLSSocket, terms: HandshakeTerms): Promise<TlsRecord> {
  const { subject, name, startNs, leftNs, timeoutNs, signal } = terms;
  return new Promise((resolve, reject) => {
    const endNs = monotonic.nowNs() + BigInt(Math.max(0, Math.ceil(leftNs)));
    const fail = (error: EcholotError): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const abort = (): void => fail(cancelled());
    const cancelEnd = monotonic.wakeAt(endNs, () =>
      fail(handshakeSilence(subject, Math.ceil(timeoutNs / NS_PER_MS))),
    );
    const onError = (error: Error): void => fail(tlsError(subject, error, name));
    const onClose = (): void => fail(brokenOff(subject));
    const onSecure = (): void => {
      const handshakeNs = Number(monotonic.nowNs() - startNs);
      settle();
      // Only now: of a socket that has failed, these calls are not safe.
      const { standardName } = socket.getCipher();
      resolve({ version: socket.getProtocol() ?? 'unknown', cipher: standardName, handshakeNs });
    };
    const settle = (): void => {
      cancelEnd();
      signal?.removeEventListener('abort', abort);
      socket.off('secureConnect', onSecure).off('error', onError).off('close', onClose);
    };
    socket.on('secureConnect', onSecure).on('error', onError).on('close', onClose);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/** The handler of a connection that is not secured yet: whoever dials is told of its end, and not the handler. */
export class SecuredHandler implements ConnectionHandler {
  isOpen = false;
  private readonly handler: ConnectionHandler;

  constructor(handler: ConnectionHandler) {
    this.handler = handler;
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    this.handler.onBytes(chunk, nowNs);
  }

  onDrain(): void {
    this.handler.onDrain();
  }

  onEnd(): void {
    if (this.isOpen) this.handler.onEnd();
  }

  onClose(error: EcholotError | undefined): void {
    if (this.isOpen) this.handler.onClose(error);
  }
}

function contextOf(tls: TlsOptions): SecureContext {
  const known = contexts.get(tls);
  if (known !== undefined) return known;
  const { ca } = tls;
  const context = createSecureContext({
    minVersion: MIN_TLS_VERSION,
    ...(ca === undefined ? {} : { ca }),
  });
  contexts.set(tls, context);
  return context;
}
