/** The native engine keeps the contract on real loopback sockets, against the portable listener. */
import { afterAll } from 'vitest';
import type { Connection } from '../../src/net/connection.ts';
import type { Listener } from '../../src/net/listener.ts';
import { createNativeEngine } from '../../src/net/native/engine.ts';
import { nodeListener } from '../../src/net/node/listener.ts';
import { compliance } from './compliance.ts';
import type { World } from './world.ts';

/** One thread for all tests: starting it is the slow part. */
const engine = createNativeEngine();
afterAll(() => engine.close?.());

compliance({
  name: 'native',
  makeWorld(): World {
    const listeners: Listener[] = [];
    const connections: Connection[] = [];
    return {
      engine,
      network: {
        timekeeper: nodeListener.timekeeper,
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
