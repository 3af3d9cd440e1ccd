/** Handshakes on real loopback sockets: what the server sees of them, and what they leave behind. */
import { getEventListeners, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { handshakerOver } from '../../src/net/dialed-handshaker.ts';
import type { Handshaker } from '../../src/net/handshaker.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { createNativeHandshaker } from '../../src/net/native/client/handshaker.ts';
import { createConcurrentHandshaker } from '../../src/net/native/handshakes/handshaker.ts';
import { createNodeHandshaker } from '../../src/net/node/handshaker.ts';

const OPTIONS = { timeoutNs: 5_000_000_000, signal: undefined };
const SECOND_NS = 1_000_000_000n;

let server: Server | undefined;
afterEach(() => server?.close());

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  server = createServer({ allowHalfOpen: true }, onSocket).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** How the server sees a connection end that it says its last words on: `end` for FIN, or the code of its error. */
function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let end = 'nothing';
    socket.on('end', () => {
      end = 'end';
      // The first would bring a reset from a closed socket, the second would meet it.
      socket.write('bye\r\n', () => setImmediate(() => socket.end('bye\r\n')));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      end = error.code ?? error.message;
    });
    socket.on('close', () => resolve(end));
    socket.resume();
  });
}

/** How a server that greets sees five handshakes end. */
async function endsOfGreetings(handshaker: Handshaker): Promise<string[]> {
  const ends: Promise<string>[] = [];
  const port = await listen((socket) => {
    socket.write('SSH-2.0-Greeter\r\n');
    ends.push(endOf(socket));
  });
  for (let i = 0; i < ORDINARY_ENDS.length; i++) {
    await handshaker.handshake({ host: '127.0.0.1', port, family: undefined }, OPTIONS);
    // The next comes when the last is over, as at any interval worth choosing.
    while (ends.length <= i) await new Promise(setImmediate);
    await ends[i];
  }
  await handshaker.close();
  return await Promise.all(ends);
}

const ORDINARY_ENDS: readonly string[] = Array(5).fill('end');

