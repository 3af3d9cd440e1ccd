/**
 * Whether this process may do what the native engine does, found out by doing it: a filter on system calls, an
 * old kernel or one that only pretends shows at once, and not in the middle of a measurement.
 */
import {
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  IPPROTO_TCP,
  SO_TIMESTAMPING,
  SOL_SOCKET,
  TCP_INFO,
  TIMESTAMPING,
} from './kernel/constants.ts';
import { Descriptors } from './kernel/descriptors.ts';
import { SystemError } from './kernel/errno.ts';
import { TCP_INFO_BYTES, TCP_INFO_FIELDS } from './kernel/layouts.ts';
import { type Libc, type LibcOrReason, loadLibc } from './kernel/libc.ts';
import { NativeSocket } from './kernel/socket.ts';
import { Reactor } from './server/reactor.ts';

/** @returns why it cannot run, for people: the end of a sentence; undefined when it can */
export function nativeUnavailable({ libc, reason }: LibcOrReason = loadLibc()): string | undefined {
  if (libc === undefined) return reason;
  const descriptors = new Descriptors();
  try {
    return trial(libc, descriptors);
  } catch (error) {
    if (error instanceof SystemError) return `the kernel refuses a system call (${error.message})`;
    throw error;
  } finally {
    descriptors.closeAll(libc);
  }
}

/** @throws SystemError */
function trial(libc: Libc, descriptors: Descriptors): string | undefined {
  const socket = NativeSocket.create(libc, descriptors, 4);
  // All but the numbers of bytes, which only a connected socket has.
  const { TX_SCHED, TX_SOFTWARE, RX_SOFTWARE, SOFTWARE, OPT_TSONLY } = TIMESTAMPING;
  const flags = TX_SCHED | TX_SOFTWARE | RX_SOFTWARE | SOFTWARE | OPT_TSONLY;
  socket.setInt(SOL_SOCKET, SO_TIMESTAMPING, flags);
  const infoBytes = socket.get(IPPROTO_TCP, TCP_INFO, new Uint8Array(TCP_INFO_BYTES));
  if (infoBytes < TCP_INFO_FIELDS.totalRetransmits)
    return 'the kernel tells too little of a connection (TCP_INFO)';
  const eventFd = libc.eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
  if (eventFd < 0) throw new SystemError('eventfd', libc.errno());
  descriptors.add(eventFd);
  const reactor = new Reactor(libc, descriptors);
  let woken = false;
  reactor.wakeBy(eventFd, () => {
    woken = true;
  });
  reactor.turn(0);
  return woken ? undefined : 'epoll tells nothing of an event';
}
