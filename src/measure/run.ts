/**
 * Runs a plan: one session for each measurement and size, in blocks, with progress between the blocks.
 * A failure ends the run; what was measured until then is in the result that comes with it.
 */
import { calibrate } from '../clock/calibrate.ts';
import type { Clock } from '../clock/clock.ts';
import type { DialectName } from '../core/dialects.ts';
import type { EcholotError } from '../core/errors.ts';
import type { Setup } from '../core/messages.ts';
import type { Engine, EngineSession, SampleBuffer, SelfTest, TracedMessage } from '../net/engine.ts';
import type { DialectAttempt, DialectRecord, EngineInfo, Result, SessionRecord } from '../result/result.ts';
import type { ProgressEvent } from './events.ts';
import { judge } from './judge.ts';
import { EventQueue, type Measurement } from './measurement.ts';
import { negotiate, type Opened } from './negotiate.ts';
import { asEcholotError, MeasureError, outcomeOf } from './outcome.ts';
import { type MeasureOptions, type Plan, type PlannedSession, planMeasurement } from './plan.ts';
import { planRecord, sessionRecord } from './record.ts';
import { Recorder } from './recorder.ts';
import { type SuspensionWatch, suspendedSamples } from './suspension.ts';
import { systemInfo, toolInfo } from './system.ts';

const NS_PER_S = 1_000_000_000;
/** A block ends after this long: progress and samples are told ten times a second at least. */
const BLOCK_BUDGET_NS: number = NS_PER_S / 10;
const BLOCK_PROBES = 1_000;

export interface RunDeps {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Why `engine` is not the native one although none was named; null or absent otherwise. */
  readonly fallback?: string | null;
  /** Hears when the process goes on after a stop, so that no sample contains one; absent in virtual time. */
  readonly watchSuspensions?: (clock: Clock) => SuspensionWatch;
}

export interface RunOptions extends MeasureOptions {
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Tells every message on the wire; costs time between the probes. */
  readonly trace?: boolean;
}

/** Starts a run. @throws EcholotError `usage` at once when the options cannot be. */
export function startRun(deps: RunDeps, options: RunOptions): Measurement {
  const run = new Run(deps, planMeasurement(options), options);
  const result = run.run();
  // Whoever only iterates must not be killed by a rejection nobody awaited.
  result.catch(() => {});
  return {
    result,
    cancel: () => run.cancel(),
    [Symbol.asyncIterator]: () => run.events[Symbol.asyncIterator](),
  };
}

class Run {
  readonly events: EventQueue<ProgressEvent> = new EventQueue();
  private readonly engine: Engine;
  private readonly clock: Clock;
  private readonly fallback: string | null;
  private readonly suspensions: SuspensionWatch | undefined;
  private readonly plan: Plan;
  private readonly trace: boolean;
  private readonly abort = new AbortController();
  private readonly signal: AbortSignal;
  private readonly attempts: DialectAttempt[] = [];
  private readonly sessions: SessionRecord[] = [];
  private messages: TracedMessage[] = [];
  private epochNs = 0n;
  /** Once found out, all sessions use it. */
  private spoken: DialectName | 'plain' | undefined;

  constructor(deps: RunDeps, plan: Plan, { signal, trace = false }: RunOptions) {
    this.engine = deps.engine;
    this.clock = deps.clock;
    this.fallback = deps.fallback ?? null;
    this.suspensions = deps.watchSuspensions?.(deps.clock);
    this.plan = plan;
    this.trace = trace;
    this.signal = signal === undefined ? this.abort.signal : AbortSignal.any([signal, this.abort.signal]);
  }

  cancel(): void {
    this.abort.abort();
  }

  async run(): Promise<Result> {
    try {
      return await this.runToResult();
    } finally {
      this.suspensions?.stop();
      await this.engine.close?.();
      this.events.close();
    }
  }