describe('the node handshaker', () => {
  test('tells both ends and the time, and does not make up what the kernel would say', async () => {
    const port = await listen((socket) => socket.resume().on('end', () => socket.end()));
    const handshaker = createNodeHandshaker();
    const target = { host: '127.0.0.1', port, family: undefined };
    const { remote, local, handshakeRttNs, connectNs } = await handshaker.handshake(target, OPTIONS);
    expect(remote).toEqual({ address: '127.0.0.1', port, family: 4 });
    expect(local.address).toBe('127.0.0.1');
    expect(handshakeRttNs).toBeUndefined();
    expect(connectNs).toBeGreaterThan(0);
    await handshaker.close();
  });

  test('a server that greets sees an ordinary end, not a reset: no alarm in its log', async () => {
    expect(await endsOfGreetings(createNodeHandshaker())).toEqual(ORDINARY_ENDS);
  });

  test('a long series leaves no listener on the signal it was given', async () => {
    const port = await listen((socket) => socket.resume().on('end', () => socket.end()));
    const handshaker = createNodeHandshaker();
    const { signal } = new AbortController();
    for (let i = 0; i < 20; i++) {
      await handshaker.handshake(
        { host: '127.0.0.1', port, family: undefined },
        { timeoutNs: OPTIONS.timeoutNs, signal },
      );
    }
    await handshaker.close();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('what it cannot set is an error, never ignored', async () => {
    const handshaker = createNodeHandshaker();
    const asked = handshaker.handshake(
      { host: '127.0.0.1', port: 1, family: undefined },
      { ...OPTIONS, socket: { congestionControl: 'bbr' } },
    );
    await expect(asked).rejects.toMatchObject({ code: 'usage' });
  });

  test.runIf(process.platform === 'linux')('sends from the address that was asked for', async () => {
    const port = await listen((socket) => socket.resume().on('end', () => socket.end()));
    const handshaker = createNodeHandshaker();
    const { local } = await handshaker.handshake(
      { host: '127.0.0.1', port, family: undefined },
      { ...OPTIONS, socket: { bindAddress: '127.0.0.5', multipath: false } },
    );
    expect(local.address).toBe('127.0.0.5');
    await handshaker.close();
  });
});

const notNative = nativeUnavailable();

const NATIVE = [
  ['of one target', createNativeHandshaker],
  ['of many targets', createConcurrentHandshaker],
] as const;

describe.skipIf(notNative !== undefined).each(NATIVE)(
  `the native handshaker %s ${notNative ?? ''}`,
  (_, create) => {
    test("tells the kernel's figure beside the application's, which contains it", async () => {
      const port = await listen((socket) => socket.resume().on('end', () => socket.end()));
      const handshaker = create();
      await handshaker.prepare?.();
      const target = { host: '127.0.0.1', port, family: undefined };
      const { remote, handshakeRttNs, resentSyns, connectNs } = await handshaker.handshake(target, OPTIONS);
      expect(remote).toEqual({ address: '127.0.0.1', port, family: 4 });
      expect(handshakeRttNs).toBeGreaterThan(0);
      // The kernel rounds to microseconds.
      expect(handshakeRttNs).toBeLessThanOrEqual(connectNs + 1_000);
      expect(resentSyns).toBe(0);
      await handshaker.close();
    });

    test('options of the socket are what was asked for, by the word of the kernel', async () => {
      const port = await listen((socket) => socket.resume().on('end', () => socket.end()));
      const handshaker = create();
      const { local, socket } = await handshaker.handshake(
        { host: '127.0.0.1', port, family: undefined },
        { ...OPTIONS, socket: { trafficClass: 184, bindAddress: '127.0.0.5', congestionControl: 'reno' } },
      );
      expect(local.address).toBe('127.0.0.5');
      expect(socket).toMatchObject({
        trafficClass: 184,
        bindAddress: '127.0.0.5',
        congestionControl: 'reno',
        noDelay: true,
        device: null,
      });
      await handshaker.close();
    });

    test('a server that greets sees an ordinary end, not a reset: no alarm in its log', async () => {
      expect(await endsOfGreetings(create())).toEqual(ORDINARY_ENDS);
    });

    test('a refused connection is an error of the network, and the next handshake is as good as any', async () => {
      const port = await listen((socket) => socket.resume().on('end', () => socket.end()));
      const handshaker = create();
      const refused = handshaker.handshake({ host: '127.0.0.1', port: 1, family: undefined }, OPTIONS);
      await expect(refused).rejects.toMatchObject({ code: 'network' });
      await handshaker.handshake({ host: '127.0.0.1', port, family: undefined }, OPTIONS);
      await handshaker.close();
    });

    test('one that is given up ends at once, and leaves no listener on the signal', async () => {
      const port = await listen((socket) => socket.resume().on('end', () => socket.end()));
      const handshaker = create();
      const abort = new AbortController();
      abort.abort();
      const target = { host: '127.0.0.1', port, family: undefined };
      const { timeoutNs } = OPTIONS;
      const given = handshaker.handshake(target, { timeoutNs, signal: abort.signal });
      await expect(given).rejects.toMatchObject({ code: 'cancelled' });
      const { signal } = new AbortController();
      await handshaker.handshake(target, { timeoutNs, signal });
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      await handshaker.close();
    });
  },
);

describe('many targets at once', () => {
  test('one that is silent delays no other', async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(
      clock,
      { latencyNs: 1_000 },
      {
        lookUp: async (host) => [{ address: host === 'silent' ? '127.0.0.2' : '127.0.0.1', family: 4 }],
        links: { '127.0.0.2': 'silent' },
      },
    );
    await network.listen({ port: 22 }, (connection) => ({
      onBytes: () => {},
      onDrain: () => {},
      onEnd: () => connection.close(),
      onClose: () => {},
    }));
    const handshaker = handshakerOver('memory', network);
    const silent = handshaker.handshake({ host: 'silent', port: 22, family: undefined }, OPTIONS);
    silent.catch(() => {});
    const others = Array.from({ length: 50 }, () =>
      handshaker.handshake({ host: 'host', port: 22, family: undefined }, OPTIONS),
    );
    const found = await clock.drive(Promise.all(others));
    expect(found.map(({ connectNs }) => connectNs)).toEqual(Array(50).fill(2_000));
    await expect(clock.drive(silent)).rejects.toMatchObject({ code: 'timeout' });
    expect(clock.nowNs()).toBe(BigInt(OPTIONS.timeoutNs));
  });
});

describe('a server that never closes', () => {
  async function connectedForever() {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock, { latencyNs: 1_000 });
    await network.listen({ port: 22 }, () => ({
      onBytes: () => {},
      onDrain: () => {},
      onEnd: () => {},
      onClose: () => {},
    }));
    const closed: bigint[] = [];
    const handshaker = handshakerOver('memory', {
      timekeeper: clock,
      waiter: () => network.waiter(),
      dial: (target, handler, options) =>
        network.dial(
          target,
          {
            ...handler,
            onClose: (error) => {
              closed.push(clock.nowNs());
              handler.onClose(error);
            },
          },
          options,
        ),
    });
    await clock.drive(handshaker.handshake({ host: 'host', port: 22, family: undefined }, OPTIONS));
    return { clock, handshaker, closed, connectedAtNs: clock.nowNs() };
  }

  test('is left after a second: connections do not pile up', async () => {
    const { clock, closed, connectedAtNs } = await connectedForever();
    while (clock.step());
    expect(closed).toEqual([connectedAtNs + SECOND_NS]);
  });

  test('does not hold up the end of the series', async () => {
    const { clock, handshaker, closed, connectedAtNs } = await connectedForever();
    await handshaker.close();
    while (clock.step());
    expect(closed).toEqual([connectedAtNs]);
  });
});
