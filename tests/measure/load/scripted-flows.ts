/** A way to the wire for tests of loads: streams share a rate, in virtual time, and a script says what goes wrong. */
import type { VirtualClock } from '../../../src/clock/virtual.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import type { LoadVerdict } from '../../../src/core/load/load-greeting.ts';
import type { LoadAnswer, LoadTurn } from '../../../src/core/load/load-messages.ts';
import {
  type Flow,
  type FlowCommand,
  type FlowEnd,
  type FlowEngine,
  type FlowLane,
  type FlowListener,
  type FlowPlan,
  type FlowProbes,
  PORTION_NS,
} from '../../../src/net/flow/flow.ts';

const NS_PER_S = 1_000_000_000;
const BITS_PER_BYTE = 8;
const LOCAL = { address: '127.0.0.1', port: 40_000, family: 4 } as const;
const REMOTE = { address: '127.0.0.1', port: 7, family: 4 } as const;

export const KEY = '0123456789abcdef0123456789abcdef';
export const LOST = new EcholotError('network', '127.0.0.1:7: connection reset by the peer');

export interface FlowScript {
  /** What all streams of a direction carry together, by their number and so long after the epoch; bit/s. */
  readonly carries?: (streams: number, atNs: number) => number;
  /** What the owner is answered, one after the other; the last one again and again. */
  readonly answers?: readonly LoadVerdict[];
  /** What the owner is told before it is answered, every so many ns. */
  readonly turns?: readonly LoadTurn[];
  readonly turnNs?: number;
  /** When the connection of the n-th stream, or the owner's (0), is lost: ns after the epoch. */
  readonly lostAtNs?: Readonly<Record<number, number>>;
  /** Streams from this one on cannot be opened. */
  readonly refusesFrom?: number;
  /** Streams from this one on are never answered. */
  readonly silentFrom?: number;
  /** Of every probe; by when it was due, ns after the epoch. */
  readonly rttNs?: (dueNs: number) => number;
}

export function granting(terms: Partial<Extract<LoadAnswer, { kind: 'granted' }>> = {}): LoadAnswer {
  return { kind: 'granted', key: KEY, durationMs: 60_000, bitsPerSecond: 0, streams: 32, ...terms };
}

export class ScriptedFlows implements FlowEngine {
  readonly name = 'memory';
  readonly hasTcp = false;
  readonly opened: ScriptedFlow[] = [];
  /** Everything that was commanded, in order. */
  readonly commands: { readonly flow: number; readonly command: FlowCommand }[] = [];
  isClosed = false;
  private readonly clock: VirtualClock;
  private readonly script: FlowScript;
  /** Connections that were asked for, the owner's included. */
  asked = 0;
  private owners = 0;
  private streams = 0;

  constructor(clock: VirtualClock, script: FlowScript = {}) {
    this.clock = clock;
    this.script = script;
  }

  openFlowLane(): FlowLane {
    return {
      open: async (_target, plan, listener, { epochNs, signal, onTurn }) => {
        const { clock, script } = this;
        this.asked++;
        const isOwner = plan.protocol.kind === 'load' ? plan.protocol.question.kind !== 'join' : plan.stamps;
        const number = isOwner ? 0 : ++this.streams;
        if (number >= (script.refusesFrom ?? Number.POSITIVE_INFINITY)) {
          throw new EcholotError('limit', 'the server does not take this connection into its load');
        }
        if (number >= (script.silentFrom ?? Number.POSITIVE_INFINITY)) await aborted(signal);
        const answers = script.answers ?? [granting()];
        const answer =
          plan.protocol.kind === 'echo' ? undefined : answers[Math.min(this.owners, answers.length - 1)];
        if (isOwner) this.owners++;
        for (const turn of isOwner ? (script.turns ?? []) : []) {
          onTurn?.(turn);
          await Promise.race([pause(clock, script.turnNs ?? 0), aborted(signal)]);
        }
        const flow = new ScriptedFlow(this, clock, { number, plan, listener, epochNs, answer });
        this.opened.push(flow);
        return flow;
      },
      cpuShare: () => 0.25,
      close: async () => {},
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** What one stream of a direction carries now. */
  rateOf(kind: 'send' | 'receive', atNs: number): number {
    const running = this.opened.filter((flow) => flow.carrying === kind).length;
    return (this.script.carries?.(running, atNs) ?? 100e6) / Math.max(1, running);
  }

  lossOf(number: number): number | undefined {
    return this.script.lostAtNs?.[number];
  }

  rttNs(dueNs: number): number {
    return this.script.rttNs?.(dueNs) ?? 10_000_000;
  }
}

function pause(clock: VirtualClock, ns: number): Promise<void> {
  return new Promise((resolve) => clock.wakeAt(clock.nowNs() + BigInt(ns), resolve));
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new EcholotError('cancelled', 'the run was cancelled')));
  });
}

