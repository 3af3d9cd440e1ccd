/** The pretend network keeps the contract of engines and listeners, so what is tested on it holds elsewhere. */
import { VirtualClock } from '../../src/clock/virtual.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import { createLoopEngine } from '../../src/net/session/session-loop.ts';
import { compliance } from './compliance.ts';
import { MS, type World } from './world.ts';

compliance({
  name: 'memory',
  makeWorld(): World {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock, { latencyNs: MS, chunkBytes: 64 * 1024 });
    return {
      engine: createLoopEngine('memory', network),
      network,
      drive: (promise) => clock.drive(promise),
      close: () => {},
    };
  },
});
