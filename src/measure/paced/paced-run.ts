/**
 * Runs paced probes: a step for each rate, one after the other over the same connections, or one step of a closed loop. A
 * failure ends the run; what was seen until then is in the result that comes with it.
 */
import { calibrate } from '../../clock/calibrate.ts';
import type { PaceSpec } from '../../clock/pace.ts';
import type { EcholotError } from '../../core/errors.ts';
import type {
  PacedEngine,
  PacedLane,
  PacedListener,
  PacedSession,
  PacedTally,
} from '../../net/paced/paced.ts';
import type {
  PacedConnectionRecord,
  PacedRecording,
  PacedResult,
  PacedServerRecord,
  PacedStepRecord,
} from '../../result/paced/paced-result.ts';
import type { PacedStatistics } from '../../result/paced/paced-statistics.ts';
import { Activity, type ActivityDeps, type Handle } from '../activity.ts';
import { systemInfo, toolInfo } from '../machine/system.ts';
import { asEcholotError, errorRecord, outcomeOf, PacedError } from '../outcome.ts';
import { socketRecord } from '../record.ts';
import { Route } from '../route.ts';
import { type OpenedPaced, openPaced } from './open-paced.ts';
import type { PacedEvent } from './paced-events.ts';
import { type PacedOptions, type PacedPlan, pacedPlanRecord, planPaced } from './paced-plan.ts';
import { StepProgress } from './step-progress.ts';
import type { StepRecorder, StepSpec } from './step-recorder.ts';

/** A step begins that much later than it is asked for, so that an engine on another thread is there in time, ns. */
const LEAD_NS = 10_000_000;

export interface PacedDeps extends ActivityDeps {
  readonly engine: PacedEngine;
  /** Why `engine` is not the native one although none was named; null or absent otherwise. */
  readonly fallback?: string | null;
  /** A `StepRecorder`, once that is loaded. */
  readonly recorder: (spec: StepSpec) => StepRecorder | Promise<StepRecorder>;
  /** `analysis/paced`, once it is loaded. */
  readonly analyse: (recording: PacedRecording) => PacedStatistics | Promise<PacedStatistics>;
}

/**
 * Paced probes under way. Its `result` is the finished run; it rejects with a {@link PacedError} when that failed or was
 * cancelled, whose own `result` holds what was seen.
 */
export type Paced = Handle<PacedEvent, PacedResult>;

/** Starts a run. @throws EcholotError `usage` at once when the options cannot be. */
export function startPaced(deps: PacedDeps, options: PacedOptions): Paced {
  const plan = planPaced(options);
  const activity = new Activity<PacedEvent>(deps, options.signal);
  const run = new PacedRun(deps, plan, activity);
  return activity.start(
    () => run.run(),
    () => deps.engine.close(),
  );
}

class PacedRun {
  private readonly deps: PacedDeps;
  private readonly plan: PacedPlan;
  private readonly activity: Activity<PacedEvent>;
  private readonly route: Route;
  private readonly lane: PacedLane;
  private readonly steps: PacedStepRecord[] = [];
  private readonly room: { left: number };
  /** Of each connection that was lost, by its place. */
  private readonly lost = new Map<number, { readonly atNs: number; readonly error: EcholotError }>();
  private epochNs = 0n;
  private recorder: StepRecorder | undefined;
  private progress: StepProgress | undefined;
  private opened: OpenedPaced | undefined;
  /** When the caller stopped it, or the last connection was lost: from then on nothing was sent. */
  private stoppedNs: number | undefined;

  constructor(deps: PacedDeps, plan: PacedPlan, activity: Activity<PacedEvent>) {
    this.deps = deps;
    this.plan = plan;
    this.activity = activity;
    this.route = new Route(plan);
    this.room = { left: plan.maxKeptSamples };
    this.lane = deps.engine.openPacedLane();
  }

  async run(): Promise<PacedResult> {
    const { activity, deps, plan } = this;
    const { clock, health, suspensions } = activity;
    activity.tell({ kind: 'plan', plan, engine: deps.engine.name, fallback: deps.fallback ?? null });
    const startedAt = new Date(clock.wallMs()).toISOString();
    this.epochNs = clock.nowNs();
    const stop = (): void => {
      this.stoppedNs ??= this.nowNs();
    };
    activity.signal.addEventListener('abort', stop, { once: true });
    let failure: EcholotError | undefined;
    try {
      await this.open();
      await this.runSteps();
    } catch (error) {
      failure = asEcholotError(error);
    }
    activity.signal.removeEventListener('abort', stop);
    const durationNs = Math.round(this.nowNs());
    await this.opened?.session.close();
    await this.lane.close();
    await suspensions?.settled();
    const recording: PacedRecording = {
      format: 'echolot-paced',
      version: 1,
      tool: toolInfo(),
      system: systemInfo(),
      startedAt,
      durationNs,
      engine: {
        name: deps.engine.name,
        requested: plan.engine,
        fallback: deps.fallback ?? null,
        clock: calibrate(clock),
      },
      plan: pacedPlanRecord(plan),
      server: this.opened === undefined ? null : serverRecord(this.opened),
      addresses: this.route.record,
      connections: this.connectionRecords(),
      steps: this.steps,
      health: health?.stop() ?? null,
      continuedAtNs: (suspensions?.continuedAtNs ?? []).map((ns) => Number(ns - this.epochNs)),
      outcome: outcomeOf(failure),
    };
    const result: PacedResult = { ...recording, statistics: await deps.analyse(recording) };
    if (failure !== undefined) throw new PacedError(failure, result);
    return result;
  }

