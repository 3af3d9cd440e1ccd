/** What the compliance suite needs of an engine and a listener that can reach each other, and its shorthands. */
import type { DialectName } from '../../src/core/wire/dialects.ts';
import type { Setup } from '../../src/core/wire/messages.ts';
import type { EngineName } from '../../src/facts/engine.ts';
import type { Target } from '../../src/net/dialer.ts';
import type {
  Engine,
  EngineSession,
  Lane,
  SampleBuffer,
  SessionOptions,
  SessionPlan,
} from '../../src/net/engine.ts';
import type { ListenerNetwork } from '../../src/net/listener.ts';
import type { ServerEvent } from '../../src/server/events.ts';
import type { ServeOptions } from '../../src/server/plan.ts';
import { type EchoServer, startServer } from '../../src/server/server.ts';

export const MS = 1_000_000;
/** No batch of a test is meant to end by its budget unless it says so. */
export const NO_BUDGET_NS = 3_600_000 * MS;

export interface World {
  readonly engine: Engine;
  readonly network: ListenerNetwork;
  /** Lets time pass, in whatever way it passes here, until the promise is settled. */
  drive<T>(promise: Promise<T>): Promise<T>;
  close(): void;
}

export interface Fixture {
  /** The engine, and the listener where it is another one's. */
  readonly name: EngineName | `${EngineName} with ${EngineName}`;
  makeWorld(): World;
}

export interface PlanChanges extends Partial<Setup> {
  readonly timeoutMs?: number;
}

export function makePlan(protocol: DialectName | 'plain', changes: PlanChanges = {}): SessionPlan {
  const { timeoutMs = 5_000, ...setup } = changes;
  return {
    protocol,
    setup: {
      measurement: 'rtt',
      payloadBytes: 10,
      probes: 20,
      delay: { delayNs: 0, unit: 'seconds' },
      ...setup,
    },
    timeoutNs: timeoutMs * MS,
    // What is written is compared byte by byte; the extension has tests of its own.
    stamps: false,
  };
}

export function makeSamples(probes = 20): SampleBuffer {
  return { rttNs: new Float64Array(probes), sentNs: new Float64Array(probes), count: 0 };
}

export function targetOf(port: number): Target {
  return { host: '127.0.0.1', port, family: undefined };
}

export function open(
  world: World,
  port: number,
  plan: SessionPlan,
  options: Partial<SessionOptions> = {},
  lane: Lane = world.engine,
): Promise<EngineSession> {
  const epochNs = world.network.timekeeper.nowNs();
  return world.drive(lane.open(targetOf(port), plan, { epochNs, ...options }));
}

export interface Served {
  readonly server: EchoServer;
  readonly port: number;
  readonly events: readonly ServerEvent[];
}

export async function serve(world: World, options: ServeOptions = {}): Promise<Served> {
  const events: ServerEvent[] = [];
  const server = await world.drive(
    startServer(world.network, {
      host: '127.0.0.1',
      port: 0,
      onEvent: (event) => events.push(event),
      ...options,
    }),
  );
  return { server, port: server.endpoints[0]!.port, events };
}

/** A port on which nothing listens: one that was free a moment ago. */
export async function unusedPort(world: World): Promise<number> {
  const listener = await world.network.listen({ host: '127.0.0.1', port: 0 }, () => {
    throw new Error('nobody is expected');
  });
  listener.close();
  return listener.endpoints[0]!.port;
}

/** Another session's round trips: lets what was written last arrive, without looking at a clock. */
export async function roundTrips(world: World): Promise<void> {
  const { port } = await serve(world);
  const session = await open(world, port, makePlan('size-first'));
  await world.drive(session.runBatch({ probes: 3, budgetNs: NO_BUDGET_NS }, makeSamples()));
  await world.drive(session.close());
}
