/**
 * A server's listening sockets that speak TLS. A connection is handed over when TCP has it, before the handshake: so it
 * is counted, limited and timed as any other from its first byte on, and whoever never speaks TLS is cut like a client
 * that never says anything.
 */
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { monotonic } from '../../clock/monotonic.ts';
import { EcholotError } from '../../core/errors.ts';
import { endpointText } from '../../text/endpoint.ts';
import type { Connection, ConnectionHandler } from '../connection.ts';
import { spokeNoTls, tlsClientFault } from '../errors/tls-client-fault.ts';
import type { Accept, ListenerNetwork } from '../listener.ts';
import { listenForSockets } from './listener.ts';
import { LoopOthers } from './others.ts';
import { socketConnection } from './socket.ts';
import { MIN_TLS_VERSION } from './tls-client.ts';

/**
 * A fatal alert, `protocol_version` (RFC 8446, section 6): what a plain client can tell TLS by. OpenSSL sends none to
 * somebody who spoke none.
 */
const ALERT: Uint8Array = Uint8Array.of(0x15, 0x03, 0x03, 0, 2, 2, 70);

/** A certificate and its key, as text (PEM). */
export interface TlsIdentity {
  /** With those between it and its CA, if there are any, behind it. */
  readonly certificate: string;
  readonly key: string;
}

/** Shows who it is, and can show another certificate to those who come later. */
export interface TlsListenerNetwork extends ListenerNetwork {
  /** Those who are connected go on. @throws EcholotError `usage` for one that cannot be used; then nothing changes */
  renew(identity: TlsIdentity): void;
}

/** @throws EcholotError `usage` for a certificate that cannot be used */
export function tlsListener(identity: TlsIdentity): TlsListenerNetwork {
  let context = contextOf(identity);
  return {
    engine: 'node',
    timekeeper: monotonic,
    renew: (next) => {
      context = contextOf(next);
    },
    listen: (options, accept) => listenForSockets(options, (socket) => attach(socket, context, accept)),
  };
}

function contextOf({ certificate, key }: TlsIdentity): SecureContext {
  try {
    return createSecureContext({
      cert: certificate,
      key,
      minVersion: MIN_TLS_VERSION,
      // A client could ask for one costly handshake after the other on one connection.
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const isOfAnother = code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH';
    throw new EcholotError(
      'usage',
      isOfAnother
        ? 'the key is not that of the certificate'
        : `the certificate and its key cannot be used (${code || String(error)})`,
      { cause: error, advice: 'give both in the form of PEM, the key without a passphrase' },
    );
  }
}

function attach(accepted: Socket, secureContext: SecureContext, accept: Accept): void {
  // What becomes of it is told by the socket around it.
  accepted.on('error', () => {});
  if (accepted.remoteAddress === undefined) {
    accepted.destroy();
    return;
  }
  const socket = new TLSSocket(accepted, { isServer: true, secureContext });
  let isSecured = false;
  const others = new LoopOthers();
  const connection: Connection = {
    ...socketConnection(socket),
    others,
    // An end within the handshake would be one of TCP, and would look as if the server spoke no TLS.
    end: () => {
      if (isSecured) socket.end();
      else socket.once('secure', () => socket.end());
    },
  };
  let failure: EcholotError | undefined;
  const handler: ConnectionHandler = accept(connection);
  socket.on('secure', () => {
    isSecured = true;
  });
  // An internal of Node, told while the connection can still be written to. Without it the client is closed in silence.
  socket.on('_tlsError', (error: Error) => {
    if (!isSecured && spokeNoTls(error)) accepted.write(ALERT);
  });
  socket.on('data', (chunk: Buffer) => {
    const nowNs = monotonic.nowNs();
    others.received(nowNs);
    handler.onBytes(chunk, nowNs);
  });
  socket.on('drain', () => handler.onDrain());
  socket.on('end', () => handler.onEnd());
  socket.on('error', (error) => {
    failure = tlsClientFault(endpointText(connection.remote), error, isSecured);
    // The kernel's connection ends with it, whoever of the two has failed.
    socket.destroy();
  });
  socket.on('close', () => {
    others.disable();
    handler.onClose(failure);
  });
}
