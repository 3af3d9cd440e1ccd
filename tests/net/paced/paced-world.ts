/** What the suite of paced probes needs of an engine and a listener that can reach each other, and its shorthands. */
import type { EcholotError } from '../../../src/core/errors.ts';
import type { Setup } from '../../../src/core/wire/messages.ts';
import type { EngineName } from '../../../src/facts/engine.ts';
import type { Connection } from '../../../src/net/connection.ts';
import type { SessionOptions, SessionPlan } from '../../../src/net/engine.ts';
import type { Listener, ListenerNetwork } from '../../../src/net/listener.ts';
import type { LinkOptions } from '../../../src/net/memory/network.ts';
import { nodeListener } from '../../../src/net/node/listener.ts';
import type {
  PacedEngine,
  PacedListener,
  PacedPlan,
  PacedSamples,
  PacedSession,
  PacedTally,
} from '../../../src/net/paced/paced.ts';
import { HINDRANCES, type Hindrance } from '../../../src/net/paced/paced.ts';

export const MS = 1_000_000;
/** Of the pretend network, there and back alike, unless a test says otherwise. */
export const LATENCY_NS: number = 1 * MS;

export interface PacedWorld {
  readonly engine: PacedEngine;
  readonly network: ListenerNetwork;
  /** Whether its time is, so that nothing in it is exact. */
  readonly isReal: boolean;
  drive<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface PacedFixture {
  readonly name: EngineName;
  /** @param link of a pretend network; a real one is as it is */
  makeWorld(link?: LinkOptions): PacedWorld;
}

/** Over real sockets, the other end on this thread. */
export function realWorld(engine: PacedEngine): PacedWorld {
  const listeners: Listener[] = [];
  const connections: Connection[] = [];
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
}

export interface Sample {
  readonly connection: number;
  readonly dueNs: number;
  readonly sentNs: number;
  readonly rttNs: number;
  readonly hindrance: Hindrance;
}

/** Remembers all that it is told. */
export class PacedWitness implements PacedListener {
  readonly samples: Sample[] = [];
  readonly portions: PacedSamples[] = [];
  readonly tallies: PacedTally[] = [];
  readonly lost: { readonly connection: number; readonly error: EcholotError }[] = [];
  onTold: () => void = () => {};

  onSamples(portion: PacedSamples): void {
    this.portions.push(portion);
    for (let i = 0; i < portion.count; i++) {
      this.samples.push({
        connection: portion.connection[i]!,
        dueNs: portion.dueNs[i]!,
        sentNs: portion.sentNs[i]!,
        rttNs: portion.rttNs[i]!,
        hindrance: HINDRANCES[portion.hindrance[i]!]!,
      });
    }
  }

  onTally(tally: PacedTally): void {
    this.tallies.push(tally);
    this.onTold();
  }

  onLost(connection: number, error: EcholotError): void {
    this.lost.push({ connection, error });
  }

  get inOrder(): Sample[] {
    return [...this.samples].sort((a, b) => a.dueNs - b.dueNs);
  }
}

export interface Opened {
  readonly session: PacedSession;
  readonly witness: PacedWitness;
  readonly epochNs: bigint;
}

export interface Changes {
  readonly connections?: number;
  readonly inFlight?: number;
  readonly residences?: boolean;
  readonly session?: Partial<SessionPlan>;
  readonly payloadBytes?: number;
  readonly options?: Partial<SessionOptions>;
}

export function setupOf(changes: Partial<Setup> = {}): Setup {
  return {
    measurement: 'rtt',
    payloadBytes: 32,
    probes: 1_000_000,
    delay: { delayNs: 0, unit: 'seconds' },
    ...changes,
  };
}

export function planOf({
  connections = 1,
  inFlight = 1_000,
  residences = false,
  session,
  payloadBytes = 32,
}: Changes): PacedPlan {
  return {
    connections,
    inFlight,
    residences,
    session: {
      protocol: 'plain',
      setup: setupOf({ payloadBytes }),
      timeoutNs: 2_000 * MS,
      stamps: false,
      ...session,
    },
  };
}

export async function openPaced(world: PacedWorld, port: number, changes: Changes = {}): Promise<Opened> {
  const witness = new PacedWitness();
  const epochNs = world.network.timekeeper.nowNs();
  const session = await world.drive(
    world.engine
      .openPacedLane()
      .open({ host: '127.0.0.1', port, family: undefined }, planOf(changes), witness, {
        epochNs,
        ...changes.options,
      }),
  );
  return { session, witness, epochNs };
}

/** A moment that is soon, ns after the epoch. */
export function soon(world: PacedWorld, { epochNs }: Opened): number {
  return Number(world.network.timekeeper.nowNs() - epochNs) + 10 * MS;
}

/** Lets so much time pass. */
export function pass({ network: { timekeeper }, drive }: PacedWorld, ns: number): Promise<void> {
  return drive(
    new Promise((resolve) => {
      timekeeper.wakeAt(timekeeper.nowNs() + BigInt(ns), resolve);
    }),
  );
}

export function uniform(perSecond: number) {
  return { perSecond, arrivals: 'uniform', seed: 0 } as const;
}
