/** The portable engine and listener keep the contract on real loopback sockets. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/net/connection.ts';
import type { Listener } from '../../src/net/listener.ts';
import { nodeEngine } from '../../src/net/node/engine.ts';
import { nodeListener } from '../../src/net/node/listener.ts';
import { WORK_NS, waitForOther } from './busy-loop.ts';
import { compliance } from './compliance.ts';
import type { World } from './world.ts';

compliance({
  name: 'node',
  makeWorld(): World {
    const listeners: Listener[] = [];
    const connections: Connection[] = [];
    return {
      engine: nodeEngine,
      network: {
        ...nodeListener,
        async listen(options, accept) {
          const listener = await nodeListener.listen(options, (connection) => {
            connections.push(connection);
            return accept(connection);
          });
          listeners.push(listener);
          return listener;
        },
      },
      drive: (promise) => promise,
      close() {
        for (const listener of listeners) listener.close();
        for (const connection of connections) connection.destroy();
      },
    };
  },
});

const SETUP = {
  measurement: 'rtt',
  payloadBytes: 1,
  probes: 1,
  delay: { delayNs: 0, unit: 'seconds' },
} as const;

describe('node engine', () => {
  test.runIf(process.platform === 'linux')('sends from the address that was asked for', async () => {
    const remotes: string[] = [];
    const silent = { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => {} };
    const listener = await nodeListener.listen({ host: '127.0.0.1', port: 0 }, ({ remote }) => {
      remotes.push(remote.address);
      return silent;
    });
    try {
      const target = { host: '127.0.0.1', port: listener.endpoints[0]?.port ?? 0, family: 4 } as const;
      // Any address of 127/8 is this host's; plain echo needs no word of the server to be open.
      const plan = {
        protocol: 'plain',
        setup: SETUP,
        timeoutNs: 5e9,
        socket: { bindAddress: '127.0.0.9' },
      } as const;
      const session = await nodeEngine.open(target, plan, { epochNs: 0n });
      expect(session.facts.local.address).toBe('127.0.0.9');
      await session.close();
    } finally {
      listener.close();
    }
    expect(remotes).toEqual(['127.0.0.9']);
  });

  test('tells the floor below which it sees nothing before a run is believed', async () => {
    const floor = await nodeEngine.prepare();
    expect(floor?.probes).toBeGreaterThan(0);
    expect(floor?.minRttNs).toBeGreaterThan(0);
    expect(floor?.medianRttNs).toBeGreaterThanOrEqual(floor?.minRttNs ?? Number.POSITIVE_INFINITY);
  });
});

test('the listener tells the second of two clients how long its loop worked for the first', async () => {
  const waitedNs = await waitForOther(nodeListener, async (port) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return socket;
  });
  expect(waitedNs).toBeGreaterThanOrEqual(WORK_NS);
});
