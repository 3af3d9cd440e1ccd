/**
 * Runs a load: an owner's connection with probes beside the data from the first moment to the last, and the phases one
 * after the other. A failure ends the run; what was seen until then is in the result that comes with it.
 */
import { calibrate } from '../../clock/calibrate.ts';
import { EcholotError } from '../../core/errors.ts';
import type { LoadAnswer, LoadTerms } from '../../core/load/load-messages.ts';
import type { Flow, FlowEnd, FlowEngine, FlowLane, FlowProtocol } from '../../net/flow/flow.ts';
import type {
  GrantRecord,
  LoadPhaseRecord,
  LoadProcessorsRecord,
  LoadRecording,
  LoadResult,
  StreamRecord,
} from '../../result/load/load-result.ts';
import type { LoadStatistics } from '../../result/load/load-statistics.ts';
import { Activity, type ActivityDeps, type Handle, type LostEvent } from '../activity.ts';
import { systemInfo, toolInfo } from '../machine/system.ts';
import { asEcholotError, LoadError, outcomeOf } from '../outcome.ts';
import { Route } from '../route.ts';
import { DataPhase } from './data-phase.ts';
import type { LoadEvent } from './load-events.ts';
import { LoadPace } from './load-pace.ts';
import {
  carriesData,
  type LoadOptions,
  type LoadPlan,
  loadPlanRecord,
  type PlannedPhase,
  planLoad,
} from './load-plan.ts';
import { ProbesRecorder } from './probes-recorder.ts';

const NS_PER_MS = 1_000_000;
/** Asked of the server beyond the phases: connecting, and waiting for what is under way at the end of each. */
const SPARE_MS = 2_000;
/** How long a phase may take to end, ns: a queue of seconds has to run empty. */
const MAX_END_NS = 5_000_000_000;
/** How long answers of the last probes are waited for, ns. */
const MAX_REST_NS = 1_000_000_000;
/** How long to wait for a turn, all in all, ms. */
const MAX_WAIT_MS = 120_000;
/** Of an idle connection on which an echo server's probes run. */
const ECHO_PROBES: FlowProtocol = { kind: 'echo', bytesUnderWay: 65_536 };

export interface LoadDeps extends ActivityDeps {
  readonly engine: FlowEngine;
  /** Why `engine` is not the native one although none was named; null or absent otherwise. */
  readonly fallback?: string | null;
  /** `analysis/load`, once it is loaded. */
  readonly analyse: (recording: LoadRecording) => LoadStatistics | Promise<LoadStatistics>;
}

/**
 * A load under way. Its `result` is the finished load; it rejects with a {@link LoadError} when it failed or was
 * cancelled, whose own `result` holds what was seen.
 */
export type Load = Handle<LoadEvent | LostEvent, LoadResult>;

/** Starts a load. @throws EcholotError `usage` at once when the options cannot be. */
export function startLoad(deps: LoadDeps, options: LoadOptions): Load {
  const plan = planLoad(options);
  const activity = new Activity<LoadEvent>(deps, options.signal);
  const run = new LoadRun(deps, plan, activity);
  return activity.start(
    () => run.run(),
    () => deps.engine.close(),
  );
}

class LoadRun {
  private readonly deps: LoadDeps;
  private readonly plan: LoadPlan;
  private readonly activity: Activity<LoadEvent>;
  private readonly route: Route;
  private readonly probeLane: FlowLane;
  private readonly dataLane: FlowLane;
  private readonly probes = new ProbesRecorder();
  private readonly phases: LoadPhaseRecord[] = [];
  private readonly streams: StreamRecord[] = [];
  private readonly pace: LoadPace;
  private epochNs = 0n;
  private owner: Flow | undefined;
  private ownerEnd: FlowEnd | undefined;
  private resting = Promise.withResolvers<void>();
  private granted: (GrantRecord & { readonly key: string }) | undefined;

  constructor(deps: LoadDeps, plan: LoadPlan, activity: Activity<LoadEvent>) {
    this.deps = deps;
    this.plan = plan;
    this.activity = activity;
    this.route = new Route(plan);
    this.probeLane = deps.engine.openFlowLane();
    this.dataLane = deps.engine.openFlowLane();
    this.pace = new LoadPace(this.dataLane, this.probeLane);
  }

