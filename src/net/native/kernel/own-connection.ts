/**
 * A thread's connection with itself over a loopback port. Any program of this machine can reach such a port, and may
 * come first: what is accepted counts only when it is the other end of the thread's own socket.
 */
import type { Endpoint } from '../../../facts/connection.ts';
import { ERRNO, SOCK_CLOEXEC, SOCK_NONBLOCK } from './constants.ts';
import type { Descriptors } from './descriptors.ts';
import { SystemError } from './errno.ts';
import type { Libc } from './libc.ts';
import { NativeSocket } from './socket.ts';

/** More strangers than this on a port that nobody was told of are no accident. */
const MAX_STRANGERS = 16;

/**
 * Accepts the connection that comes from `own`; others are closed. Never waits.
 * @param listener a listening socket that does not block
 * @throws SystemError when it is not there (EAGAIN), or one that came could not be taken
 */
export function acceptOwn(
  libc: Libc,
  descriptors: Descriptors,
  listener: NativeSocket,
  own: Endpoint,
): NativeSocket {
  for (let i = 0; i <= MAX_STRANGERS; i++) {
    const fd = libc.accept4(listener.fd, null, null, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) throw new SystemError('accept4', libc.errno());
    const socket = NativeSocket.adopt(libc, descriptors, fd);
    if (isFrom(socket, own)) return socket;
    socket.close();
  }
  throw new SystemError('accept4', ERRNO.EAGAIN);
}

function isFrom(socket: NativeSocket, { address, port }: Endpoint): boolean {
  try {
    const { remote } = socket;
    return remote.address === address && remote.port === port;
  } catch (error) {
    // Gone again already.
    if (error instanceof SystemError) return false;
    throw error;
  }
}
