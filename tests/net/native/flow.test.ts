/** Flows of the native engine keep their contract, on threads and sockets of their own. */
import { describe } from 'vitest';
import type { Connection } from '../../../src/net/connection.ts';
import type { Listener } from '../../../src/net/listener.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { createNativeFlowEngine } from '../../../src/net/native/flow/engine.ts';
import { nodeListener } from '../../../src/net/node/listener.ts';
import { flowCompliance } from '../flow/compliance.ts';
import type { FlowWorld } from '../flow/flow-world.ts';

const lacking = nativeUnavailable();

describe.skipIf(lacking !== undefined)(`native${lacking === undefined ? '' : ` (${lacking})`}`, () => {
  flowCompliance({
    name: 'native',
    makeWorld(): FlowWorld {
      const listeners: Listener[] = [];
      const connections: Connection[] = [];
      const engine = createNativeFlowEngine();
      return {
        engine,
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
          await engine.close();
          for (const listener of listeners) listener.close();
          for (const connection of connections) connection.destroy();
        },
      };
    },
  });
});