  async run(): Promise<LoadResult> {
    const { plan, activity, deps } = this;
    const { clock, health, suspensions } = activity;
    activity.tell({ kind: 'plan', plan, engine: deps.engine.name, fallback: deps.fallback ?? null });
    const startedAt = new Date(clock.wallMs()).toISOString();
    this.epochNs = clock.nowNs();
    let failure: EcholotError | undefined;
    try {
      this.owner = await this.openOwner();
      const phases = this.fittingPhases();
      this.owner.command({ kind: 'probe', startNs: this.nowNs(), intervalNs: plan.probeIntervalNs });
      for (const phase of phases) await this.runPhase(phase);
      await this.rest();
    } catch (error) {
      failure = asEcholotError(error);
    }
    const durationNs = this.nowNs();
    await this.owner?.close();
    await suspensions?.settled();
    const { granted, owner } = this;
    const recording: LoadRecording = {
      format: 'echolot-load',
      version: 1,
      tool: toolInfo(),
      system: systemInfo(),
      startedAt,
      durationNs: Math.round(durationNs),
      engine: {
        name: deps.engine.name,
        requested: plan.engine,
        fallback: deps.fallback ?? null,
        clock: calibrate(clock),
        hasTcp: deps.engine.hasTcp,
      },
      plan: loadPlanRecord(plan),
      granted: granted === undefined ? null : withoutKey(granted),
      addresses: this.route.record,
      phases: this.phases,
      streams: this.streams,
      foreignProbes: this.probes.record,
      handshakeRttNs: owner?.handshakeRttNs ?? null,
      processors: this.pace.processors satisfies LoadProcessorsRecord,
      health: health?.stop() ?? null,
      continuedAtNs: (suspensions?.continuedAtNs ?? []).map((ns) => Number(ns - this.epochNs)),
      outcome: outcomeOf(failure),
    };
    const result: LoadResult = { ...recording, statistics: await deps.analyse(recording) };
    if (failure !== undefined) throw new LoadError(failure, result);
    return result;
  }

  /** Asks for the load, and again when another one is over. @throws EcholotError */
  private async openOwner(): Promise<Flow> {
    const { activity } = this;
    for (let waitedMs = 0; ; ) {
      const owner = await this.openProbes();
      const { answer } = owner;
      if (answer?.kind !== 'wait') {
        if (answer !== undefined) this.take(answer);
        return owner;
      }
      await owner.close();
      this.ownerEnd = undefined;
      const forMs = Math.max(1, answer.afterMs);
      if (waitedMs + forMs > MAX_WAIT_MS) {
        throw new EcholotError('limit', `the server is busy with another load for ${forMs} ms`, {
          advice: 'try again later',
        });
      }
      activity.tell({ kind: 'waiting', forMs });
      await activity.sleepUntil(activity.clock.nowNs() + BigInt(forMs * NS_PER_MS));
      waitedMs += forMs;
    }
  }

  private openProbes(): Promise<Flow> {
    const { plan, route, activity, epochNs } = this;
    const { timeoutNs, socket } = plan;
    const protocol: FlowProtocol =
      plan.protocol === 'echo' ? ECHO_PROBES : { kind: 'load', question: { kind: 'new', ...this.asked } };
    const resting = Promise.withResolvers<void>();
    this.resting = resting;
    const listener = {
      onTally: () => {},
      onReport: () => {},
      onProbes: this.probes.add,
      onEnded: (end: FlowEnd) => {
        this.ownerEnd = end;
        resting.resolve();
      },
    };
    // Windows and congestion controls are the data's: the probes only have to go the same way.
    const { congestionControl: _, sendBufferBytes: __, receiveBufferBytes: ___, ...probeSocket } = socket;
    return this.probeLane.open(
      route.target,
      { protocol, timeoutNs, socket: probeSocket, stamps: true },
      listener,
      { epochNs, signal: activity.signal, onDialed: route.note },
    );
  }

  private get asked(): LoadTerms {
    const { phases, bitsPerSecond = 0, maxStreams } = this.plan;
    const durationMs = Math.ceil(sum(phases.map(({ durationNs }) => durationNs)) / NS_PER_MS) + SPARE_MS;
    const goesBothWays = phases.some(({ name }) => name === 'both');
    return { durationMs, bitsPerSecond, streams: maxStreams * (goesBothWays ? 2 : 1) };
  }

  private take(answer: Extract<LoadAnswer, { kind: 'granted' }>): void {
    const { key, durationMs, bitsPerSecond, streams } = answer;
    const granted = {
      durationNs: durationMs * NS_PER_MS,
      bitsPerSecond: bitsPerSecond === 0 ? null : bitsPerSecond,
      streams,
    };
    this.granted = { key, ...granted };
    this.activity.tell({ kind: 'granted', granted });
  }

  /** Shorter ones, all by the same factor, where the server does not grant the time. */
  private fittingPhases(): readonly PlannedPhase[] {
    const { phases } = this.plan;
    if (this.granted === undefined) return phases;
    const wantedNs = sum(phases.map(({ durationNs }) => durationNs));
    const spareNs = Math.min(SPARE_MS * NS_PER_MS, this.granted.durationNs / 4);
    const factor = Math.min(1, (this.granted.durationNs - spareNs) / wantedNs);
    return phases.map(({ name, durationNs }) => ({ name, durationNs: Math.floor(durationNs * factor) }));
  }

