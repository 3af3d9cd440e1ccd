/**
 * The native engine and the native listener keep the contract on real loopback sockets: with each other, and
 * each with its portable counterpart. The listener's loop is pumped on the thread of the test.
 */
import { afterAll, describe } from 'vitest';
import type { Connection } from '../../../src/net/connection.ts';
import type { Engine } from '../../../src/net/engine.ts';
import type { Listener, ListenerNetwork } from '../../../src/net/listener.ts';
import { createNativeEngine } from '../../../src/net/native/client/engine.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { nativeListener } from '../../../src/net/native/server/listener.ts';
import { Reactor } from '../../../src/net/native/server/reactor.ts';
import { nodeEngine } from '../../../src/net/node/engine.ts';
import { nodeListener } from '../../../src/net/node/listener.ts';
import { compliance } from '../compliance.ts';
import type { World } from '../world.ts';
import { pump } from './pump.ts';

const { libc, reason } = loadLibc();

describe.skipIf(libc === undefined)(`native ${reason ?? ''}`, () => {
  /** One thread and one loop for all tests: starting them is the slow part. */
  const nativeEngine = createNativeEngine();
  let reactor: Reactor | undefined;
  let stop: (() => void) | undefined;

  function pumpedReactor(): Reactor {
    if (libc === undefined) throw new Error('no C library');
    if (reactor === undefined) {
      reactor = new Reactor(libc, new Descriptors());
      stop = pump(reactor);
    }
    return reactor;
  }

  afterAll(async () => {
    await nativeEngine.close?.();
    stop?.();
    reactor?.close();
  });

  function worldOf(engine: Engine, network: ListenerNetwork): World {
    const listeners: Listener[] = [];
    const connections: Connection[] = [];
    return {
      engine,
      network: {
        ...network,
        async listen(options, accept) {
          const listener = await network.listen(options, (connection) => {
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
  }

  const onReactor = (): ListenerNetwork => nativeListener(pumpedReactor());
  compliance({ name: 'native with native', makeWorld: () => worldOf(nativeEngine, onReactor()) });
  compliance({ name: 'native with node', makeWorld: () => worldOf(nativeEngine, nodeListener) });
  compliance({ name: 'node with native', makeWorld: () => worldOf(nodeEngine, onReactor()) });
});
