/**
 * The native client's loop and a server on one thread, over real loopback sockets: the server has its turn
 * before each system call of the client's, each of which the test may meddle with. So whatever goes wrong goes
 * wrong at the same call in every run.
 */
import { DEFAULT_SESSION_LIMITS } from '../../../src/core/limits.ts';
import { ServerSession } from '../../../src/core/server/server-session.ts';
import type { SocketOptions } from '../../../src/facts/socket.ts';
import type { SampleBuffer, SessionPlan } from '../../../src/net/engine.ts';
import { ClientLoop } from '../../../src/net/native/client/client-loop.ts';
import type { DialOrder } from '../../../src/net/native/client/client-messages.ts';
import { dial } from '../../../src/net/native/client/dial.ts';
import {
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SO_LINGER,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from '../../../src/net/native/kernel/constants.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { type Libc, loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { encodeAddress } from '../../../src/net/native/kernel/sockaddr.ts';
import { NativeSocket } from '../../../src/net/native/kernel/socket.ts';
import { StampKeeper } from '../../../src/net/native/kernel/timestamps.ts';
import { Channel } from '../../../src/net/native/thread/channel.ts';
import { ThreadEnd } from '../../../src/net/native/thread/thread-end.ts';
import { makeSampleBuffer } from '../../../src/net/session/samples.ts';
import { makePlan, NO_BUDGET_NS, type PlanChanges } from '../world.ts';

const RECEIVE_BYTES = 256 * 1024;
const NS_PER_S = 1_000_000_000;

/** One system call of the client's that the test may let happen, or not. */
export interface Call {
  readonly name: keyof Libc;
  readonly args: readonly unknown[];
  /** Makes it, with other values where they are given. */
  make(...args: readonly unknown[]): number;
  /** Instead of it, or after it: the call has failed with this number. */
  fail(errno: number): number;
}

export type Meddle = (call: Call) => number;

/** What a server does with what it has received. */
export type Answer = (received: Uint8Array, server: ServerSocket) => void;

export interface Options {
  readonly family?: 4 | 6;
  readonly plan?: SessionPlan;
  readonly meddle?: Meddle;
  readonly answer?: Answer;
  /** Of the client's end; the server's send buffer is as large. */
  readonly socket?: SocketOptions;
}

/** The C library, which a native test cannot do without: it is skipped where there is none. */
export function libcOfThisMachine(): Libc {
  const { libc, reason } = loadLibc();
  if (libc === undefined) throw new Error(reason);
  return libc;
}

/** The calls that move bytes and wait for them; everything else is made as it is unless it is named. */
const MEDDLED = /^(send|recv|ppoll|setsockopt|clock_gettime)/;

function meddled(libc: Libc, meddle: Meddle, beforeCall: () => void): Libc {
  let failed: number | undefined;
  const wrap = (name: keyof Libc, real: (...args: never[]) => number): unknown[] => [
    name,
    (...args: unknown[]) => {
      beforeCall();
      failed = undefined;
      return meddle({
        name,
        args,
        make: (...others) => real(...((others.length > 0 ? others : args) as never[])),
        fail: (errno) => {
          failed = errno;
          return -1;
        },
      });
    },
  ];
  const wrapped = Object.entries(libc)
    .filter(([name]) => MEDDLED.test(name))
    .map(([name, real]) => wrap(name as keyof Libc, real));
  return { ...libc, ...Object.fromEntries(wrapped), errno: () => failed ?? libc.errno() };
}

/** The server's end: it never waits, and keeps what the kernel does not take for its next turn. */
export class ServerSocket {
  private readonly libc: Libc;
  private readonly socket: NativeSocket;
  private readonly answer: Answer;
  private readonly received = new Uint8Array(RECEIVE_BYTES);
  private readonly unsent: Uint8Array[] = [];
  private open = true;

  constructor(libc: Libc, socket: NativeSocket, answer: Answer) {
    this.libc = libc;
    this.socket = socket;
    this.answer = answer;
  }

  /** Until there is nothing more to read, as nobody else will wake the client, or the client has to read first. */
  turn(): void {
    this.flush();
    while (this.open && this.unsent.length === 0) {
      const n = this.libc.recv(this.socket.fd, this.received, RECEIVE_BYTES, MSG_DONTWAIT);
      if (n <= 0) return;
      this.answer(this.received.subarray(0, n), this);
      this.flush();
    }
  }

  say(bytes: Uint8Array): void {
    if (bytes.length > 0) this.unsent.push(bytes.slice());
  }

  /** Ends the connection by RST. */
  reset(): void {
    this.socket.set(SOL_SOCKET, SO_LINGER, new Uint8Array(new Int32Array([1, 0]).buffer));
    this.close();
  }

  close(): void {
    this.open = false;
    this.socket.close();
  }

  private flush(): void {
    for (let first = this.unsent[0]; first !== undefined && this.open; first = this.unsent[0]) {
      const sent = this.libc.send(this.socket.fd, first, first.length, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) return;
      if (sent === first.length) this.unsent.shift();
      else this.unsent[0] = first.subarray(sent);
    }
  }
}

/** A session that takes kernel stamps, and as many probes as a test may want. */
export function stampedPlan(changes: PlanChanges = {}): SessionPlan {
  return { ...makePlan('size-first', { probes: 1_000_000, ...changes }), stamps: true };
}

/** A server as it should be, without delays. */
export function goodServer(): Answer {
  const session = new ServerSession(
    {
      dialect: 'size-first',
      delayUnit: undefined,
      limits: DEFAULT_SESSION_LIMITS,
      budget: { reserve: () => true, release: () => {} },
    },
    0n,
  );
  return (received, server) => {
    session.handleBytes(received, process.hrtime.bigint());
    for (let bytes = session.pollTransmit(); bytes !== undefined; bytes = session.pollTransmit()) {
      server.say(bytes);
    }
  };
}

/** Of one address. */
export function orderFor(address: string, port: number): DialOrder {
  const family = address.includes(':') ? 6 : 4;
  return {
    host: address,
    port,
    addresses: [{ address, family, sockaddr: encodeAddress(address, port), subject: 'the server' }],
    timeoutNs: NS_PER_S,
    spentNs: 0,
    socket: {},
    echoBytes: 0,
  };
}

/** An open session; leaving the block of a `using` closes everything. */
export class OneThread implements Disposable {
  readonly loop: ClientLoop;
  private readonly libc: Libc;
  private readonly descriptors = new Descriptors();

  constructor({
    family = 4,
    plan = stampedPlan(),
    meddle = (call) => call.make(),
    answer = goodServer(),
    socket = {},
  }: Options = {}) {
    const libc = libcOfThisMachine();
    this.libc = libc;
    const { descriptors } = this;
    let server: ServerSocket | undefined;
    const wakeFd = descriptors.add(libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const request = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    const thread = new ThreadEnd(
      meddled(libc, meddle, () => server?.turn()),
      descriptors,
      { wakeFd, request, descriptors: descriptors.memory },
    );
    const listener = NativeSocket.create(libc, descriptors, family);
    listener.bind(encodeAddress(family === 4 ? '127.0.0.1' : '::1', 0));
    const { sendBufferBytes } = socket;
    if (sendBufferBytes !== undefined) listener.setInt(SOL_SOCKET, SO_SNDBUF, sendBufferBytes);
    libc.listen(listener.fd, 1);
    const { address, port } = listener.local;
    const dialed = dial(thread, { ...orderFor(address, port), socket });
    const accepted = libc.accept4(listener.fd, null, null, SOCK_CLOEXEC | SOCK_NONBLOCK);
    server = new ServerSocket(libc, NativeSocket.adopt(libc, descriptors, accepted), answer);
    listener.close();
    this.loop = new ClientLoop(new Channel(thread, dialed.socket, 0), plan, {
      epochNs: process.hrtime.bigint(),
      subject: 'the server',
      askStamps: false,
      trace: undefined,
    });
    this.loop.open(undefined);
  }

  /** Runs a batch of its own samples. */
  run(probes: number, samples: SampleBuffer = makeSampleBuffer(probes, true)): SampleBuffer {
    this.loop.runBatch({ probes, budgetNs: NO_BUDGET_NS }, samples);
    return samples;
  }

  [Symbol.dispose](): void {
    this.descriptors.closeAll(this.libc);
  }
}

/** Has the kernel stamp what is received, which it begins a while after it was asked. @returns what ends it */
export async function stampsHaveBegun(): Promise<() => void> {
  const keeper = new StampKeeper(libcOfThisMachine(), new Descriptors());
  keeper.hold();
  using ends = new OneThread();
  while (Number.isNaN(ends.run(10).layers?.kernelRttNs[9])) await new Promise((done) => setImmediate(done));
  return () => keeper.release();
}