  private async runPhase(planned: PlannedPhase): Promise<void> {
    const { name } = planned;
    const data = carriesData(name) ? this.dataPhase(name) : undefined;
    let failure: EcholotError | undefined;
    try {
      await data?.open();
      await this.carry(planned, data);
    } catch (error) {
      failure = asEcholotError(error);
    }
    if (data !== undefined) this.streams.push(...(await data.close(failure)));
    if (failure !== undefined) throw failure;
  }

  private dataPhase(phase: PlannedPhase['name']): DataPhase {
    const { plan, route, epochNs, activity, granted } = this;
    const { timeoutNs, socket } = plan;
    const options = { epochNs, signal: activity.signal, onDialed: route.note };
    const perDirection = phase === 'both' ? 2 : 1;
    const most = Math.min(
      plan.maxStreams,
      Math.max(1, Math.floor((granted?.streams ?? Number.POSITIVE_INFINITY) / perDirection)),
    );
    return new DataPhase(
      {
        lane: this.dataLane,
        target: route.target,
        key: granted?.key,
        options,
        plan: { timeoutNs, socket },
      },
      {
        phase: phase as 'down' | 'up' | 'both',
        streams: plan.streams === undefined ? undefined : Math.min(plan.streams, most),
        maxStreams: most,
        bitsPerSecond: granted?.bitsPerSecond ?? plan.bitsPerSecond ?? 0,
        firstNumber: this.streams.length + 1,
      },
    );
  }

  /** From the begin of a phase to the end of its data. @throws EcholotError */
  private async carry({ name, durationNs }: PlannedPhase, data: DataPhase | undefined): Promise<void> {
    const fromAtNs = Math.round(this.nowNs());
    this.activity.tell({ kind: 'phase', phase: name, atNs: fromAtNs, durationNs });
    data?.begin(fromAtNs);
    let isComplete = false;
    try {
      isComplete = await this.goOn({ name, durationNs }, fromAtNs, data);
    } finally {
      const toAtNs = Math.round(this.nowNs());
      this.phases.push({ name, fromAtNs, toAtNs, isComplete });
    }
    if (data === undefined) return;
    data.stop();
    await this.within(data.ended(), MAX_END_NS);
  }

  /** @returns whether the phase ran to its end @throws EcholotError */
  private async goOn(
    { name, durationNs }: PlannedPhase,
    fromAtNs: number,
    data: DataPhase | undefined,
  ): Promise<boolean> {
    const { activity, pace, plan, probes } = this;
    const { bytes = Number.POSITIVE_INFINITY } = plan;
    const endNs = fromAtNs + durationNs;
    for (let nextNs = fromAtNs; ; ) {
      nextNs = Math.min(nextNs + pace.tickNs, endNs);
      await activity.sleepUntil(this.epochNs + BigInt(Math.ceil(nextNs)));
      activity.health?.look();
      const atNs = this.nowNs();
      const error = this.ownerError ?? data?.lost;
      if (error !== undefined) throw error;
      data?.tick(atNs);
      const progress = pace.note(name, atNs, data);
      const leftNs = Math.max(0, endNs - atNs);
      activity.tell({ kind: 'progress', ...progress, leftNs, rttNs: probes.lastRttNs ?? null });
      if (atNs >= endNs || (data !== undefined && data.leastBytes >= bytes)) return true;
      // After a stop of this process, or a busy moment, those that were missed are left out.
      nextNs = Math.max(nextNs, atNs - pace.tickNs);
    }
  }

  private get ownerError(): EcholotError | undefined {
    const { ownerEnd } = this;
    if (ownerEnd === undefined) return undefined;
    const reason = ownerEnd.reason === undefined ? '' : ` (${ownerEnd.reason})`;
    return ownerEnd.error ?? new EcholotError('peer', `the server ended the load${reason}`);
  }

  /** No more probes; those under way are waited for. */
  private async rest(): Promise<void> {
    const { owner } = this;
    if (owner === undefined || this.ownerEnd !== undefined) return;
    owner.command({ kind: 'rest' });
    owner.command({ kind: 'stop' });
    await this.within(this.resting.promise, MAX_REST_NS);
  }

  /** Waits for `promise`, but not longer than so many ns. @throws EcholotError `cancelled` */
  private async within(promise: Promise<void>, maxNs: number): Promise<void> {
    const { clock, signal } = this.activity;
    const over = Promise.withResolvers<void>();
    const stop = (): void => over.resolve();
    const cancelWake = clock.wakeAt(clock.nowNs() + BigInt(maxNs), stop);
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([promise, over.promise]);
    signal.removeEventListener('abort', stop);
    cancelWake();
  }

  private nowNs(): number {
    return Number(this.activity.clock.nowNs() - this.epochNs);
  }
}

function withoutKey({ durationNs, bitsPerSecond, streams }: GrantRecord): GrantRecord {
  return { durationNs, bitsPerSecond, streams };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
