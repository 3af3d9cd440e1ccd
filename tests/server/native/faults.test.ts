/**
 * Whatever system call of the server fails, and however: at most the connection that it was made for is lost. The
 * others are served on, and new clients come in. A table of all calls and error numbers, over real loopback sockets;
 * server and clients have one thread, so that the same call fails in every run.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRNO, MSG_DONTWAIT, MSG_NOSIGNAL, SHUT_WR } from '../../../src/net/native/kernel/constants.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { type Libc, loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { encodeAddress } from '../../../src/net/native/kernel/sockaddr.ts';
import { NativeSocket } from '../../../src/net/native/kernel/socket.ts';
import { nativeListener } from '../../../src/net/native/server/listener.ts';
import { Reactor } from '../../../src/net/native/server/reactor.ts';
import { type EchoServer, startServer } from '../../../src/server/server.ts';

const found = loadLibc();
/** Everything that the server calls once it listens. */
const CALLS = [
  'epoll_ctl',
  'epoll_wait',
  'epoll_pwait2',
  'accept4',
  'recv',
  'recvmsg',
  'send',
  'setsockopt',
  'getsockname',
  'shutdown',
  'close',
  'clock_gettime',
  'socket',
] as const;
type CallName = (typeof CALLS)[number];
const ERRNOS = ['EINTR', 'EAGAIN', 'ENOMEM', 'ENOSPC', 'EMFILE', 'EPERM', 'ENOENT'] as const;
/** Calls that are made in every turn are many: of those, these. */
const MOST_OF_A_KIND = 8;
const LARGE_BYTES = 4_000_000;

/** A C library of which one call at a time can be made to fail. */
class FailingLibc {
  readonly libc: Libc;
  private errno: number | undefined;
  private armed: { readonly name: CallName; left: number; readonly errno: number } | undefined;
  private readonly counts = new Map<string, number>();

  constructor(real: Libc) {
    const wrapped = Object.entries(real)
      .filter(([name, call]) => typeof call === 'function' && name !== 'errno' && name !== 'address')
      .map(([name, call]) => [name, this.wrap(name.replace('At', '') as CallName, call)]);
    this.libc = { ...real, ...Object.fromEntries(wrapped), errno: () => this.errno ?? real.errno() };
  }

  /** Lets the `at`-th call from now on fail. */
  arm(name: CallName, at: number, errno: number): void {
    this.armed = { name, left: at, errno };
    this.counts.clear();
  }

  /** @returns whether it has failed */
  disarm(): boolean {
    const { hasFailed } = this;
    this.armed = undefined;
    return hasFailed;
  }

  get hasFailed(): boolean {
    return this.armed?.left === -1;
  }

  count(name: CallName): number {
    return this.counts.get(name) ?? 0;
  }

  private wrap(name: CallName, real: (...args: never[]) => number) {
    return (...args: never[]): number => {
      this.counts.set(name, this.count(name) + 1);
      this.errno = undefined;
      const { armed } = this;
      if (armed?.name !== name || armed.left < 0 || armed.left-- > 0) return real(...args);
      // What is closed is closed, whatever close(2) says.
      if (name === 'close') real(...args);
      this.errno = armed.errno;
      return -1;
    };
  }
}

