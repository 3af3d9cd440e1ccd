/**
 * Where the fields of the kernel's structures lie, bytes from their start, on little-endian 64-bit Linux. All
 * but one are the same on x86-64 and arm64 and with glibc and musl (which calls the halves of some 64-bit
 * fields padding); a test compiles every number here against the headers of each compiler that it finds.
 */

/** struct sockaddr_in, netinet/in.h. The port is in network order. */
export const SOCKADDR_IN = { family: 0, port: 2, address: 4, bytes: 16 } as const;

/** struct sockaddr_in6, netinet/in.h. */
export const SOCKADDR_IN6 = { family: 0, port: 2, flowInfo: 4, address: 8, scopeId: 24, bytes: 28 } as const;

/** struct sockaddr_un, sys/un.h. */
export const SOCKADDR_UN = { family: 0, path: 2, bytes: 110 } as const;

/** struct timespec, time.h, with 64-bit time_t. */
export const TIMESPEC = { seconds: 0, nanoseconds: 8, bytes: 16 } as const;

/** struct timex, sys/timex.h. */
export const TIMEX = { modes: 0, status: 40, bytes: 208 } as const;

/** struct iovec, bits/types/struct_iovec.h. */
export const IOVEC = { base: 0, length: 8, bytes: 16 } as const;

/** struct msghdr, bits/socket.h. */
export const MSGHDR = {
  name: 0,
  nameBytes: 8,
  vectors: 16,
  vectorCount: 24,
  control: 32,
  controlBytes: 40,
  flags: 48,
  bytes: 56,
} as const;

/** struct cmsghdr, bits/socket.h; each is followed by its data and padded to a multiple of 8. */
export const CMSGHDR = { length: 0, level: 8, type: 12, bytes: 16 } as const;

/** struct sock_extended_err, linux/errqueue.h. */
export const SOCK_EXTENDED_ERR = { errno: 0, origin: 4, info: 8, data: 12, bytes: 16 } as const;

/** struct pollfd, poll.h. */
export const POLLFD = { fd: 0, events: 4, returned: 6, bytes: 8 } as const;

/** struct linger, bits/socket.h. */
export const LINGER = { on: 0, seconds: 4, bytes: 8 } as const;

export interface EpollEventLayout {
  readonly events: number;
  readonly data: number;
  readonly bytes: number;
}

/** struct epoll_event, linux/eventpoll.h: packed on x86-64 (EPOLL_PACKED), and nowhere else. */
export const EPOLL_EVENT: Readonly<Record<'x64' | 'arm64', EpollEventLayout>> = {
  x64: { events: 0, data: 4, bytes: 12 },
  arm64: { events: 0, data: 8, bytes: 16 },
};

/**
 * struct tcp_info, linux/tcp.h. It grows at its end from release to release; the kernel says how many bytes of
 * it are filled, and a field beyond them is absent. Times are in us, windows in bytes, cwnd in segments.
 */
export const TCP_INFO_FIELDS = {
  sendMssBytes: 16,
  pathMtuBytes: 60,
  rttUs: 68,
  congestionWindowSegments: 80,
  totalRetransmits: 100,
  /** 64 bits, as all counts of bytes but that of unsent ones; Linux 3.15. */
  pacingBytesPerSecond: 104,
  /** Linux 4.1. */
  acknowledgedBytes: 120,
  /** Both Linux 4.6. */
  unsentBytes: 144,
  minRttUs: 148,
  /** These three have 64 bits; Linux 4.10. */
  busyUs: 168,
  receiveWindowLimitedUs: 176,
  sendBufferLimitedUs: 184,
  /** Both Linux 4.19. */
  sentBytes: 200,
  retransmittedBytes: 208,
  /** These two Linux 5.4; the second is the peer's receive window. */
  outOfOrderSegments: 224,
  sendWindowBytes: 228,
  /** The window we offer; Linux 6.2. */
  receiveWindowBytes: 232,
} as const;

/** Room for the structure of kernels to come. */
export const TCP_INFO_BYTES = 512;
