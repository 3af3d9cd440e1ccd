/**
 * A server that was just started is slow: its code is interpreted at first, and its first clients would measure
 * that. So a thread serves itself for a moment before it listens, over a private port and without a word to
 * anybody. A place without a loopback to listen on loses the warm-up and nothing else.
 */
import { asciiBytes } from '../../core/wire/grammar.ts';
import { MSG_DONTWAIT, MSG_NOSIGNAL } from '../../net/native/kernel/constants.ts';
import { encodeAddress } from '../../net/native/kernel/sockaddr.ts';
import { NativeSocket } from '../../net/native/kernel/socket.ts';
import { nativeListener } from '../../net/native/server/listener.ts';
import type { Reactor } from '../../net/native/server/reactor.ts';
import type { ServeOptions } from '../plan.ts';
import { startServer } from '../server.ts';

/** Enough for the optimising compiler to have seen all of it. */
const PROBES = 1_500;
const PAYLOAD = 'x'.repeat(100);
/** A slow machine gets as far as it gets. */
const BUDGET_NS = 60_000_000n;
const RECEIVE_BYTES = 4_096;

/** Never throws. */
export async function warmUp(reactor: Reactor, mode: ServeOptions['mode'] = 'measurement'): Promise<void> {
  try {
    const server = await startServer(nativeListener(reactor), {
      host: '127.0.0.1',
      port: 0,
      mode,
      // Whoever else has found the port is not waited for.
      graceMs: 0,
    });
    try {
      serveSelf(reactor, server.endpoints[0]?.port ?? 0, mode === 'measurement');
    } finally {
      const closed = server.close();
      while (server.connections > 0) reactor.turn(0);
      await closed;
    }
  } catch {
    // What cannot be had here is told by the real server, if it matters to it.
  }
}

function serveSelf(reactor: Reactor, port: number, hasProtocol: boolean): void {
  const endNs = reactor.nowNs() + BUDGET_NS;
  const client = NativeSocket.create(reactor.libc, reactor.descriptors, 4);
  try {
    client.connect(encodeAddress('127.0.0.1', port));
    if (hasProtocol) exchange(reactor, client, `s RTT ${PAYLOAD.length} ${PROBES} 0 +stamps\n`);
    for (let probe = 1; probe <= PROBES && reactor.nowNs() < endNs; probe++) {
      exchange(reactor, client, `m ${PAYLOAD} ${probe}\n`);
    }
    if (hasProtocol) exchange(reactor, client, 't\n');
  } finally {
    client.close();
  }
}

/** One message and its answer, with the loop turned in between. */
function exchange(reactor: Reactor, { fd }: NativeSocket, text: string): void {
  const { libc } = reactor;
  const message = asciiBytes(text);
  const received = new Uint8Array(RECEIVE_BYTES);
  libc.send(fd, message, message.length, MSG_NOSIGNAL);
  const endNs = reactor.nowNs() + BUDGET_NS;
  while (libc.recv(fd, received, received.length, MSG_DONTWAIT) < 0 && reactor.nowNs() < endNs) {
    reactor.turn(0);
  }
}
