/**
 * The engine echoes with itself before anything is measured: it compiles the very code that will be timed, and
 * shows what the engine measures where there is no path at all. Both ends are on this thread; the server's end
 * is served whenever the client's looks for its echo.
 */
import { DEFAULT_SESSION_LIMITS } from '../../../core/limits.ts';
import { ServerSession } from '../../../core/server/server-session.ts';
import type { Setup } from '../../../core/wire/messages.ts';
import type { SampleBuffer, SelfTest } from '../../engine.ts';
import { makeSampleBuffer } from '../../session/samples.ts';
import { MSG_DONTWAIT, MSG_NOSIGNAL } from '../kernel/constants.ts';
import { SystemError } from '../kernel/errno.ts';
import { acceptOwn } from '../kernel/own-connection.ts';
import { encodeAddress } from '../kernel/sockaddr.ts';
import { NativeSocket } from '../kernel/socket.ts';
import { Channel } from '../thread/channel.ts';
import type { ThreadEnd } from '../thread/thread-end.ts';
import { ClientLoop } from './client-loop.ts';
import { dial } from './dial.ts';

/** Several sessions, since connecting and closing are to be hot as well. */
const SESSIONS = 8;
const PROBES = 250;
const PAYLOAD_BYTES = 100;
const RECEIVE_BYTES = 4_096;
const TIMEOUT_NS = 1_000_000_000;
/** Of one session; a slow machine gets as far as it gets. */
const BUDGET_NS = 10_000_000;

const SETUP: Setup = {
  measurement: 'rtt',
  payloadBytes: PAYLOAD_BYTES,
  probes: PROBES,
  delay: { delayNs: 0, unit: 'seconds' },
};

/** @throws SystemError, EcholotError in a place without a loopback */
export function selfTest(thread: ThreadEnd): SelfTest {
  const listener = NativeSocket.create(thread.libc, thread.descriptors, 4);
  try {
    listener.bind(encodeAddress('127.0.0.1', 0));
    if (thread.libc.listen(listener.fd, 1) < 0) throw new SystemError('listen', thread.libc.errno());
    const samples = makeSampleBuffer(SESSIONS * PROBES, true);
    let hotFrom = 0;
    for (let i = 0; i < SESSIONS; i++) {
      if (i === SESSIONS / 2) hotFrom = samples.count;
      // Stamps take another way through the same code, and either may be wanted.
      echoWithSelf(thread, listener, samples, i % 2 === 0);
    }
    const hot = samples.rttNs.slice(hotFrom, samples.count).sort();
    return {
      probes: hot.length,
      minRttNs: hot[0] ?? 0,
      medianRttNs: hot[Math.floor(hot.length / 2)] ?? 0,
    };
  } finally {
    listener.close();
  }
}

function echoWithSelf(
  thread: ThreadEnd,
  listener: NativeSocket,
  samples: SampleBuffer,
  stamps: boolean,
): void {
  const { address, port } = listener.local;
  const { socket, handshakeRttNs } = dial(thread, {
    host: address,
    port,
    addresses: [{ address, family: 4, sockaddr: encodeAddress(address, port), subject: 'self test' }],
    timeoutNs: TIMEOUT_NS,
    spentNs: 0,
    socket: {},
    echoBytes: 0,
  });
  const channel = new Channel(thread, socket, 0);
  let accepted: NativeSocket | undefined;
  try {
    accepted = acceptOwn(thread.libc, thread.descriptors, listener, channel.socket.local);
    channel.beforeLook = serve(thread, accepted);
    const plan = { protocol: 'size-first', setup: SETUP, timeoutNs: TIMEOUT_NS, stamps } as const;
    const loop = new ClientLoop(channel, plan, {
      epochNs: process.hrtime.bigint(),
      subject: 'self test',
      askStamps: false,
      trace: undefined,
    });
    loop.open(handshakeRttNs);
    loop.runBatch({ probes: PROBES, budgetNs: BUDGET_NS }, samples);
    loop.close(() => channel);
  } finally {
    channel.close();
    accepted?.close();
  }
}

/** A server's turn: what has come is answered at once. */
function serve({ libc }: ThreadEnd, { fd }: NativeSocket): () => void {
  const session = new ServerSession(
    {
      dialect: 'size-first',
      delayUnit: undefined,
      limits: DEFAULT_SESSION_LIMITS,
      budget: { reserve: () => true, release: () => {} },
    },
    process.hrtime.bigint(),
  );
  const received = new Uint8Array(RECEIVE_BYTES);
  return () => {
    const n = libc.recv(fd, received, received.length, MSG_DONTWAIT);
    if (n <= 0) return;
    session.handleBytes(received.subarray(0, n), process.hrtime.bigint());
    for (let bytes = session.pollTransmit(); bytes !== undefined; bytes = session.pollTransmit()) {
      libc.send(fd, bytes, bytes.length, MSG_NOSIGNAL);
    }
  };
}
