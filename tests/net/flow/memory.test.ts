/** Flows over the pretend network keep their contract, so what is tested on it holds elsewhere. */
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { memoryFlowEngine } from '../../../src/net/memory/flow-engine.ts';
import { MemoryNetwork } from '../../../src/net/memory/network.ts';
import { flowCompliance } from './compliance.ts';
import { type FlowWorld, MS } from './flow-world.ts';

flowCompliance({
  name: 'memory',
  makeWorld(): FlowWorld {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock, {
      latencyNs: MS,
      bytesPerSecond: 12_500_000,
      sendBufferBytes: 128 * 1024,
      chunkBytes: 16 * 1024,
    });
    const engine = memoryFlowEngine(network);
    return {
      engine,
      network,
      isReal: false,
      drive: (promise) => clock.drive(promise),
      close: () => clock.drive(engine.close()),
    };
  },
});
