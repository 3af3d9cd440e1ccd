/**
 * Every number of the kernel's interface is that of the headers: compiled as assertions with each compiler that
 * is found, none of which is run. A compiler that is not installed is skipped by its name.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import * as constants from '../../../src/net/native/kernel/constants.ts';
import * as layouts from '../../../src/net/native/kernel/layouts.ts';

type Architecture = keyof typeof layouts.EPOLL_EVENT;

interface Compiler {
  readonly command: string;
  /** The Debian packages that bring it. */
  readonly packages: string;
  readonly architecture: Architecture;
  /** Where it finds the kernel's own headers, which no C library brings. */
  readonly flags: readonly string[];
}

const KERNEL_HEADERS = [
  '-idirafter',
  '/usr/include',
  '-idirafter',
  `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
];

const COMPILERS: readonly Compiler[] = [
  { command: 'gcc', packages: 'gcc libc6-dev', architecture: ownArchitecture(), flags: [] },
  { command: 'musl-gcc', packages: 'musl-tools', architecture: ownArchitecture(), flags: KERNEL_HEADERS },
  {
    command: 'aarch64-linux-gnu-gcc',
    packages: 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross',
    architecture: 'arm64',
    flags: [],
  },
];

const HEADERS = `
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <time.h>
#include <sys/socket.h>
#include <sys/epoll.h>
#include <sys/timex.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/memfd.h>
#include <linux/prctl.h>
#include <linux/tcp.h>
`;

/** What each layout is called in C, and each of its fields; what is no field of a structure is left out. */
const STRUCTURES = {
  SOCKADDR_IN: ['sockaddr_in', { family: 'sin_family', port: 'sin_port', address: 'sin_addr' }],
  SOCKADDR_IN6: [
    'sockaddr_in6',
    {
      family: 'sin6_family',
      port: 'sin6_port',
      flowInfo: 'sin6_flowinfo',
      address: 'sin6_addr',
      scopeId: 'sin6_scope_id',
    },
  ],
  SOCKADDR_UN: ['sockaddr_un', { family: 'sun_family', path: 'sun_path' }],
  TIMESPEC: ['timespec', { seconds: 'tv_sec', nanoseconds: 'tv_nsec' }],
  TIMEX: ['timex', { modes: 'modes', status: 'status' }],
  IOVEC: ['iovec', { base: 'iov_base', length: 'iov_len' }],
  MSGHDR: [
    'msghdr',
    {
      name: 'msg_name',
      nameBytes: 'msg_namelen',
      vectors: 'msg_iov',
      vectorCount: 'msg_iovlen',
      control: 'msg_control',
      controlBytes: 'msg_controllen',
      flags: 'msg_flags',
    },
  ],
  CMSGHDR: ['cmsghdr', { length: 'cmsg_len', level: 'cmsg_level', type: 'cmsg_type' }],
  SOCK_EXTENDED_ERR: [
    'sock_extended_err',
    { errno: 'ee_errno', origin: 'ee_origin', info: 'ee_info', data: 'ee_data' },
  ],
  POLLFD: ['pollfd', { fd: 'fd', events: 'events', returned: 'revents' }],
  LINGER: ['linger', { on: 'l_onoff', seconds: 'l_linger' }],
  EPOLL_EVENT: ['epoll_event', { events: 'events', data: 'data' }],
  TCP_INFO_FIELDS: [
    'tcp_info',
    {
      sendMssBytes: 'tcpi_snd_mss',
      pathMtuBytes: 'tcpi_pmtu',
      rttUs: 'tcpi_rtt',
      congestionWindowSegments: 'tcpi_snd_cwnd',
      totalRetransmits: 'tcpi_total_retrans',
      pacingBytesPerSecond: 'tcpi_pacing_rate',
      acknowledgedBytes: 'tcpi_bytes_acked',
      unsentBytes: 'tcpi_notsent_bytes',
      minRttUs: 'tcpi_min_rtt',
      busyUs: 'tcpi_busy_time',
      receiveWindowLimitedUs: 'tcpi_rwnd_limited',
      sendBufferLimitedUs: 'tcpi_sndbuf_limited',
      sentBytes: 'tcpi_bytes_sent',
      retransmittedBytes: 'tcpi_bytes_retrans',
      outOfOrderSegments: 'tcpi_rcv_ooopack',
      sendWindowBytes: 'tcpi_snd_wnd',
      receiveWindowBytes: 'tcpi_rcv_wnd',
    },
  ],
} as const satisfies Record<
  Exclude<keyof typeof layouts, 'TCP_INFO_BYTES'>,
  readonly [string, Readonly<Record<string, string>>]
>;

/** One number, and what C calls it. */
interface Claim {
  readonly expression: string;
  /** The word in it that older headers may lack. */
  readonly word: string;
  readonly value: number;
}

/** Words that headers of some years ago do not have yet. */
const NEWER: readonly string[] = [
  'SOF_TIMESTAMPING_OPT_ID_TCP',
  'TCP_IS_MPTCP',
  'IPPROTO_MPTCP',
  'tcpi_snd_wnd',
  'tcpi_rcv_wnd',
];

function ownArchitecture(): Architecture {
  return process.arch === 'arm64' ? 'arm64' : 'x64';
}

function constantClaims(): Claim[] {
  return Object.entries(constants).flatMap(([name, value]) => {
    if (typeof value === 'number') return [{ expression: name, word: name, value }];
    const prefix = name === 'TIMESTAMPING' ? 'SOF_TIMESTAMPING_' : '';
    return Object.entries(value).map(([member, number]) => {
      const word = prefix + member;
      return { expression: word, word, value: number };
    });
  });
}

function layoutClaims(architecture: Architecture): Claim[] {
  const { TCP_INFO_BYTES, EPOLL_EVENT, ...alike } = layouts;
  const claims: Claim[] = [
    {
      expression: `sizeof(struct tcp_info) <= ${TCP_INFO_BYTES}`,
      word: 'tcp_info',
      value: 1,
    },
  ];
  const all: Readonly<Record<string, object>> = { ...alike, EPOLL_EVENT: EPOLL_EVENT[architecture] };
  for (const [name, [structure, fields]] of Object.entries(STRUCTURES)) {
    const words: Readonly<Record<string, string>> = fields;
    for (const [field, value] of Object.entries<number>({ ...all[name] })) {
      const word = words[field] ?? structure;
      const expression =
        field === 'bytes' ? `sizeof(struct ${structure})` : `offsetof(struct ${structure}, ${word})`;
      claims.push({ expression, word, value });
    }
  }
  return claims;
}

function run({ command, flags }: Compiler, source: string, ...more: readonly string[]) {
  return spawnSync(command, [...flags, '-x', 'c', ...more, '-'], { input: source, encoding: 'utf8' });
}

/** What the compiler says against the claims; empty for nothing. */
function objections(compiler: Compiler, claims: readonly Claim[]): string {
  const lines = claims.map(
    ({ expression, value }) => `_Static_assert((${expression}) == ${value}, "${expression}");`,
  );
  const { status, stderr } = run(compiler, `${HEADERS}${lines.join('\n')}\n`, '-fsyntax-only');
  return status === 0 ? '' : stderr || `ended with ${status}`;
}

describe.each(COMPILERS.map((compiler) => [compiler.command, compiler] as const))(
  'the numbers of the interface, by %s',
  (_command, compiler) => {
    const { command, packages, architecture } = compiler;
    const headers = run(compiler, HEADERS, '-E', '-dD');
    const isThere = headers.status === 0;
    const words = new Set(headers.stdout?.match(/\w+/g));
    const claims = [...constantClaims(), ...layoutClaims(architecture)];
    const known = claims.filter(({ word }) => words.has(word));
    const absent = claims.filter(({ word }) => !words.has(word)).map(({ word }) => word);
    const without =
      isThere && absent.length > 0 ? `, whose headers are too old for ${absent.join(', ')}` : '';

    test.skipIf(!isThere)(
      `are those of its headers${without}${isThere ? '' : ` (install ${packages})`}`,
      () => {
        expect(objections(compiler, known)).toBe('');
        // Only what came into the kernel later than the rest may be lacking.
        expect(NEWER).toEqual(expect.arrayContaining(absent));
      },
    );

    test.skipIf(!isThere)('would not pass if one were wrong', () => {
      const wrong = known.map((claim) => ({ ...claim, value: claim.value + 1 }));
      const said = objections(compiler, wrong);
      for (const { expression } of wrong) expect(said, command).toContain(`"${expression}"`);
    });
  },
);
