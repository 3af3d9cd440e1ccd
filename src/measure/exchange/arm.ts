/**
 * One side of a run: a plan, the engine that carries it out, and the blocks it has run. A measurement has one
 * arm, a comparison two, whose blocks take turns.
 */

import { calibrate } from '../../clock/calibrate.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { DialectName } from '../../core/wire/dialects.ts';
import type { Setup } from '../../core/wire/messages.ts';
import type { SelfTestRecord } from '../../facts/instrument.ts';
import type { Engine, EngineSession, SampleBuffer, TracedMessage } from '../../net/engine.ts';
import type { RawBlock } from '../../result/block-record.ts';
import type {
  DialectAttempt,
  EngineInfo,
  Outcome,
  Recording,
  RunRecord,
  StopRecord,
} from '../../result/result.ts';
import { leastOf, mostOf } from '../../stats/extremes.ts';
import type { Activity } from '../activity.ts';
import type { ProgressEvent } from '../events.ts';
import { suspendedSamples } from '../machine/suspension.ts';
import { systemInfo, toolInfo } from '../machine/system.ts';
import { asEcholotError } from '../outcome.ts';
import { blockRecord, planRecord } from '../record.ts';
import type { Route } from '../route.ts';
import { firstProbe, negotiate, type Opened, type Opening } from './negotiate.ts';
import { oneConnectionOf } from './one-connection.ts';
import { openKnown } from './open-known.ts';
import type { Plan } from './plan.ts';
import { Recorder } from './recorder.ts';
import { BATCH_BUDGET_NS, BATCH_PROBES, type BlockSpec, type Pace, paceOf } from './schedule.ts';
import { failureOfBlock, type SizeFailure } from './size-failure.ts';

export interface ArmDeps {
  readonly engine: Engine;
  /** Arms with one and the same target share it. */
  readonly route: Route;
  /** What it is a part of. */
  readonly activity: Activity<ProgressEvent>;
  /** Why `engine` is not the native one although none was named; null otherwise. */
  readonly fallback: string | null;
  readonly trace: boolean;
}

export class Arm {
  readonly plan: Plan;
  readonly blocks: RawBlock[] = [];
  /** Samples of all blocks so far. */
  sampleCount = 0;
  private readonly deps: ArmDeps;
  private readonly attempts: DialectAttempt[] = [];
  private messages: TracedMessage[] = [];
  private epochNs = 0n;
  private selfTest: SelfTestRecord | undefined;
  /** Once found out, all blocks use it. */
  private spoken: DialectName | 'plain' | undefined;
  private tookOneConnection = false;
  /** What the first session asked for. */
  private served: Setup | undefined;

  constructor(plan: Plan, deps: ArmDeps) {
    this.plan = plan;
    this.deps = deps;
  }

  get engine(): Engine {
    return this.deps.engine;
  }

  /** @param selfTest what the engine found of itself when it was prepared */
  prepared(selfTest: SelfTestRecord | undefined): void {
    this.selfTest = selfTest;
  }

  /** All times of the blocks count from here. */
  begin(epochNs: bigint): void {
    this.epochNs = epochNs;
  }

  /** How many probes a block takes, judged by the last block before the first round. */
  pace(): Pace {
    return paceOf(this.plan, leastOf(this.blocks.findLast(hasSamples)?.samples.rttNs ?? []));
  }

  /** @throws EcholotError; what was measured before is in `blocks` all the same. */
  async runBlock(spec: BlockSpec, index: number, of: number | null): Promise<void> {
    const probes = spec.warmupProbes + spec.probes;
    const recorder = new Recorder(probes, this.plan.stamps);
    const { samples } = recorder;
    let session: EngineSession | undefined;
    let failure: EcholotError | undefined;
    try {
      const opened = await this.open(spec, samples);
      session = opened.session;
      this.deps.activity.tell({ kind: 'block', index, of, spec, protocol: opened.protocol });
      await this.tellSamples(index, spec, recorder, 0);
      while (samples.count < probes) {
        const first = samples.count;
        const batch = { probes: Math.min(BATCH_PROBES, probes - first), budgetNs: BATCH_BUDGET_NS };
        try {
          await session.runBatch(batch, samples);
        } finally {
          await this.tellSamples(index, spec, recorder, first);
        }
      }
    } catch (error) {
      failure = await this.notServed(asEcholotError(error), samples.count, session);
      // No session to put on record: what it was to measure, nobody has heard.
      if (failure !== undefined) session = undefined;
      failure ??= this.failureOf(asEcholotError(error), spec, samples.count, session);
      throw failure;
    } finally {
      if (session !== undefined) {
        const termination = await session.close();
        const record = blockRecord(spec, session, recorder, termination, failure);
        this.blocks.push(record);
        this.sampleCount += record.samples.rttNs.length;
        this.tellMessages();
        this.deps.activity.tell({ kind: 'block-end', index, block: record });
      }
    }
  }

  /** What to tell of a server that has served the first session of the run, and no other; undefined of all else. */
  private async notServed(
    error: EcholotError,
    echoes: number,
    session: EngineSession | undefined,
  ): Promise<EcholotError | undefined> {
    const { spoken, served } = this;
    if (this.blocks.length !== 1 || echoes > 0 || spoken === undefined || served === undefined)
      return undefined;
    const { timeoutNs } = this.plan;
    try {
      const only = await oneConnectionOf({
        spoken,
        error,
        asksStamps: this.asksStamps,
        openAgain: async () => {
          // A server for one client at a time gets to no other before.
          await session?.close();
          return await this.openIn(spoken, served, { timeoutNs, listensFirst: false });
        },
      });
      this.tookOneConnection = only !== undefined;
      return only;
    } catch (stopped) {
      return asEcholotError(stopped);
    }
  }