interface FlowSetting {
  readonly number: number;
  readonly plan: FlowPlan;
  readonly listener: FlowListener;
  readonly epochNs: bigint;
  readonly answer: LoadVerdict | undefined;
}

class ScriptedFlow implements Flow {
  readonly local = LOCAL;
  readonly remote = REMOTE;
  readonly answer: LoadVerdict | undefined;
  readonly plan: FlowPlan;
  carrying: 'send' | 'receive' | undefined;
  isClosed = false;
  private readonly engine: ScriptedFlows;
  private readonly clock: VirtualClock;
  private readonly setting: FlowSetting;
  private sentBytes = 0;
  private receivedBytes = 0;
  private bound = 0;
  private probing: { nextNs: number; readonly intervalNs: number } | undefined;
  private hasEnded = false;

  constructor(engine: ScriptedFlows, clock: VirtualClock, setting: FlowSetting) {
    this.engine = engine;
    this.clock = clock;
    this.setting = setting;
    this.answer = setting.answer;
    this.plan = setting.plan;
    this.wake();
  }

  command(command: FlowCommand): void {
    this.engine.commands.push({ flow: this.setting.number, command });
    switch (command.kind) {
      case 'send':
      case 'receive':
        this.carrying = command.kind;
        this.bound = command.bitsPerSecond;
        break;
      case 'probe':
        this.probing = { nextNs: command.startNs, intervalNs: command.intervalNs };
        break;
      case 'rest':
        this.probing = undefined;
        break;
      case 'stop':
        this.carrying = undefined;
        this.end({ error: undefined, reason: undefined, peerSentBytes: this.receivedBytes });
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.carrying = undefined;
  }

  private end(end: FlowEnd): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.clock.wakeAt(this.clock.nowNs(), () => this.setting.listener.onEnded(end));
  }

  private wake(): void {
    this.clock.wakeAt(this.clock.nowNs() + BigInt(PORTION_NS), () => {
      if (this.isClosed || this.hasEnded) return;
      this.portion();
      this.wake();
    });
  }

  private portion(): void {
    const { listener, epochNs, number } = this.setting;
    const atNs = Number(this.clock.nowNs() - epochNs);
    const { carrying } = this;
    if (atNs >= (this.engine.lossOf(number) ?? Number.POSITIVE_INFINITY)) {
      this.carrying = undefined;
      this.end({ error: LOST, reason: undefined, peerSentBytes: undefined });
      return;
    }
    if (carrying !== undefined) {
      const rate = Math.min(
        this.engine.rateOf(carrying, atNs),
        this.bound === 0 ? Number.POSITIVE_INFINITY : this.bound,
      );
      const bytes = Math.round((rate * PORTION_NS) / NS_PER_S / BITS_PER_BYTE);
      if (carrying === 'send') this.sentBytes += bytes;
      if (carrying === 'receive' || this.plan.protocol.kind === 'echo') this.receivedBytes += bytes;
      const { sentBytes, receivedBytes } = this;
      listener.onTally({ atNs, sentBytes, receivedBytes });
      if (carrying === 'send') {
        listener.onReport({ atNs, receivedBytes: sentBytes, peerClockNs: atNs, peerCpuMillionths: 500_000 });
      }
    }
    this.tellProbes(atNs);
  }

  private tellProbes(atNs: number): void {
    const { probing } = this;
    const dueNs: number[] = [];
    while (probing !== undefined && probing.nextNs <= atNs) {
      dueNs.push(probing.nextNs);
      probing.nextNs += probing.intervalNs;
    }
    if (dueNs.length === 0) return;
    const unknown = (): Float64Array => new Float64Array(dueNs.length).fill(Number.NaN);
    const probes: FlowProbes = {
      count: dueNs.length,
      dueNs: Float64Array.from(dueNs),
      sentNs: Float64Array.from(dueNs),
      rttNs: Float64Array.from(dueNs, (ns) => this.engine.rttNs(ns)),
      residenceNs: unknown(),
      peerWaitNs: unknown(),
      sendCallNs: unknown(),
      tcpWaitNs: unknown(),
      localQueueNs: unknown(),
      kernelRttNs: unknown(),
      wakeUpNs: unknown(),
    };
    this.setting.listener.onProbes(probes);
  }
}
