/** What the suite of flows needs of an engine and a listener that can reach each other, and its shorthands. */
import type { LoadQuestion } from '../../../src/core/load/load-messages.ts';
import type { EngineName } from '../../../src/facts/engine.ts';
import type {
  Flow,
  FlowEnd,
  FlowEngine,
  FlowLane,
  FlowListener,
  FlowOptions,
  FlowPlan,
  FlowProbes,
  FlowReport,
  FlowTally,
} from '../../../src/net/flow/flow.ts';
import type { ListenerNetwork } from '../../../src/net/listener.ts';
import { KEY } from './load-peer.ts';

export const MS = 1_000_000;

export interface FlowWorld {
  readonly engine: FlowEngine;
  readonly network: ListenerNetwork;
  /** Whether its time is, so that nothing in it is exact. */
  readonly isReal: boolean;
  /** Lets time pass, in whatever way it passes here, until the promise is settled. */
  drive<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface FlowFixture {
  readonly name: EngineName;
  makeWorld(): FlowWorld;
}

export const OWNER: LoadQuestion = { kind: 'new', durationMs: 20_000, bitsPerSecond: 0, streams: 8 };
export const STREAM: LoadQuestion = { kind: 'join', key: KEY };

/** Remembers all that it is told. */
export class Witness implements FlowListener {
  readonly tallies: FlowTally[] = [];
  readonly reports: FlowReport[] = [];
  readonly probes: FlowProbes[] = [];
  readonly ends: FlowEnd[] = [];
  private readonly waiting = new Set<() => void>();

  onTally(tally: FlowTally): void {
    this.note(() => this.tallies.push(tally));
  }

  onReport(report: FlowReport): void {
    this.note(() => this.reports.push(report));
  }

  onProbes(probes: FlowProbes): void {
    this.note(() => this.probes.push(probes));
  }

  onEnded(end: FlowEnd): void {
    this.note(() => this.ends.push(end));
  }

  /** Of all portions, one of the lists. */
  all(name: Exclude<keyof FlowProbes, 'count'>): number[] {
    return this.probes.flatMap((probes) => Array.from(probes[name]));
  }

  get last(): FlowTally | undefined {
    return this.tallies.at(-1);
  }

  until(condition: (witness: Witness) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition(this)) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  get ended(): Promise<FlowEnd> {
    return this.until(({ ends }) => ends.length > 0).then(() => this.ends[0] as FlowEnd);
  }

  private note(happen: () => void): void {
    happen();
    for (const look of this.waiting) look();
  }
}

export interface OpenFlow {
  readonly flow: Flow;
  readonly witness: Witness;
  readonly epochNs: bigint;
}

export interface OpenChanges {
  readonly question?: LoadQuestion;
  readonly plan?: Partial<FlowPlan>;
  readonly options?: Partial<FlowOptions>;
  readonly lane?: FlowLane;
}

export async function openFlow(
  world: FlowWorld,
  port: number,
  { question = STREAM, plan = {}, options = {}, lane = world.engine.openFlowLane() }: OpenChanges = {},
): Promise<OpenFlow> {
  const witness = new Witness();
  const epochNs = world.network.timekeeper.nowNs();
  const flow = await world.drive(
    lane.open(
      { host: '127.0.0.1', port, family: undefined },
      {
        protocol: { kind: 'load', question },
        timeoutNs: 2_000 * MS,
        stamps: question.kind === 'new',
        socket: {},
        ...plan,
      },
      witness,
      { epochNs, ...options },
    ),
  );
  return { flow, witness, epochNs };
}

/** Lets so much time pass. */
export function pass({ network: { timekeeper }, drive }: FlowWorld, ns: number): Promise<void> {
  return drive(
    new Promise((resolve) => {
      timekeeper.wakeAt(timekeeper.nowNs() + BigInt(ns), resolve);
    }),
  );
}
