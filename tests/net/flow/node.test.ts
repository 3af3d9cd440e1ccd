/** Flows of the portable engine keep their contract on real loopback sockets. */
import type { Connection } from '../../../src/net/connection.ts';
import type { Listener } from '../../../src/net/listener.ts';
import { nodeFlowEngine } from '../../../src/net/node/flow-engine.ts';
import { nodeListener } from '../../../src/net/node/listener.ts';
import { flowCompliance } from './compliance.ts';
import type { FlowWorld } from './flow-world.ts';

flowCompliance({
  name: 'node',
  makeWorld(): FlowWorld {
    const listeners: Listener[] = [];
    const connections: Connection[] = [];
    return {
      engine: nodeFlowEngine,
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
      isReal: true,
      drive: (promise) => promise,
      async close() {
        await nodeFlowEngine.close();
        for (const listener of listeners) listener.close();
        for (const connection of connections) connection.destroy();
      },
    };
  },
});
