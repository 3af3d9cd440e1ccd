/**
 * Runs a load: an owner's connection with probes beside the data from the first moment to the last, and the phases one
 * after the other. A failure ends the run; what was seen until then is in the result that comes with it.
 */
import { calibrate } from '../../clock/calibrate.ts';
import { EcholotError } from '../../core/errors.ts';
import type { LoadAnswer } from '../../core/load/load-messages.ts';
import { lowerRate } from '../../core/load/rate-bound.ts';
import { MAX_END_NS } from '../../facts/load.ts';
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
import { openInTurn } from './load-queue.ts';
import { fittingPhases, grantRecord, spareOf } from './load-terms.ts';
import { PhaseRun } from './phase-run.ts';
import { ProbesRecorder } from './probes-recorder.ts';

/** Of an idle connection on which an echo server's probes run. */
const ECHO_PROBES: FlowProtocol = { kind: 'echo', bytesUnderWay: 65_536, isOwner: true };

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
  /** Aborts when the owner's connection is over, by itself or as it was told to. */
  private ownerOver = new AbortController();
  /** For how much longer than planned phases may go on while the number of streams is searched for. */
  private spareNs = 0;
  private granted: (GrantRecord & { readonly key: string }) | undefined;
  private grantedAtNs = 0;

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
      const phases = this.granted === undefined ? plan.phases : fittingPhases(plan.phases, this.granted);
      this.spareNs =
        this.granted === undefined ? Number.POSITIVE_INFINITY : spareOf(plan, phases, this.granted);
      this.owner.command({ kind: 'probe', startNs: this.nowNs(), intervalNs: plan.probeIntervalNs });
      await this.runPhases(phases);
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
      ...(owner?.tls === undefined ? {} : { tls: owner.tls }),
      processors: this.pace.processors satisfies LoadProcessorsRecord,
      health: health?.stop() ?? null,
      continuedAtNs: (suspensions?.continuedAtNs ?? []).map((ns) => Number(ns - this.epochNs)),
      outcome: outcomeOf(failure),
    };
    const result: LoadResult = { ...recording, statistics: await deps.analyse(recording) };
    if (failure !== undefined) throw new LoadError(failure, result);
    return result;
  }

  /** @throws EcholotError */
  private async openOwner(): Promise<Flow> {
    const { plan, activity } = this;
    if (plan.protocol === 'echo') return await this.openProbes(ECHO_PROBES);
    const owner = await openInTurn(plan, activity, (question) =>
      this.openProbes({ kind: 'load', question, token: plan.token }),
    );
    this.take(owner.answer);
    return owner.flow;
  }

  private openProbes(protocol: FlowProtocol): Promise<Flow> {
    const { plan, route, activity, epochNs } = this;
    const { timeoutNs, socket } = plan;
    this.ownerEnd = undefined;
    const ownerOver = new AbortController();
    this.ownerOver = ownerOver;
    const listener = {
      onTally: () => {},
      onReport: () => {},
      onProbes: this.probes.add,
      onEnded: (end: FlowEnd) => {
        this.ownerEnd = end;
        ownerOver.abort();
      },
    };
    // Windows and congestion controls are the data's: the probes only have to go the same way.
    const { congestionControl, sendBufferBytes: _, receiveBufferBytes: __, ...probeSocket } = socket;
    // A name that this machine does not have is better told before the idle phase than after.
    const laterSocket = congestionControl === undefined ? {} : { congestionControl };
    return this.probeLane.open(
      route.target,
      { protocol, timeoutNs, socket: probeSocket, laterSocket, stamps: true },
      listener,
      { epochNs, signal: activity.signal, onDialed: route.note, onTurn: activity.tell },
    );
  }

  private take(answer: Extract<LoadAnswer, { kind: 'granted' }>): void {
    const granted = grantRecord(answer);
    this.granted = { ...granted, key: answer.key };
    this.grantedAtNs = this.nowNs();
    this.activity.tell({ kind: 'granted', granted });
  }

  /** What connecting and ending has cost beyond what was thought is taken from the phases that are left. */
  private async runPhases(phases: readonly PlannedPhase[]): Promise<void> {
    const { granted, grantedAtNs } = this;
    for (let left = phases; left.length > 0; left = left.slice(1)) {
      const passedNs = this.nowNs() - grantedAtNs;
      if (granted !== undefined)
        left = fittingPhases(left, { ...granted, durationNs: granted.durationNs - passedNs });
      await this.runPhase(left[0] as PlannedPhase);
    }
  }

  private async runPhase(planned: PlannedPhase): Promise<void> {
    const { name } = planned;
    const data = carriesData(name) ? this.dataPhase(name) : undefined;
    let failure: EcholotError | undefined;
    try {
      await data?.open();
      await this.carry(planned, data);
    } catch (error) {
      // Without its owner no stream can be opened, and none goes on for long.
      failure = this.activity.signal.aborted
        ? asEcholotError(error)
        : (this.ownerError ?? asEcholotError(error));
    }
    if (data !== undefined) this.streams.push(...(await data.close(failure)));
    if (failure !== undefined) throw failure;
  }

  private dataPhase(phase: PlannedPhase['name']): DataPhase {
    const { plan, route, epochNs, activity, granted, ownerOver } = this;
    const { timeoutNs, socket } = plan;
    const signal = AbortSignal.any([activity.signal, ownerOver.signal]);
    const options = { epochNs, signal, onDialed: route.note };
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
        token: plan.token,
        options,
        plan: { timeoutNs, socket },
      },
      {
        phase: phase as 'down' | 'up' | 'both',
        streams: plan.streams === undefined ? undefined : Math.min(plan.streams, most),
        untilStable: plan.untilStable,
        maxStreams: most,
        bitsPerSecond: lowerRate(plan.bitsPerSecond ?? 0, granted?.bitsPerSecond ?? 0),
        firstNumber: this.streams.length + 1,
      },
    );
  }

  /** From the begin of a phase to the end of its data. @throws EcholotError */
  private async carry(planned: PlannedPhase, data: DataPhase | undefined): Promise<void> {
    const { activity, epochNs, plan, pace, probes } = this;
    const deps = { activity, epochNs, plan, pace, probes, fault: () => this.ownerError };
    const phase = new PhaseRun(deps, planned, data, this.spareNs);
    try {
      await phase.run();
    } finally {
      this.phases.push(phase.record);
      this.spareNs -= phase.spentNs();
    }
    if (data === undefined) return;
    data.stop();
    await this.within(MAX_END_NS, data.ended());
    if (this.ownerEnd !== undefined) throw this.lostBefore();
  }

  private get ownerError(): EcholotError | undefined {
    const { ownerEnd } = this;
    if (ownerEnd === undefined) return undefined;
    const reason = ownerEnd.reason === undefined ? '' : ` (${ownerEnd.reason})`;
    return ownerEnd.error ?? new EcholotError('peer', `the server ended the load${reason}`);
  }

  /** No more probes; those under way are waited for. @throws EcholotError when nothing is heard any more */
  private async rest(): Promise<void> {
    const { owner } = this;
    if (owner === undefined) return;
    const isEarly = this.ownerEnd !== undefined;
    owner.command({ kind: 'rest' });
    owner.command({ kind: 'stop' });
    await this.within(MAX_END_NS);
    const { ownerEnd } = this;
    // How a server takes its leave once it was asked to is no matter; that it does not is.
    const isSilent = ownerEnd?.error?.code === 'timeout';
    // Nor that its time is over, when all phases are.
    if ((isEarly && ownerEnd?.reason !== 'time') || isSilent) throw this.lostBefore();
  }

  /** The phase that seemed to be over was not whole: its server was lost by then. @returns why */
  private lostBefore(): EcholotError | undefined {
    const last = this.phases.pop();
    if (last !== undefined) this.phases.push({ ...last, isComplete: false });
    return this.ownerError;
  }

  /** Waits for so many ns at most, while the owner's connection stands, until the promise is settled. */
  private async within(maxNs: number, promise?: Promise<void>): Promise<void> {
    const { activity, ownerOver } = this;
    const { clock } = activity;
    const signal = AbortSignal.any([activity.signal, ownerOver.signal]);
    const over = Promise.withResolvers<void>();
    const stop = (): void => over.resolve();
    const cancelWake = clock.wakeAt(clock.nowNs() + BigInt(maxNs), stop);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    await (promise === undefined ? over.promise : Promise.race([promise, over.promise]));
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