describe.skipIf(found.libc === undefined)(`a call of the server that fails ${found.reason ?? ''}`, () => {
  const descriptors = new Descriptors();
  const received = new Uint8Array(256 * 1024);
  let failing: FailingLibc;
  let reactor: Reactor;
  let server: EchoServer;
  beforeAll(async () => {
    failing = new FailingLibc(real());
    reactor = new Reactor(failing.libc, descriptors);
    const limits = { maxSessions: 1_000 };
    server = await startServer(nativeListener(reactor), { host: '127.0.0.1', port: 0, limits });
  });
  afterAll(() => descriptors.closeAll(real()));

  function real(): Libc {
    if (found.libc === undefined) throw new Error(found.reason);
    return found.libc;
  }

  function dial(): NativeSocket {
    const client = NativeSocket.create(real(), descriptors, 4);
    client.connect(encodeAddress('127.0.0.1', server.endpoints[0]?.port ?? 0));
    return client;
  }

  /** Sends as much as the kernel takes, with turns of the server in between. */
  function say({ fd }: NativeSocket, text: string, untilMs: number): void {
    for (let rest = Buffer.from(text); rest.length > 0 && performance.now() < untilMs; reactor.turn(1)) {
      const sent = real().send(fd, rest, rest.length, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && real().errno() !== ERRNO.EAGAIN) return;
      rest = rest.subarray(Math.max(sent, 0));
    }
  }

  /** @returns how many bytes came, and whether the connection stands; what comes ends with `end` */
  function hear({ fd }: NativeSocket, end: string, untilMs: number): { text: string; stands: boolean } {
    let text = '';
    while (!text.endsWith(end) && performance.now() < untilMs) {
      reactor.turn(1);
      const n = real().recv(fd, received, received.length, MSG_DONTWAIT);
      if (n > 0) text = (text + Buffer.from(received.subarray(0, n)).toString('latin1')).slice(-100);
      else if (n === 0 || real().errno() !== ERRNO.EAGAIN) return { text, stands: false };
    }
    return { text, stands: true };
  }

  /** A client that has everything: stamps, a delay, a termination. It may be lost at any point. */
  function talk(patienceMs: number): void {
    const client = dial();
    const untilMs = performance.now() + patienceMs;
    try {
      say(client, 's RTT 1 2 0.0002 +stamps\n', untilMs);
      if (!hear(client, '\n', untilMs).stands) return;
      for (const probe of [1, 2]) {
        say(client, `m x ${probe}\n`, untilMs);
        if (!hear(client, '\n', untilMs).stands) return;
      }
      say(client, 'r 1 2\n', untilMs);
      if (!hear(client, '\n', untilMs).stands) return;
      say(client, 't\n', untilMs);
      hear(client, '\n', untilMs);
    } finally {
      real().shutdown(client.fd, SHUT_WR);
      reactor.turn(1);
      client.close();
    }
  }

  /** A client that does not read its large echo until the server had to queue it. */
  function flood(patienceMs: number): void {
    const client = dial();
    const untilMs = performance.now() + patienceMs;
    try {
      say(client, `s RTT ${LARGE_BYTES} 1 0\n`, untilMs);
      if (!hear(client, 'Ready\n', untilMs).stands) return;
      say(client, `m ${'x'.repeat(LARGE_BYTES)} 1\n`, untilMs);
      hear(client, ' 1\n', untilMs);
    } finally {
      client.close();
      reactor.turn(1);
    }
  }

  /** @returns whether this probe is answered */
  function isServed(client: NativeSocket, probe: number): boolean {
    say(client, `m x ${probe}\n`, performance.now() + 1_000);
    return hear(client, ` ${probe}\n`, performance.now() + 1_000).text.endsWith(` ${probe}\n`);
  }

  function setUp(): NativeSocket {
    const client = dial();
    say(client, 's RTT 1 1000000 0\n', performance.now() + 1_000);
    expect(hear(client, 'Ready\n', performance.now() + 1_000).text).toContain('Ready');
    return client;
  }

  /** Lets each call of a kind fail in turn while a client does something. */
  function failEach(
    name: CallName,
    errnos: readonly (keyof typeof ERRNO)[],
    run: (ms: number) => void,
  ): void {
    const steady = setUp();
    let probe = 0;
    failing.arm(name, Number.POSITIVE_INFINITY, 0);
    run(1_000);
    const calls = Math.min(failing.count(name), MOST_OF_A_KIND);
    failing.disarm();
    for (const errno of errnos) {
      for (let at = 0; at < calls; at++) {
        const what = `${name} ${at} fails with ${errno}`;
        failing.arm(name, at, ERRNO[errno]);
        expect(() => run(20), what).not.toThrow();
        failing.disarm();
        expect(isServed(steady, ++probe), what).toBe(true);
        const next = setUp();
        expect(isServed(next, 1), what).toBe(true);
        next.close();
      }
    }
    steady.close();
  }

  test.each(CALLS)('%s: the others are served, and new clients come in', (name) => {
    failEach(name, ERRNOS, talk);
  });

  test.each(['epoll_ctl', 'send', 'recv'] as const)(
    '%s: also while an answer waits for a client to read it',
    (name) => {
      failEach(name, ['ENOMEM'], flood);
    },
  );

  test('a listening socket that cannot be watched again is tried again', () => {
    failing.arm('accept4', 0, ERRNO.EMFILE);
    const waiting = dial();
    const untilMs = performance.now() + 2_000;
    while (!failing.hasFailed && performance.now() < untilMs) reactor.turn(1);
    failing.arm('epoll_ctl', 0, ERRNO.ENOMEM);
    say(waiting, 's RTT 1 1 0\n', untilMs);
    expect(hear(waiting, '\n', untilMs).text).toContain('Ready');
    expect(failing.disarm()).toBe(true);
    waiting.close();
  });
});
