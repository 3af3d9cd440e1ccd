/** Compliance: all connections are opened, or none is left. */
import { describe, expect, test } from 'vitest';
import type { DialOutcome } from '../../../../src/net/dialer.ts';
import type { MakeWorld } from '../compliance.ts';
import { listenEcho } from '../echo-peer.ts';
import { MS, openPaced, pass } from '../paced-world.ts';

export function opening(makeWorld: MakeWorld): void {
  describe('opening', () => {
    test('tells of each connection both ends, and of the server what is the same for all', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      const outcomes: DialOutcome[] = [];
      const { session } = await openPaced(world, peer.port, {
        connections: 20,
        inFlight: 7,
        options: { onDialed: (outcome) => outcomes.push(outcome) },
      });
      expect(session).toMatchObject({ inFlight: 7, readyText: undefined, messageBytes: 32 });
      expect(session.connections).toHaveLength(20);
      const ports = session.connections.map(({ local }) => local.port);
      expect(new Set(ports)).toEqual(
        new Set(peer.connections.map(({ connection }) => connection.remote.port)),
      );
      for (const { remote, connectNs } of session.connections) {
        expect(remote.port).toBe(peer.port);
        expect(connectNs).toBeGreaterThan(0);
      }
      expect(outcomes).toHaveLength(1);
      expect(outcomes[0]?.chosen?.address).toBe('127.0.0.1');
      await world.drive(session.close());
    });

    test('is refused where nobody listens', async () => {
      const world = makeWorld();
      const listener = await world.network.listen({ host: '127.0.0.1', port: 0 }, () => {
        throw new Error('nobody is expected');
      });
      const { port } = listener.endpoints[0]!;
      listener.close();
      await expect(openPaced(world, port, { connections: 3 })).rejects.toMatchObject({
        code: 'network',
        phase: 'connect',
      });
    });

    test('one connection that fails fails them all, and none of them is left open', async () => {
      const world = makeWorld();
      const peer = await listenEcho(world.network, { echoes: 3 });
      const opened = openPaced(world, peer.port, { connections: 40, session: { timeoutNs: 100 * MS } });
      await expect(opened).rejects.toMatchObject({
        code: 'timeout',
        phase: 'measurement',
        details: ['3 of 40 connections stood by then'],
      });
      await pass(world, 50 * MS);
      expect(peer.connections.every(({ hasEnded, isClosed }) => hasEnded || isClosed)).toBe(true);
    });

    test('a server that is silent is given up after the time-out', async () => {
      const world = makeWorld();
      const listener = await world.network.listen({ host: '127.0.0.1', port: 0 }, () => ({
        onBytes: () => {},
        onDrain: () => {},
        onEnd: () => {},
        onClose: () => {},
      }));
      const opened = openPaced(world, listener.endpoints[0]!.port, { session: { timeoutNs: 60 * MS } });
      await expect(opened).rejects.toMatchObject({ code: 'timeout' });
    });

    test('can be cancelled while the server is silent', async () => {
      const world = makeWorld();
      const listener = await world.network.listen({ host: '127.0.0.1', port: 0 }, () => ({
        onBytes: () => {},
        onDrain: () => {},
        onEnd: () => {},
        onClose: () => {},
      }));
      const abort = new AbortController();
      const opened = openPaced(world, listener.endpoints[0]!.port, { options: { signal: abort.signal } });
      const rejected = expect(opened).rejects.toMatchObject({ code: 'cancelled' });
      await pass(world, 20 * MS);
      abort.abort();
      await world.drive(rejected);
    });

    test.each([
      { connections: 0 },
      { inFlight: 0 },
      { inFlight: 65_537 },
      { connections: 1_024, inFlight: 1_025 },
      { connections: 1.5 },
    ])('refuses what no memory is kept for, before anything is sent: %j', async (changes) => {
      const world = makeWorld();
      const peer = await listenEcho(world.network);
      await expect(openPaced(world, peer.port, changes)).rejects.toMatchObject({
        code: 'usage',
        advice: expect.any(String),
      });
      expect(peer.connections).toEqual([]);
    });
  });
}
