/**
 * The engine echoes with itself before anything is measured: it compiles the very code that will be timed, and
 * shows what the engine measures where there is no path at all. Both ends are on this thread; the server's end
 * is served whenever the client's looks for its echo.
 */
import type { SelfTestRecord } from '../../../facts/instrument.ts';
import type { SampleBuffer } from '../../engine.ts';
import { OWN_PLAN, OWN_PROBES, OWN_SESSIONS, ownServerSession, selfTestOf } from '../../session/own-echo.ts';
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

const RECEIVE_BYTES = 4_096;
/** Of one session; a slow machine gets as far as it gets. */
const BUDGET_NS = 10_000_000;

/** @throws SystemError, EcholotError in a place without a loopback */
export function selfTest(thread: ThreadEnd): SelfTestRecord {
  const listener = NativeSocket.create(thread.libc, thread.descriptors, 4);
  try {
    listener.bind(encodeAddress('127.0.0.1', 0));
    if (thread.libc.listen(listener.fd, 1) < 0) throw new SystemError('listen', thread.libc.errno());
    const samples = makeSampleBuffer(OWN_SESSIONS * OWN_PROBES, true);
    let hotFrom = 0;
    for (let i = 0; i < OWN_SESSIONS; i++) {
      if (i === OWN_SESSIONS / 2) hotFrom = samples.count;
      // Stamps take another way through the same code, and either may be wanted.
      echoWithSelf(thread, listener, samples, i % 2 === 0);
    }
    return selfTestOf(samples, hotFrom);
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
    timeoutNs: OWN_PLAN.timeoutNs,
    spentNs: 0,
    socket: {},
    echoBytes: 0,
  });
  const channel = new Channel(thread, socket, 0);
  let accepted: NativeSocket | undefined;
  try {
    accepted = acceptOwn(thread.libc, thread.descriptors, listener, channel.socket.local);
    channel.beforeLook = serve(thread, accepted);
    const loop = new ClientLoop(
      channel,
      { ...OWN_PLAN, stamps },
      {
        epochNs: process.hrtime.bigint(),
        subject: 'self test',
        askStamps: false,
        trace: undefined,
      },
    );
    loop.open(handshakeRttNs);
    loop.runBatch({ probes: OWN_PROBES, budgetNs: BUDGET_NS }, samples);
    loop.close(() => channel);
  } finally {
    channel.close();
    accepted?.close();
  }
}

/** A server's turn: what has come is answered at once. */
function serve({ libc }: ThreadEnd, { fd }: NativeSocket): () => void {
  const session = ownServerSession(process.hrtime.bigint());
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
