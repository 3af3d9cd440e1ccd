/** Paced probes over the pretend network keep their contract, to the nanosecond. */
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { MemoryNetwork } from '../../../src/net/memory/network.ts';
import { memoryPacedEngine } from '../../../src/net/memory/paced-engine.ts';
import { pacedCompliance } from './compliance.ts';
import { LATENCY_NS, type PacedWorld } from './paced-world.ts';

pacedCompliance({
  name: 'memory',
  makeWorld(link = { latencyNs: LATENCY_NS }): PacedWorld {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock, link);
    const engine = memoryPacedEngine(network);
    return {
      engine,
      network,
      isReal: false,
      drive: (promise) => clock.drive(promise),
      close: () => clock.drive(engine.close()),
    };
  },
});