  private failureOf(
    error: EcholotError,
    { workload: { payloadBytes } }: BlockSpec,
    echoes: number,
    session: EngineSession | undefined,
  ): EcholotError {
    return failureOfBlock({
      error,
      payloadBytes,
      echoes,
      resentSegments: session?.path?.retransmittedSegments ?? null,
      passedBytes: null,
      maxSegmentBytes: this.plan.socket.maxSegmentBytes,
    });
  }

  /** What it means once no more blocks come. */
  atTheEnd(failure: SizeFailure): EcholotError {
    const passed = this.blocks.filter(hasSamples);
    return failure.whenAllIsDone(
      passed.length === 0 ? null : mostOf(passed.map(({ workload }) => workload.payloadBytes)),
    );
  }

  recording(run: RunRecord, stop: StopRecord, outcome: Outcome): Recording {
    const { plan, deps } = this;
    const engine: EngineInfo = {
      name: deps.engine.name,
      requested: plan.engine,
      fallback: deps.fallback,
      wait: plan.wait,
      // After the run the clock's code is as hot as it was when it mattered.
      clock: calibrate(deps.activity.clock),
      selfTest: this.selfTest ?? null,
      selfTestSkipped: deps.engine.selfTestSkipped ?? null,
    };
    return {
      format: 'echolot-result',
      version: 3,
      tool: toolInfo(),
      system: systemInfo(),
      engine,
      plan: planRecord(plan),
      dialect: { requested: plan.protocol, spoken: this.spoken ?? null, attempts: this.attempts },
      runs: [{ ...run, addresses: deps.route.record }],
      blocks: this.countedBlocks(),
      stop,
      outcome,
    };
  }

  /** Of a server that takes one connection, what that one has measured counts: there will be no more. */
  private countedBlocks(): readonly RawBlock[] {
    if (!this.tookOneConnection) return this.blocks;
    return this.blocks.map((block) => ({ ...block, kind: 'measured', round: 1 }));
  }

  private async open(
    spec: BlockSpec,
    samples: SampleBuffer,
  ): Promise<Opened<EngineSession> | { protocol: DialectName | 'plain'; session: EngineSession }> {
    const { protocol, timeoutNs } = this.plan;
    const setup = this.setupOf(spec);
    const openIn = (name: DialectName | 'plain', opening: Opening): Promise<EngineSession> =>
      this.openIn(name, setup, opening);
    const known = this.spoken ?? (protocol === 'auto' ? undefined : protocol);
    if (known !== undefined) {
      const open = (opening: Opening): Promise<EngineSession> => openIn(known, opening);
      const session = await openKnown(open, timeoutNs);
      this.spoken = known;
      this.served ??= setup;
      return { protocol: known, session };
    }
    const openAndProbe = async (name: DialectName, opening: Opening): Promise<EngineSession> => {
      const session = await openIn(name, opening);
      await firstProbe(session, samples);
      return session;
    };
    const { asksStamps } = this;
    const patience = { timeoutNs, asksStamps, asksWhy: !asksStamps };
    const opened = await negotiate(openAndProbe, patience, (attempt) => {
      this.attempts.push(attempt);
      this.tellMessages();
      this.deps.activity.tell({ kind: 'attempt', attempt });
    });
    this.spoken = opened.protocol;
    this.served = setup;
    return opened;
  }

  private openIn(
    protocol: DialectName | 'plain',
    setup: Setup,
    { timeoutNs: openTimeoutNs, listensFirst, asksWhy = false }: Opening,
  ): Promise<EngineSession> {
    const { timeoutNs, delayUnit, stamps, wait, socket, token } = this.plan;
    const { engine, route, activity, trace } = this.deps;
    return engine.open(
      route.target,
      {
        protocol,
        setup,
        delayUnit,
        token,
        timeoutNs,
        openTimeoutNs,
        listensFirst,
        asksWhy,
        stamps,
        wait,
        socket,
      },
      {
        epochNs: this.epochNs,
        signal: activity.signal,
        onDialed: route.note,
        trace: trace ? (message) => this.messages.push(message) : undefined,
      },
    );
  }

  /** Whether a setup may be asked with a question for stamps before, which can cost a connection. */
  private get asksStamps(): boolean {
    return this.plan.stamps && this.engine.name === 'native';
  }

  private setupOf({ workload: { kind, payloadBytes }, probes, warmupProbes }: BlockSpec): Setup {
    return {
      measurement: kind,
      payloadBytes,
      probes: probes + warmupProbes,
      delay: { delayNs: this.plan.serverDelayNs, unit: 'seconds' },
    };
  }

  private async tellSamples(
    index: number,
    spec: BlockSpec,
    recorder: Recorder,
    first: number,
  ): Promise<void> {
    this.tellMessages();
    if (recorder.samples.count === first) return;
    await this.spoilSuspended(recorder, first);
    const { tell, caughtUp } = this.deps.activity;
    for (const range of recorder.ranges(first)) tell({ kind: 'samples', index, spec, ...range });
    await caughtUp();
  }

  private async spoilSuspended(recorder: Recorder, first: number): Promise<void> {
    const { suspensions } = this.deps.activity;
    if (suspensions === undefined) return;
    const { rttNs, count } = recorder.samples;
    await suspensions.settled(mostOf(rttNs.subarray(first, count)));
    const continuedAtNs = suspensions.continuedAtNs.map((ns) => Number(ns - this.epochNs));
    recorder.spoil(suspendedSamples(recorder.samples, first, continuedAtNs));
  }

  private tellMessages(): void {
    if (this.messages.length === 0) return;
    this.deps.activity.tell({ kind: 'messages', messages: this.messages });
    this.messages = [];
  }
}

function hasSamples({ samples }: RawBlock): boolean {
  return samples.rttNs.length > 0;
}
