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
import type {
  DialectAttempt,
  DialectRecord,
  Result,
  SessionRecord,
  SessionStatistics,
} from '../result/result.ts';
import { goodputBitsPerSecond } from '../stats/goodput.ts';
import { summarize } from '../stats/summary.ts';
import type { ProgressEvent } from './events.ts';
import { judge } from './judge.ts';
import { EventQueue, type Measurement } from './measurement.ts';
import { negotiate, type Opened } from './negotiate.ts';
import { asEcholotError, MeasureError, outcomeOf } from './outcome.ts';
import { type MeasureOptions, type Plan, type PlannedSession, planMeasurement } from './plan.ts';
import { systemInfo, toolInfo } from './system.ts';

const NS_PER_S = 1_000_000_000;
/** A block ends after this long: progress and samples are told ten times a second at least. */
const BLOCK_BUDGET_NS: number = NS_PER_S / 10;
const BLOCK_PROBES = 1_000;

export interface RunDeps {
  readonly engine: Engine;
  readonly clock: Clock;
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

  constructor({ engine, clock }: RunDeps, plan: Plan, { signal, trace = false }: RunOptions) {
    this.engine = engine;
    this.clock = clock;
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
    const result: Result = {
      format: 'echolot-result',
      version: 1,
      tool: toolInfo(),
      system: systemInfo(),
      // After the run the clock's code is as hot as it was when it mattered.
      engine: { name: this.engine.name, clock: calibrate(this.clock), selfTest: selfTest ?? null },
      startedAt,
      durationNs: Number(this.clock.nowNs() - this.epochNs),
      plan: { ...this.plan, family: this.plan.family ?? null },
      dialect,
      sessions: this.sessions,
      warnings: judge(this.plan, dialect, this.sessions),
      outcome: outcomeOf(failure),
    };
    if (failure !== undefined) throw new MeasureError(failure, result);
    return result;
  }

  private async runSession(index: number, planned: PlannedSession): Promise<void> {
    const probes = this.plan.warmupProbes + this.plan.probes;
    const samples: SampleBuffer = {
      rttNs: new Float64Array(probes),
      sentNs: new Float64Array(probes),
      count: 0,
    };
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
      this.tellSamples(index, planned, samples, 0);
      while (samples.count < probes) {
        const first = samples.count;
        const block = { probes: Math.min(BLOCK_PROBES, probes - first), budgetNs: BLOCK_BUDGET_NS };
        try {
          await session.runBlock(block, samples);
        } finally {
          this.tellSamples(index, planned, samples, first);
        }
      }
    } finally {
      if (session !== undefined) {
        termination = await session.close();
        const record = this.record(planned, session, samples, termination);
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
    const { host, port, family, protocol, timeoutNs } = this.plan;
    const openIn = (name: DialectName | 'plain', limitNs: number): Promise<EngineSession> =>
      this.engine.open(
        { host, port, family },
        { protocol: name, setup: this.setupOf(planned), timeoutNs, openTimeoutNs: limitNs },
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

  private record(
    { measurement, payloadBytes }: PlannedSession,
    session: EngineSession,
    samples: SampleBuffer,
    termination: SessionRecord['termination'],
  ): SessionRecord {
    const rttNs = Array.from(samples.rttNs.subarray(0, samples.count));
    const warmupProbes = Math.min(this.plan.warmupProbes, samples.count);
    return {
      measurement,
      payloadBytes,
      messageBytes: session.messageBytes,
      local: session.facts.local,
      remote: session.facts.remote,
      connectNs: session.facts.connectNs,
      readyText: session.readyText ?? null,
      echoForm: session.echoForm ?? null,
      termination,
      warmupProbes,
      rttNs,
      sentAtNs: Array.from(samples.sentNs.subarray(0, samples.count)),
      statistics: statisticsOf(rttNs.slice(warmupProbes), payloadBytes),
    };
  }

  private tellSamples(index: number, planned: PlannedSession, samples: SampleBuffer, first: number): void {
    this.tellMessages();
    if (samples.count === first) return;
    this.tell({
      kind: 'samples',
      index,
      planned,
      first,
      warmupProbes: this.plan.warmupProbes,
      rttNs: Array.from(samples.rttNs.subarray(first, samples.count)),
      sentAtNs: Array.from(samples.sentNs.subarray(first, samples.count)),
    });
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

function statisticsOf(rttNs: readonly number[], payloadBytes: number): SessionStatistics | null {
  const rtt = summarize(rttNs);
  if (rtt === null) return null;
  const goodput = rttNs.map((ns) => goodputBitsPerSecond(payloadBytes, ns));
  return { rttNs: rtt, goodputBitsPerSecond: rtt.min > 0 ? summarize(goodput) : null };
}
