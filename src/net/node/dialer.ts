/**
 * Client connections through node:net. Bytes come by `onread` into one preallocated buffer: no allocation
 * and no stream machinery between the kernel and the stamp.
 */
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { monotonic } from '../../clock/monotonic.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { Address } from '../../facts/connection.ts';
import { type ConnectionHandler, isSelfConnected } from '../connection.ts';
import type { Dialed, DialerNetwork, DialOptions, Target } from '../dialer.ts';
import { networkError } from '../errors/network-error.ts';
import { refusedHere, subjectOf } from '../reach/failures.ts';
import { type AttemptEnd, race } from '../reach/race.ts';
import { addressesOf, sourceFor } from '../reach/resolve.ts';
import { socketConnection } from './socket.ts';
import { SpinWaiter } from './spin.ts';
import { certifiedName, clientTlsOptions, SecuredHandler, secured } from './tls-client.ts';

/** Large enough for two echoes of 32 KiB; more per read gains nothing below that size. */
const READ_BUFFER_BYTES = 256 * 1024;

export const nodeDialer: DialerNetwork = {
  timekeeper: monotonic,
  waiter: () => new SpinWaiter(),
  async dial(target, handler, options) {
    const startNs = monotonic.nowNs();
    const addresses = await addressesOf(target, {
      ...options,
      timekeeper: monotonic,
      bindAddress: options.socket?.bindAddress,
    });
    const socket = { ...options.socket, ...sourceFor(options.socket ?? {}, addresses) };
    const { tls } = socket;
    const secure = tls === undefined ? undefined : new SecuredHandler(handler);
    const standing = await race<Standing>(
      target,
      addresses,
      (address, end) => dialAddress(address, target, secure ?? handler, { ...options, socket }, end),
      { ...options, timekeeper: monotonic, spentNs: Number(monotonic.nowNs() - startNs) },
    );
    const { connection, connectNs } = standing;
    if (tls === undefined || secure === undefined) return { connection, connectNs };
    const record = await secured(standing.socket as TLSSocket, {
      subject: subjectOf(target, connection.remote),
      name: certifiedName(tls, target.host),
      startNs: standing.atNs,
      timeoutNs: options.timeoutNs,
      leftNs: options.timeoutNs - Number(monotonic.nowNs() - startNs),
      signal: options.signal,
    });
    secure.isOpen = true;
    return { connection, connectNs, tls: record };
  },
};

/** A TCP connection, of which TLS may want more. */
interface Standing extends Dialed {
  readonly socket: Socket;
  readonly atNs: bigint;
}

/** @returns a function that gives it up */
function dialAddress(
  address: Address,
  target: Target,
  handler: ConnectionHandler,
  { socket: { noDelay = true, bindAddress, tls } = {} }: DialOptions,
  end: AttemptEnd<Standing>,
): () => void {
  const subject = subjectOf(target, address);
  let startNs = monotonic.nowNs();
  const options: NetConnectOpts = {
    host: address.address,
    port: target.port,
    family: address.family,
    ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
    onread: {
      buffer: Buffer.allocUnsafe(READ_BUFFER_BYTES),
      callback: (bytes, buffer) => {
        const nowNs = monotonic.nowNs();
        handler.onBytes(buffer.subarray(0, bytes), nowNs);
        return true;
      },
    },
  };
  const socket =
    tls === undefined ? connect(options) : connectTls({ ...options, ...clientTlsOptions(tls, target.host) });
  // A socket of TLS does not take it as an option.
  socket.setNoDelay(noDelay);
  let standing = false;
  let failure: EcholotError | undefined;
  /** The kernel has begun to connect. */
  let began = false;
  // Emitted just before the system call: all that Node does before it is no part of the path.
  socket.on('connectionAttempt', () => {
    startNs = monotonic.nowNs();
    // By then the call has returned, and its error is known.
    queueMicrotask(() => {
      began = socket.errored === null;
    });
  });
  // Before TLS hears of it, which begins with a costly choice of keys.
  socket.prependListener('connect', () => {
    const atNs = monotonic.nowNs();
    const connectNs = Number(atNs - startNs);
    const connection = socketConnection(socket);
    if (isSelfConnected(connection.local, connection.remote)) {
      failure = networkError(subject, refused(), address);
      socket.resetAndDestroy();
      return;
    }
    standing = true;
    end.stands({ connection, connectNs, socket, atNs });
  });
  socket.on('drain', () => handler.onDrain());
  socket.on('end', () => handler.onEnd());
  socket.on('error', (error) => {
    failure = networkError(subject, error, { address: address.address, bindAddress });
    if (!began) refusedHere(failure);
  });
  socket.on('close', () => {
    if (standing) handler.onClose(failure);
    else end.fails(failure ?? networkError(subject, new Error('closed while connecting')));
  });
  return () => socket.destroy();
}

/** What the kernel says of a port on which nobody listens. */
function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
}
