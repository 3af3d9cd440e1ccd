/**
 * Client connections through node:net. Bytes come by `onread` into one preallocated buffer: no allocation
 * and no stream machinery between the kernel and the stamp.
 */
import { connect } from 'node:net';
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
    return await race(
      target,
      addresses,
      (address, end) => dialAddress(address, target, handler, { ...options, socket }, end),
      { ...options, timekeeper: monotonic, spentNs: Number(monotonic.nowNs() - startNs) },
    );
  },
};

/** @returns a function that gives it up */
function dialAddress(
  address: Address,
  target: Target,
  handler: ConnectionHandler,
  { socket: { noDelay = true, bindAddress } = {} }: DialOptions,
  end: AttemptEnd<Dialed>,
): () => void {
  const subject = subjectOf(target, address);
  let startNs = monotonic.nowNs();
  const socket = connect({
    host: address.address,
    port: target.port,
    family: address.family,
    noDelay,
    ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
    onread: {
      buffer: Buffer.allocUnsafe(READ_BUFFER_BYTES),
      callback: (bytes, buffer) => {
        const nowNs = monotonic.nowNs();
        handler.onBytes(buffer.subarray(0, bytes), nowNs);
        return true;
      },
    },
  });
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
  socket.on('connect', () => {
    const connectNs = Number(monotonic.nowNs() - startNs);
    const connection = socketConnection(socket);
    if (isSelfConnected(connection.local, connection.remote)) {
      failure = networkError(subject, refused(), address);
      socket.resetAndDestroy();
      return;
    }
    standing = true;
    end.stands({ connection, connectNs });
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