  private async runToResult(): Promise<Result> {
    let startedAt = '';
    this.tell({ kind: 'plan', plan: this.plan });
    let selfTest: SelfTest | undefined;
    let failure: EcholotError | undefined;
    try {
      try {
        selfTest = await this.engine.prepare();
      } finally {
        startedAt = new Date(this.clock.wallMs()).toISOString();
        this.epochNs = this.clock.nowNs();
      }
      for (const [index, planned] of this.plan.measurements.entries()) await this.runSession(index, planned);
    } catch (error) {
      failure = asEcholotError(error);
    }
    const dialect: DialectRecord = {
      requested: this.plan.protocol,
      spoken: this.spoken ?? null,
      attempts: this.attempts,
    };
    const { name } = this.engine;
    const { engine: requested, wait } = this.plan;
    // After the run the clock's code is as hot as it was when it mattered.
    const clock = calibrate(this.clock);
    const engine: EngineInfo = {
      name,
      requested,
      fallback: this.fallback,
      wait,
      clock,
      selfTest: selfTest ?? null,
    };
    const result: Result = {
      format: 'echolot-result',
      version: 1,
      tool: toolInfo(),
      system: systemInfo(),
      engine,
      startedAt,
      durationNs: Number(this.clock.nowNs() - this.epochNs),
      plan: planRecord(this.plan),
      dialect,
      sessions: this.sessions,
      warnings: judge(this.plan, engine, dialect, this.sessions),
      outcome: outcomeOf(failure),
    };
    if (failure !== undefined) throw new MeasureError(failure, result);
    return result;
  }

  private async runSession(index: number, planned: PlannedSession): Promise<void> {
    const { warmupProbes, stamps } = this.plan;
    const probes = warmupProbes + this.plan.probes;
    const recorder = new Recorder(probes, stamps);
    const { samples } = recorder;
    let session: EngineSession | undefined;
    let termination: SessionRecord['termination'] = 'none';
    try {
      const opened = await this.open(planned, samples);
      session = opened.session;
      this.tell({
        kind: 'session',
        index,
        of: this.plan.measurements.length,
        planned,
        protocol: opened.protocol,
      });
      await this.tellSamples(index, planned, recorder, 0);
      while (samples.count < probes) {
        const first = samples.count;
        const block = { probes: Math.min(BLOCK_PROBES, probes - first), budgetNs: BLOCK_BUDGET_NS };
        try {
          await session.runBlock(block, samples);
        } finally {
          await this.tellSamples(index, planned, recorder, first);
        }
      }
    } finally {
      if (session !== undefined) {
        termination = await session.close();
        const record = sessionRecord(planned, session, recorder, warmupProbes, termination);
        this.sessions.push(record);
        this.tellMessages();
        this.tell({ kind: 'session-end', index, session: record });
      }
    }
  }

  private async open(
    planned: PlannedSession,
    samples: SampleBuffer,
  ): Promise<Opened | { protocol: DialectName | 'plain'; session: EngineSession }> {
    const { host, port, family, protocol, timeoutNs, stamps, wait, socket } = this.plan;
    const setup = this.setupOf(planned);
    const openIn = (name: DialectName | 'plain', limitNs: number): Promise<EngineSession> =>
      this.engine.open(
        { host, port, family },
        { protocol: name, setup, timeoutNs, openTimeoutNs: limitNs, stamps, wait, socket },
        {
          epochNs: this.epochNs,
          signal: this.signal,
          trace: this.trace ? (message) => this.messages.push(message) : undefined,
        },
      );
    const known = this.spoken ?? (protocol === 'auto' ? undefined : protocol);
    if (known !== undefined) {
      const session = await openIn(known, timeoutNs);
      this.spoken = known;
      return { protocol: known, session };
    }
    const opened = await negotiate(openIn, timeoutNs, samples, (attempt) => {
      this.attempts.push(attempt);
      this.tellMessages();
      this.tell({ kind: 'attempt', attempt });
    });
    this.spoken = opened.protocol;
    return opened;
  }

  private setupOf({ measurement, payloadBytes }: PlannedSession): Setup {
    const { probes, warmupProbes, serverDelayNs } = this.plan;
    return {
      measurement,
      payloadBytes,
      probes: probes + warmupProbes,
      delay: { delayNs: serverDelayNs, unit: 'seconds' },
    };
  }

  private async tellSamples(
    index: number,
    planned: PlannedSession,
    recorder: Recorder,
    first: number,
  ): Promise<void> {
    this.tellMessages();
    if (recorder.samples.count === first) return;
    await this.spoilSuspended(recorder, first);
    const { warmupProbes } = this.plan;
    for (const range of recorder.ranges(first)) {
      this.tell({ kind: 'samples', index, planned, warmupProbes, ...range });
    }
  }

  private async spoilSuspended(recorder: Recorder, first: number): Promise<void> {
    if (this.suspensions === undefined) return;
    await this.suspensions.settled();
    const continuedAtNs = this.suspensions.continuedAtNs.map((ns) => Number(ns - this.epochNs));
    recorder.spoil(suspendedSamples(recorder.samples, first, continuedAtNs));
  }

  private tellMessages(): void {
    if (this.messages.length === 0) return;
    this.tell({ kind: 'messages', messages: this.messages });
    this.messages = [];
  }

  private tell(event: ProgressEvent): void {
    this.events.push(event);
  }
}