  /** @throws EcholotError */
  private async open(): Promise<void> {
    const { plan, lane, route, activity, epochNs, listener } = this;
    const { tell, signal } = activity;
    const opened = await openPaced(plan, {
      ...{ lane, route, listener },
      options: { epochNs, signal },
      onAttempt: (attempt) => tell({ kind: 'attempt', attempt }),
    });
    this.opened = opened;
    tell({ kind: 'opened', connections: plan.connections, server: serverRecord(opened) });
  }

  private async runSteps(): Promise<void> {
    const { session } = this.opened as OpenedPaced;
    const { ratesPerSecond, arrivals = 'uniform', seed } = this.plan;
    if (ratesPerSecond.length === 0) return await this.runStep(session, undefined, 1, 1);
    for (const [i, perSecond] of ratesPerSecond.entries()) {
      const pace = { perSecond, arrivals, seed: seed + i };
      await this.runStep(session, pace, i + 1, ratesPerSecond.length);
    }
  }

  /** @throws EcholotError; what was seen before is in `steps` all the same */
  private async runStep(
    session: PacedSession,
    pace: PaceSpec | undefined,
    step: number,
    of: number,
  ): Promise<void> {
    const { activity, plan, room } = this;
    const { warmupNs, stepNs, connections } = plan;
    // Memory for what is recorded is had before the first probe is due, and not while it is under way.
    const startNs = Math.ceil(this.nowNs()) + LEAD_NS;
    const recorder = await this.deps.recorder({ startNs, warmupNs, stepNs, pace, connections, room });
    this.recorder = recorder;
    this.progress = new StepProgress(step, recorder, startNs, activity.tell);
    const askedPerSecond = pace?.perSecond ?? null;
    activity.tell({ kind: 'step', step, of, askedPerSecond, atNs: startNs, warmupNs, durationNs: stepNs });
    let stopNs = recorder.toNs;
    try {
      await session.run({ startNs, durationNs: warmupNs + stepNs, pace });
    } catch (error) {
      stopNs = this.stoppedNs ?? this.nowNs();
      throw error;
    } finally {
      this.recorder = undefined;
      this.progress = undefined;
      const record = recorder.record(askedPerSecond, stopNs);
      // One that was stopped in its warm-up has not begun.
      if (record.toAtNs > record.fromAtNs) {
        this.steps.push(record);
        activity.tell({ kind: 'step-end', step, record });
      }
      activity.health?.look();
    }
  }

  private readonly listener: PacedListener = {
    onSamples: (samples) => this.recorder?.add(samples),
    onTally: (tally: PacedTally) => this.progress?.note(tally),
    onLost: (connection, error) => {
      const atNs = Math.round(this.nowNs());
      this.lost.set(connection, { atNs, error });
      if (this.lost.size === this.plan.connections) this.stoppedNs ??= atNs;
      const record = errorRecord(error);
      this.activity.tell({ kind: 'connection-lost', connection: connection + 1, atNs, error: record });
    },
  };

  private connectionRecords(): PacedConnectionRecord[] {
    const all = this.opened?.session.connections ?? [];
    return all.map(({ local, remote, handshakeRttNs, socket, tls }, i) => {
      const lost = this.lost.get(i);
      return {
        number: i + 1,
        local,
        remote,
        handshakeRttNs: handshakeRttNs ?? null,
        socket: socket === undefined ? null : socketRecord(socket),
        ...(tls === undefined ? {} : { tls }),
        lostAtNs: lost?.atNs ?? null,
        error: lost === undefined ? null : errorRecord(lost.error),
      };
    });
  }

  private nowNs(): number {
    return Number(this.activity.clock.nowNs() - this.epochNs);
  }
}

function serverRecord({ protocol, session }: OpenedPaced): PacedServerRecord {
  const { readyText, inFlight, messageBytes } = session;
  return { protocol, readyText: readyText ?? null, inFlight, messageBytes };
}
