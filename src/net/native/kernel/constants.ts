/**
 * Numbers of the Linux kernel's interface, each with the header that defines it. They are the same on x86-64
 * and arm64, with glibc and with musl; a test compiles them against whatever compilers it finds.
 */

/** asm-generic/errno-base.h, asm-generic/errno.h */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EEXIST: 17,
  ENODEV: 19,
  ENOTDIR: 20,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOSPC: 28,
  EPIPE: 32,
  ENONET: 64,
  EPROTO: 71,
  ENOTSOCK: 88,
  ENOPROTOOPT: 92,
  EPROTONOSUPPORT: 93,
  EOPNOTSUPP: 95,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ECONNABORTED: 103,
  ECONNRESET: 104,
  ENOBUFS: 105,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTDOWN: 112,
  EHOSTUNREACH: 113,
  EINPROGRESS: 115,
} as const;

/** bits/socket.h, bits/socket_type.h */
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;
export const MSG_DONTWAIT = 0x40;
export const MSG_CTRUNC = 0x08;
export const MSG_ERRQUEUE = 0x2000;
export const MSG_NOSIGNAL = 0x4000;

/** asm-generic/socket.h */
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_LINGER = 13;
export const SO_REUSEPORT = 15;
export const SO_BINDTODEVICE = 25;
export const SO_ACCEPTCONN = 30;
export const SO_TIMESTAMPING = 37;
export const SO_PROTOCOL = 38;
export const SO_MAX_PACING_RATE = 47;

/** netinet/in.h */
export const IPPROTO_IP = 0;
export const IPPROTO_TCP = 6;
export const IPPROTO_IPV6 = 41;
/** linux/in.h: Multipath TCP (RFC 8684). */
export const IPPROTO_MPTCP = 262;
export const IP_TOS = 1;
export const IP_RECVERR = 11;
export const IPV6_RECVERR = 25;
export const IPV6_V6ONLY = 26;
export const IPV6_TCLASS = 67;

/** linux/tcp.h */
export const TCP_NODELAY = 1;
export const TCP_MAXSEG = 2;
export const TCP_INFO = 11;
export const TCP_QUICKACK = 12;
export const TCP_CONGESTION = 13;
/** Linux 3.12. */
export const TCP_NOTSENT_LOWAT = 25;
/** Linux 5.16: whether a multipath socket is still one, or fell back to plain TCP. */
export const TCP_IS_MPTCP = 43;

/** poll.h */
export const POLLIN = 0x001;
export const POLLOUT = 0x004;
export const POLLERR = 0x008;
export const POLLHUP = 0x010;

/** sys/epoll.h */
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
export const EPOLLIN = 0x001;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;
export const EPOLLRDHUP = 0x2000;
export const EPOLL_CLOEXEC = 0o2000000;

/** sys/eventfd.h */
export const EFD_NONBLOCK = 0o4000;
export const EFD_CLOEXEC = 0o2000000;

/** linux/net_tstamp.h: SOF_TIMESTAMPING_* */
export const TIMESTAMPING = {
  TX_SOFTWARE: 0x2,
  RX_SOFTWARE: 0x8,
  SOFTWARE: 0x10,
  OPT_ID: 0x80,
  TX_SCHED: 0x100,
  OPT_TSONLY: 0x800,
  OPT_ID_TCP: 0x10000,
} as const;

/** linux/errqueue.h: `ee_origin` of a stamp, and what `ee_info` says it stamps. */
export const SO_EE_ORIGIN_TIMESTAMPING = 4;
export const SCM_TSTAMP_SND = 0;
export const SCM_TSTAMP_SCHED = 1;

/** linux/time.h */
export const CLOCK_REALTIME = 0;

/** linux/timex.h: no time daemon keeps the wall clock. */
export const STA_UNSYNC = 0x0040;

/** linux/prctl.h */
export const PR_SET_TIMERSLACK = 29;

/** linux/memfd.h */
export const MFD_CLOEXEC = 1;

/** linux/fcntl.h, asm-generic/fcntl.h; O_NONBLOCK is the same bit as SOCK_NONBLOCK. */
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_DUPFD_CLOEXEC = 1030;
