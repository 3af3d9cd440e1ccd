/**
 * Whether this process may do what the native engine does, found out by doing it: a filter on system calls, an
 * old kernel or one that only pretends shows at once, and not in the middle of a measurement.
 */
import { limitError } from '../errors/network-error.ts';
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

/** What keeps the native engine from running. */
export interface NativeLack {
  /** For people: the end of a sentence. */
  readonly reason: string;
  /** Where it is a limit of this machine, which somebody can raise: how; else undefined. */
  readonly remedy: string | undefined;
}

/** @returns why it cannot run, and where there is a remedy that, too; undefined when it can run */
export function nativeUnavailable(loaded: LibcOrReason = loadLibc()): string | undefined {
  const lack = nativeLack(loaded);
  if (lack?.remedy === undefined) return lack?.reason;
  return `${lack.reason}: ${lack.remedy}`;
}

/** @returns undefined when it can run */
export function nativeLack({ libc, reason }: LibcOrReason = loadLibc()): NativeLack | undefined {
  if (libc === undefined) return { reason, remedy: undefined };
  const descriptors = new Descriptors();
  try {
    const lacking = trial(libc, descriptors);
    return lacking === undefined ? undefined : { reason: lacking, remedy: undefined };
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const limit = limitError(error);
    if (limit !== undefined) return { reason: limit.message, remedy: limit.advice };
    return { reason: `the kernel refuses a system call (${error.message})`, remedy: undefined };
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
