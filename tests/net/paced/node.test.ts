/** Paced probes of the portable engine keep their contract on real loopback sockets. */
import { nodePacedEngine } from '../../../src/net/node/paced-engine.ts';
import { pacedCompliance } from './compliance.ts';
import { realWorld } from './paced-world.ts';

pacedCompliance({ name: 'node', makeWorld: () => realWorld(nodePacedEngine) });
