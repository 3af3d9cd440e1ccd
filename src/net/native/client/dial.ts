/** Connects a socket of our own, and asks the kernel for the handshake's round trip. */

import { networkError } from '../../errors/network-error.ts';
import { inPhase } from '../../errors/session-error.ts';
import type { Handshake } from '../../handshaker.ts';
import { SystemError } from '../kernel/errno.ts';
import type { NativeSocket } from '../kernel/socket.ts';
import { TcpInfo } from '../kernel/tcp-info.ts';
import type { ThreadEnd } from '../thread/thread-end.ts';
import type { DialAddress, DialOrder, DialReport } from './client-messages.ts';
import { Connecting } from './connecting.ts';

export interface Dialed extends Omit<Handshake, 'socket'> {
  readonly socket: NativeSocket;
  readonly address: DialAddress;
}

/**
 * @param onDialed told once, whether or not there is a connection
 * @throws EcholotError `network`, `timeout`, `usage` for an option that is refused, or `cancelled`
 */
export function dial(
  thread: ThreadEnd,
  order: DialOrder,
  onDialed: (report: DialReport) => void = () => {},
): Dialed {
  const connecting = new Connecting(thread, order);
  try {
    return connectedBy(connecting);
  } catch (error) {
    throw inPhase(error, 'connect');
  } finally {
    onDialed(connecting.report);
  }
}

function connectedBy(connecting: Connecting): Dialed {
  const { socket, address, connectNs } = connecting.run();
  try {
    const { handshakeRttNs, resentSegments: resentSyns } = new TcpInfo().read(socket);
    const { local, remote } = socket;
    return { socket, address, connectNs, handshakeRttNs, resentSyns, local, remote };
  } catch (error) {
    socket.close();
    throw error instanceof SystemError ? networkError(address.subject, error) : error;
  }
}
