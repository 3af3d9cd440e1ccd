/** Connects a socket of our own, address by address, and asks the kernel for the handshake's round trip. */
import { EcholotError } from '../../core/errors.ts';
import { isSelfConnected } from '../connection.ts';
import type { Handshake } from '../handshaker.ts';
import { networkError } from '../network-error.ts';
import { Channel } from './channel.ts';
import type { DialAddress, DialOrder } from './client-messages.ts';
import { ERRNO } from './constants.ts';
import { SystemError } from './errno.ts';
import { decodeAddress } from './sockaddr.ts';
import { NativeSocket } from './socket.ts';
import { setUpSocket } from './socket-setup.ts';
import { TcpInfo } from './tcp-info.ts';
import type { ThreadEnd } from './thread-end.ts';

const NS_PER_MS = 1_000_000;

export interface Dialed extends Omit<Handshake, 'socket'> {
  readonly channel: Channel;
  readonly address: DialAddress;
}

/** @throws EcholotError `network`, `timeout`, `usage` for an option that is refused, or `cancelled` */
export function dial(thread: ThreadEnd, order: DialOrder): Dialed {
  let lastError: unknown;
  for (const address of order.addresses) {
    try {
      return dialAddress(thread, address, order);
    } catch (error) {
      lastError = error;
      // Another family may be served where this one is refused or silent; cancelled is cancelled.
      if (error instanceof EcholotError && (error.code === 'cancelled' || error.code === 'usage')) break;
    }
  }
  if (lastError instanceof EcholotError) lastError.phase ??= 'connect';
  throw lastError;
}

function dialAddress(thread: ThreadEnd, address: DialAddress, order: DialOrder): Dialed {
  const { timeoutNs, socket: options } = order;
  let socket: NativeSocket | undefined;
  try {
    socket = NativeSocket.create(thread.libc, thread.descriptors, address.family, options.multipath ?? false);
    setUpSocket(socket, address.family, options);
    const channel = new Channel(thread, socket, order.echoBytes);
    const startNs = process.hrtime.bigint();
    const stands = channel.connect(address.sockaddr, timeoutNs);
    const connectNs = Number(process.hrtime.bigint() - startNs);
    if (!stands) throw thread.isAsked ? cancelled() : late(address.subject, timeoutNs);
    const { local, remote } = socket;
    if (isSelfConnected(local, remote)) {
      socket.reset();
      throw new SystemError('connect', ERRNO.ECONNREFUSED);
    }
    const { handshakeRttNs, resentSegments: resentSyns } = new TcpInfo().read(socket);
    return { channel, address, connectNs, handshakeRttNs, resentSyns, local, remote };
  } catch (error) {
    socket?.close();
    if (!(error instanceof SystemError)) throw error;
    const { address: remote } = decodeAddress(address.sockaddr);
    throw networkError(address.subject, error, { address: remote, bindAddress: options.bindAddress });
  }
}

function cancelled(): EcholotError {
  return new EcholotError('cancelled', 'the run was cancelled');
}

function late(subject: string, timeoutNs: number): EcholotError {
  return new EcholotError('timeout', `${subject}: no connection within ${timeoutNs / NS_PER_MS} ms`, {
    advice: 'check the address and firewalls, or raise --timeout',
  });
}
