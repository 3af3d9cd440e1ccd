/** The portable engine and listener keep the contract on real loopback sockets. */
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/net/connection.ts';
import type { Listener } from '../../src/net/listener.ts';
import { nodeEngine } from '../../src/net/node/engine.ts';
import { nodeListener } from '../../src/net/node/listener.ts';
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

describe('node engine', () => {
  test('tells the floor below which it sees nothing before a run is believed', async () => {
    const floor = await nodeEngine.prepare();
    expect(floor?.probes).toBeGreaterThan(0);
    expect(floor?.minRttNs).toBeGreaterThan(0);
    expect(floor?.medianRttNs).toBeGreaterThanOrEqual(floor?.minRttNs ?? Number.POSITIVE_INFINITY);
  });
});
