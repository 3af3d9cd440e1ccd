/**
 * Client connections through node:net. Bytes come by `onread` into one preallocated buffer: no allocation
 * and no stream machinery between the kernel and the stamp.
 */
import { connect } from 'node:net';
import { monotonic } from '../../clock/monotonic.ts';
import { EcholotError } from '../../core/errors.ts';
import { type ConnectionHandler, hostPortText, isSelfConnected } from '../connection.ts';
import type { Dialed, DialerNetwork, DialOptions, Target } from '../dialer.ts';
import { networkError } from '../network-error.ts';
import { type Address, resolveTarget } from '../resolve.ts';
import { socketConnection } from './socket.ts';
import { SpinWaiter } from './spin.ts';

const NS_PER_MS = 1_000_000;
/** Large enough for two echoes of 32 KiB; more per read gains nothing below that size. */
const READ_BUFFER_BYTES = 256 * 1024;

export const nodeDialer: DialerNetwork = {
  timekeeper: monotonic,
  waiter: () => new SpinWaiter(),
  async dial(target, handler, options) {
    const addresses = await resolveTarget(target, options.signal, options.socket?.bindAddress);
    let lastError: unknown;
    for (const address of addresses) {
      try {
        return await dialAddress(address, target, handler, options);
      } catch (error) {
        lastError = error;
        // Another family may be served where this one is refused or silent; cancelled is cancelled.
        if (!(error instanceof EcholotError) || error.code === 'cancelled') throw error;
      }
    }
    throw lastError;
  },
};

function dialAddress(
  { address, family }: Address,
  { host, port }: Target,
  handler: ConnectionHandler,
  { timeoutNs, signal, socket: { noDelay = true, bindAddress } = {} }: DialOptions,
): Promise<Dialed> {
  const subject = hostPortText(host, port) + (host === address ? '' : ` (${address})`);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new EcholotError('cancelled', 'the run was cancelled'));
      return;
    }
    let failure: EcholotError | undefined;
    let startNs = monotonic.nowNs();
    const socket = connect({
      host: address,
      port,
      family,
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
    const timeoutMs = timeoutNs / NS_PER_MS;
    const timer = setTimeout(() => {
      socket.destroy(
        new EcholotError('timeout', `${subject}: no connection within ${timeoutMs} ms`, {
          advice: 'check the address and firewalls, or raise --timeout',
        }),
      );
    }, timeoutMs);
    const abort = (): void => {
      socket.destroy(new EcholotError('cancelled', 'the run was cancelled'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    const settled = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    let standing = false;
    // Emitted just before the system call: all that Node does before it is no part of the path.
    socket.on('connectionAttempt', () => {
      startNs = monotonic.nowNs();
    });
    socket.on('connect', () => {
      const connectNs = Number(monotonic.nowNs() - startNs);
      const connection = socketConnection(socket);
      if (isSelfConnected(connection.local, connection.remote)) {
        failure = networkError(subject, refused(), { address });
        socket.resetAndDestroy();
        return;
      }
      standing = true;
      settled();
      resolve({ connection, connectNs });
    });
    socket.on('drain', () => handler.onDrain());
    socket.on('end', () => handler.onEnd());
    socket.on('error', (error) => {
      failure =
        error instanceof EcholotError ? error : networkError(subject, error, { address, bindAddress });
    });
    socket.on('close', () => {
      settled();
      if (standing) handler.onClose(failure);
      else reject(failure ?? networkError(subject, new Error('closed while connecting')));
    });
  });
}

/** What the kernel says of a port on which nobody listens. */
function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
}
