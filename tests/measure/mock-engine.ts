/**
 * An engine with scripted samples: each probe takes the round-trip time it is told, on the virtual clock, and
 * fails where it is told. It makes tests of everything above the engine exact, and they wait for nothing.
 */
import type { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { ResidenceSource } from '../../src/core/wire/residence.ts';
import type { Endpoint, TerminationOutcome } from '../../src/facts/connection.ts';
import type { EngineName } from '../../src/facts/engine.ts';
import type { SelfTestRecord } from '../../src/facts/instrument.ts';
import type { Target } from '../../src/net/dialer.ts';
import type {
  BatchPlan,
  Engine,
  EngineSession,
  LayerBuffer,
  SampleBuffer,
  SessionFacts,
  SessionOptions,
  SessionPath,
  SessionPlan,
} from '../../src/net/engine.ts';

const CONNECT_NS = 50_000;
const PORT = 9_900;
const FIRST_LOCAL_PORT = 40_000;
/** `m`, two blanks and LF. */
const FRAME_BYTES = 4;

/** What one session does, in the order in which they are opened. */
export interface ScriptedSession {
  /** Round-trip time of each probe, ns; from the first again when all are used. */
  readonly rttNs: readonly number[];
  /** Thrown by `open`, when it is there. */
  readonly refusal?: EcholotError;
  /** Thrown instead of the probe of this number, counted from 0. */
  readonly failure?: { readonly probe: number; readonly error: EcholotError };
  /** Default `answered`. */
  readonly termination?: TerminationOutcome;
  /** Layers of each probe, ns, NaN where a stamp is missing; from the first again when all are used. */
  readonly layers?: readonly ScriptedLayers[];
  /** Beside those that every session has. */
  readonly facts?: Partial<SessionFacts>;
  /** Before the first probe it was the same congestion window, unless a test says otherwise. */
  readonly path?: ScriptedPath;
  readonly residenceSource?: ResidenceSource | undefined;
  /** What asking for residences takes after each batch, ns. */
  readonly questionNs?: number;
  readonly cpuShare?: number;
}

export type ScriptedPath = Omit<SessionPath, 'firstCongestionWindowSegments'> & Partial<SessionPath>;

export type ScriptedLayers = Readonly<Record<Exclude<keyof LayerBuffer, TcpWaits>, number>> &
  Readonly<Partial<Record<TcpWaits, number>>>;
/** Missing unless a test says something of them. */
type TcpWaits = 'tcpWaitNs' | 'serverTcpWaitNs';

export interface MockEngineOptions {
  /** The last one serves for all that follow. */
  readonly sessions: readonly ScriptedSession[];
  readonly prepare?: () => Promise<SelfTestRecord | undefined>;
  /** Default `memory`. */
  readonly name?: EngineName;
}

export class MockEngine implements Engine {
  readonly name: EngineName;
  /** What it was asked for, in order. */
  readonly targets: Target[] = [];
  readonly plans: SessionPlan[] = [];
  readonly batches: BatchPlan[] = [];
  closed = 0;
  private readonly clock: VirtualClock;
  private readonly options: MockEngineOptions;

  constructor(clock: VirtualClock, options: MockEngineOptions) {
    this.name = options.name ?? 'memory';
    this.clock = clock;
    this.options = options;
  }

  openLane(): Engine {
    return this;
  }

  prepare(): Promise<SelfTestRecord | undefined> {
    return this.options.prepare?.() ?? Promise.resolve(undefined);
  }

  async open(target: Target, plan: SessionPlan, options: SessionOptions): Promise<EngineSession> {
    this.targets.push(target);
    this.plans.push(plan);
    const number = this.plans.length - 1;
    const script = this.options.sessions[Math.min(number, this.options.sessions.length - 1)];
    if (script === undefined) throw new Error('a mock engine needs at least one scripted session');
    throwIfAborted(options.signal);
    await pass(this.clock, CONNECT_NS);
    throwIfAborted(options.signal);
    if (script.refusal !== undefined) throw inPhase(script.refusal, 'setup');
    return new MockSession(this, this.clock, script, plan, options, FIRST_LOCAL_PORT + number);
  }
}

class MockSession implements EngineSession {
  readonly facts: SessionFacts;
  readonly readyText: string | undefined;
  readonly path: SessionPath | undefined;
  readonly residenceSource: ResidenceSource | undefined;
  readonly cpuShare: number | undefined;
  echoForm: 'message' | undefined;
  messageBytes = 0;
  private readonly engine: MockEngine;
  private readonly clock: VirtualClock;
  private readonly script: ScriptedSession;
  private readonly plan: SessionPlan;
  private readonly options: SessionOptions;

  constructor(
    engine: MockEngine,
    clock: VirtualClock,
    script: ScriptedSession,
    plan: SessionPlan,
    options: SessionOptions,
    localPort: number,
  ) {
    this.engine = engine;
    this.clock = clock;
    this.script = script;
    this.plan = plan;
    this.options = options;
    this.facts = {
      connectNs: CONNECT_NS,
      local: endpoint(localPort),
      remote: endpoint(PORT),
      ...script.facts,
    };
    const { path } = script;
    this.path = path && { firstCongestionWindowSegments: path.congestionWindowSegments, ...path };
    this.residenceSource = script.residenceSource;
    this.cpuShare = script.cpuShare;
    this.readyText = plan.protocol === 'plain' ? undefined : '200 OK: Ready';
  }

  async runBatch(batch: BatchPlan, samples: SampleBuffer): Promise<void> {
    this.engine.batches.push(batch);
    const endNs = this.clock.nowNs() + BigInt(batch.budgetNs);
    for (let left = batch.probes; left > 0; left--) {
      throwIfAborted(this.options.signal);
      const number = samples.count;
      const { failure, rttNs } = this.script;
      if (failure?.probe === number) throw inPhase(failure.error, 'measurement');
      const sentNs = this.clock.nowNs();
      await pass(this.clock, rttNs[number % rttNs.length] ?? 0);
      throwIfAborted(this.options.signal);
      samples.rttNs[number] = Number(this.clock.nowNs() - sentNs);
      samples.sentNs[number] = Number(sentNs - this.options.epochNs);
      this.stamp(number, samples);
      samples.count = number + 1;
      this.echoForm = 'message';
      this.messageBytes = FRAME_BYTES + this.plan.setup.payloadBytes + String(number + 1).length;
      if (this.clock.nowNs() >= endNs) break;
    }
    if (this.script.questionNs !== undefined) await pass(this.clock, this.script.questionNs);
  }

  private stamp(number: number, { layers }: SampleBuffer): void {
    const { layers: scripted } = this.script;
    const own = scripted?.[number % scripted.length];
    if (layers === undefined || own === undefined) return;
    for (const name of Object.keys(own) as (keyof LayerBuffer)[])
      layers[name][number] = own[name] ?? Number.NaN;
  }

  async close(): Promise<TerminationOutcome> {
    this.engine.closed++;
    return this.script.termination ?? 'answered';
  }
}

function pass(clock: VirtualClock, ns: number): Promise<void> {
  return new Promise((resolve) => {
    clock.wakeAt(clock.nowNs() + BigInt(ns), resolve);
  });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new EcholotError('cancelled', 'the run was cancelled');
}

function inPhase(error: EcholotError, phase: 'setup' | 'measurement'): EcholotError {
  error.phase ??= phase;
  return error;
}

function endpoint(port: number): Endpoint {
  return { address: '127.0.0.1', port, family: 4 };
}
