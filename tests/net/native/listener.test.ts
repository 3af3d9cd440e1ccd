/** The native listener keeps the contract on real loopback sockets, pumped on the thread of the test. */
import { afterAll, describe } from 'vitest';
import type { Connection } from '../../../src/net/connection.ts';
import type { Listener } from '../../../src/net/listener.ts';
import { Descriptors } from '../../../src/net/native/descriptors.ts';
import { loadLibc } from '../../../src/net/native/libc.ts';
import { nativeListener } from '../../../src/net/native/listener.ts';
import { Reactor } from '../../../src/net/native/reactor.ts';
import { nodeEngine } from '../../../src/net/node/engine.ts';
import { compliance } from '../compliance.ts';
import { pump } from './pump.ts';

const { libc, reason } = loadLibc();

describe.skipIf(libc === undefined)(`native listener ${reason ?? ''}`, () => {
  let reactor: Reactor | undefined;
  let stop: (() => void) | undefined;
  afterAll(() => {
    stop?.();
    reactor?.close();
  });

  compliance({
    name: 'native',
    makeWorld() {
      if (libc === undefined) throw new Error('no C library');
      if (reactor === undefined) {
        reactor = new Reactor(libc, new Descriptors());
        stop = pump(reactor);
      }
      const network = nativeListener(reactor);
      const listeners: Listener[] = [];
      const connections: Connection[] = [];
      return {
        engine: nodeEngine,
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
    },
  });
});
