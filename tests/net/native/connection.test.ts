/** Native connections on real sockets: kernel residences, hard ends, and whoever does not read. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection, ConnectionHandler } from '../../../src/net/connection.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { ERRNO } from '../../../src/net/native/kernel/constants.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { nativeListener } from '../../../src/net/native/server/listener.ts';
import { Reactor } from '../../../src/net/native/server/reactor.ts';
import { pump } from './pump.ts';

const NOTHING: ConnectionHandler = {
  onBytes: () => {},
  onDrain: () => {},
  onEnd: () => {},
  onClose: () => {},
};
const MS = 1_000_000;

describe.skipIf(nativeUnavailable() !== undefined)('a native connection', () => {
  const descriptors = new Descriptors();
  let reactor: Reactor;
  let stop: () => void;
  beforeAll(() => {
    const { libc } = loadLibc();
    if (libc === undefined) throw new Error('no C library');
    reactor = new Reactor(libc, descriptors);
    stop = pump(reactor);
  });
  afterAll(() => {
    stop();
    reactor.close();
  });

  /** One client, one connection. */
  async function pair(
    host: string,
    handle: (connection: Connection) => Partial<ConnectionHandler>,
  ): Promise<Socket> {
    const listener = await nativeListener(reactor).listen({ host, port: 0 }, (connection) => {
      listener.close();
      return { ...NOTHING, ...handle(connection) };
    });
    const socket = connect({ port: listener.endpoints[0]!.port, host, noDelay: true, allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  }

  test.each(['127.0.0.1', '::1'])(
    'tells the residence of each answer over %s, also of a held one',
    async (host) => {
      const residences: number[] = [];
      const HELD_NS = 2 * MS;
      let enabled: boolean | undefined;
      const socket = await pair(host, (connection) => {
        const answer = (): void => {
          connection.write(new Uint8Array(50));
          connection.stamps?.answered();
        };
        return {
          onBytes: (_chunk, nowNs) => {
            enabled ??= connection.stamps?.enable((ns) => residences.push(ns));
            if (residences.length % 2 === 0) answer();
            else reactor.wakeAt(nowNs + BigInt(HELD_NS), answer);
          },
          onEnd: () => connection.end(),
        };
      });
      // The first bytes came before the stamps were asked for, and the kernel needs a while to begin.
      for (let round = 0; round < 40; round++) {
        socket.write('probe');
        await once(socket, 'data');
        await expect.poll(() => residences.length, { interval: 0 }).toBe(round + 1);
      }
      socket.end().resume();
      await once(socket, 'close');
      expect(enabled).toBe(true);
      const at = (odd: 0 | 1) => residences.filter((ns, i) => i % 2 === odd && !Number.isNaN(ns));
      expect(at(0).length).toBeGreaterThan(10);
      expect(at(1).length).toBeGreaterThan(10);
      expect(Math.min(...at(0))).toBeGreaterThan(0);
      expect(Math.min(...at(0))).toBeLessThan(HELD_NS);
      expect(Math.min(...at(1))).toBeGreaterThanOrEqual(HELD_NS);
    },
  );

  test('that is reset ends once, with whose fault it was', async () => {
    const errors: unknown[] = [];
    const closed = Promise.withResolvers<void>();
    const socket = await pair('127.0.0.1', () => ({
      onBytes: () => socket.resetAndDestroy(),
      onClose: (error) => {
        errors.push(error);
        closed.resolve();
      },
    }));
    socket.write('reset me');
    await closed.promise;
    expect(errors).toMatchObject([
      { code: 'network', message: expect.stringContaining('reset by the peer') },
    ]);
  });

  test('delivers all that was written to a peer that begins to read late, then drains', async () => {
    const BYTES = 30_000_000;
    const told: string[] = [];
    const socket = await pair('127.0.0.1', (connection) => ({
      onBytes: () => {
        told.push(String(connection.write(new Uint8Array(BYTES).fill(7))));
        told.push(String(connection.write(Uint8Array.of(8, 9))));
      },
      onDrain: () => {
        told.push('drain');
        connection.close();
      },
      onClose: (error) => told.push(error === undefined ? 'close' : 'failure'),
    }));
    socket.pause();
    socket.write('go');
    await expect.poll(() => told.length).toBe(2);
    let received = 0;
    let last = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      last = chunk.at(-1) ?? 0;
    });
    socket.resume();
    await once(socket, 'end');
    socket.destroy();
    expect({ received, last }).toEqual({ received: BYTES + 2, last: 9 });
    await expect.poll(() => told).toEqual(['false', 'false', 'drain', 'close']);
  });

  test('costs no polling while it is paused, even when the peer is gone', async () => {
    const connections: Connection[] = [];
    let ended = 0;
    const socket = await pair('127.0.0.1', (connection) => {
      connections.push(connection);
      connection.pause();
      return { onEnd: () => ended++, onClose: () => ended++ };
    });
    socket.resetAndDestroy();
    await once(socket, 'close');
    await expect.poll(() => connections.length).toBe(1);
    reactor.turn(0);
    // Were the hang-up told, this turn would end at once.
    const startNs = reactor.nowNs();
    while (reactor.nowNs() - startNs < 100_000n) reactor.turn(0);
    const beforeNs = reactor.nowNs();
    reactor.turn(3 * MS);
    expect(Number(reactor.nowNs() - beforeNs)).toBeGreaterThanOrEqual(3 * MS);
    expect(ended).toBe(0);
    connections[0]?.resume();
    await expect.poll(() => ended).toBe(1);
  });

  test('leaves no descriptor behind', () => {
    // The epoll itself.
    expect(descriptors.count).toBe(1);
  });
});

describe.skipIf(nativeUnavailable() !== undefined)('a machine without a free descriptor', () => {
  test('is told of once until a connection is accepted again: a line for each try would bury the log', async () => {
    const { libc } = loadLibc();
    if (libc === undefined) throw new Error('no C library');
    /** What becomes of each try to accept. */
    const tries = ['fail', 'fail', 'accept', 'fail', 'accept'];
    let failed = false;
    const exhausted = {
      ...libc,
      accept4: (...args: Parameters<typeof libc.accept4>): number => {
        failed = tries[0] === 'fail';
        const fd = failed ? -1 : libc.accept4(...args);
        if (failed || fd >= 0) tries.shift();
        return fd;
      },
      errno: (): number => (failed ? ERRNO.EMFILE : libc.errno()),
    };
    const reactor = new Reactor(exhausted, new Descriptors());
    const stop = pump(reactor);
    const told: string[] = [];
    const accepted = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let count = 0;
    const listener = await nativeListener(reactor).listen(
      { host: '127.0.0.1', port: 0, onExhausted: ({ message }) => told.push(message) },
      (connection) => {
        connection.destroy();
        accepted[count++]?.resolve();
        return NOTHING;
      },
    );
    const clients = [];
    for (const { promise } of accepted) {
      const client = connect(listener.endpoints[0]!.port, '127.0.0.1').on('error', () => {});
      clients.push(client);
      await promise;
    }
    const text = 'no connection can be accepted: too many open files';
    expect({ told, tries }).toEqual({ told: [text, text], tries: [] });
    for (const client of clients) client.destroy();
    listener.close();
    stop();
    reactor.close();
  });
});
