/** Whether a descriptor that somebody else has opened is what a server can accept from. */
import { usage } from '../../../core/errors.ts';
import {
  ERRNO,
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  SO_ACCEPTCONN,
  SO_PROTOCOL,
  SOL_SOCKET,
} from '../kernel/constants.ts';
import { errnoName } from '../kernel/errno.ts';
import type { Libc } from '../kernel/libc.ts';

/** @throws EcholotError `usage` for anything but a TCP socket that listens */
export function checkListening(libc: Libc, fd: number): void {
  const wrong = whyNot(libc, fd);
  if (wrong === undefined) return;
  throw usage(
    `descriptor ${fd}, passed to listen on, ${wrong}`,
    'pass TCP sockets that listen (ListenStream= of a systemd socket, with Accept=no)',
  );
}

/** The end of a sentence. */
function whyNot(libc: Libc, fd: number): string | undefined {
  const protocol = option(libc, fd, SO_PROTOCOL);
  if (protocol < 0)
    return -protocol === ERRNO.EBADF ? 'is not open' : `is no socket (${errnoName(-protocol)})`;
  if (protocol !== IPPROTO_TCP && protocol !== IPPROTO_MPTCP) return 'is a socket of another kind than TCP';
  return option(libc, fd, SO_ACCEPTCONN) === 1 ? undefined : 'is a TCP socket that does not listen';
}

/** Its value, or an error number below zero. */
function option(libc: Libc, fd: number, name: number): number {
  const value = new Int32Array(1);
  const bytes = new Uint32Array([value.byteLength]);
  if (libc.getsockopt(fd, SOL_SOCKET, name, value, bytes) < 0) return -libc.errno();
  return value[0] ?? 0;
}
