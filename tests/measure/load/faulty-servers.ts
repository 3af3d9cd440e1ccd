/** Loads of servers that do not do what they should, over a pretend network in virtual time, with what is said of them. */
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import type { LoadOptions } from '../../../src/measure/load/load-plan.ts';
import { startLoad } from '../../../src/measure/load/load-run.ts';
import { LoadError } from '../../../src/measure/outcome.ts';
import { memoryFlowEngine } from '../../../src/net/memory/flow-engine.ts';
import { MemoryNetwork } from '../../../src/net/memory/network.ts';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import { KEY, listenLoad, type PeerScript } from '../../net/flow/load-peer.ts';

export const MS = 1_000_000;
export const S: number = 1_000 * MS;

/** Time enough for all that a wrong server takes of it. */
const GRANT = `200 OK: Load ${KEY} 60000 0 8\n`;

export interface LoadWorld {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
}

export function loadWorld(): LoadWorld {
  const clock = new VirtualClock();
  return { clock, network: new MemoryNetwork(clock, { latencyNs: MS, bytesPerSecond: 1_250_000 }) };
}

/** The record of a load of whoever listens there, however it ended. */
export async function loadOf(
  { clock, network }: LoadWorld,
  port: number,
  options: Partial<LoadOptions>,
): Promise<LoadResult> {
  const load = startLoad(
    { engine: memoryFlowEngine(network), clock, analyse: analyseLoad },
    { host: '127.0.0.1', port, ...options },
  );
  try {
    return await clock.drive(load.result);
  } catch (error) {
    if (error instanceof LoadError) return error.result;
    throw error;
  }
}

/** Of a server that follows a script. */
export async function loadOfPeer(
  script: PeerScript,
  options: Partial<LoadOptions>,
  world: LoadWorld = loadWorld(),
): Promise<LoadResult> {
  const { port } = await listenLoad(world.network, { grant: GRANT, reportsAlways: true, ...script });
  return await loadOf(world, port, options);
}

/** Of an echo server that stands still from a moment on. */
export async function loadOfEcho(standsStillNs: number, options: Partial<LoadOptions>): Promise<LoadResult> {
  const world = loadWorld();
  const { clock, network } = world;
  const listener = await network.listen({ port: 0 }, (connection) => ({
    onBytes: (chunk) => {
      if (Number(clock.nowNs()) < standsStillNs) connection.write(new Uint8Array(chunk));
    },
    onDrain: () => {},
    onEnd: () => connection.close(),
    onClose: () => {},
  }));
  return await loadOf(world, listener.endpoints[0]!.port, { echo: true, ...options });
}

export function codesOf({ statistics }: LoadResult): readonly string[] {
  return statistics.doubts.map(({ code, phase }) => (phase === null ? code : `${code} ${phase}`));
}
