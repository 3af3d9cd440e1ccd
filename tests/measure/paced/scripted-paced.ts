/** A way to the wire for tests of paced probes: each takes the time that a script says, in virtual time. */
import { PaceCursor } from '../../../src/clock/pace.ts';
import type { VirtualClock } from '../../../src/clock/virtual.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import type { SessionOptions } from '../../../src/net/engine.ts';
import {
  HINDRANCES,
  type Hindrance,
  PACED_PORTION_NS,
  type PacedEngine,
  type PacedLane,
  type PacedListener,
  type PacedPlan,
  type PacedSamples,
  type PacedSession,
  type PacedTally,
  type Stretch,
} from '../../../src/net/paced/paced.ts';

const REMOTE = { address: '127.0.0.1', port: 7, family: 4 } as const;
const CONNECT_NS = 50_000;
export const LOST = new EcholotError('network', '127.0.0.1:7: connection reset by the peer');

export interface PacedScript {
  /** When the echo of a probe comes that is sent now; ns after the epoch, as all that follows. Default 100 us later. */
  readonly echoNs?: (sentNs: number, connection: number) => number;
  /** When a probe is sent that is due now, infinite for never, and what was in its way. Default at once. */
  readonly sentNs?: (dueNs: number) => readonly [ns: number, hindrance: Hindrance];
  /** When a connection is lost, from 0. */
  readonly lostAtNs?: Readonly<Record<number, number>>;
  /** Instead of opening in a protocol. */
  readonly refusals?: Readonly<Record<string, EcholotError>>;
  /** Most under way that the protocol allows. */
  readonly inFlight?: number;
}

interface Probe {
  readonly connection: number;
  readonly dueNs: number;
  readonly sentNs: number;
  readonly echoNs: number;
  readonly hindrance: number;
}

export class ScriptedPaced implements PacedEngine {
  readonly name = 'memory';
  readonly plans: PacedPlan[] = [];
  readonly stretches: Stretch[] = [];
  closedSessions = 0;
  isClosed = false;
  readonly clock: VirtualClock;
  readonly script: PacedScript;

  constructor(clock: VirtualClock, script: PacedScript = {}) {
    this.clock = clock;
    this.script = script;
  }

  openPacedLane(): PacedLane {
    return {
      open: async (_target, plan, listener, options) => {
        this.plans.push(plan);
        await pass(this.clock, CONNECT_NS);
        const refusal = this.script.refusals?.[plan.session.protocol];
        if (refusal !== undefined) {
          refusal.phase ??= 'setup';
          throw refusal;
        }
        return new ScriptedSession(this, plan, listener, options);
      },
      cpuShare: () => undefined,
      close: async () => {},
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

class ScriptedSession implements PacedSession {
  readonly connections;
  readonly inFlight: number;
  readonly readyText = '200 OK: Ready';
  readonly messageBytes = 1_010;
  private readonly engine: ScriptedPaced;
  private readonly listener: PacedListener;
  private readonly options: SessionOptions;
  private readonly gone = new Set<number>();

  constructor(engine: ScriptedPaced, plan: PacedPlan, listener: PacedListener, options: SessionOptions) {
    this.engine = engine;
    this.listener = listener;
    this.options = options;
    this.inFlight = Math.min(plan.inFlight, engine.script.inFlight ?? plan.inFlight);
    this.connections = Array.from({ length: plan.connections }, (_, i) => ({
      connectNs: CONNECT_NS,
      local: { address: '127.0.0.1', port: 40_000 + i, family: 4 as const },
      remote: REMOTE,
    }));
  }

  async residences(): Promise<undefined> {}

  async run(stretch: Stretch): Promise<PacedTally> {
    this.engine.stretches.push(stretch);
    const { clock } = this.engine;
    const { signal } = this.options;
    const endNs = stretch.startNs + stretch.durationNs;
    const probes = stretch.pace === undefined ? this.closedLoop(stretch) : this.openLoop(stretch);
    const comeNs = ({ connection, echoNs }: Probe): number =>
      Number.isNaN(echoNs) ? this.lostAtNs(connection) : echoNs;
    const inOrder = probes.filter(({ sentNs }) => sentNs < endNs).sort((a, b) => comeNs(a) - comeNs(b));
    let told = 0;
    for (;;) {
      const nowNs = this.nowNs();
      const come = inOrder.findIndex((probe, i) => i >= told && comeNs(probe) > nowNs);
      const next = come === -1 ? inOrder.length : come;
      this.tell(inOrder.slice(told, next));
      told = next;
      for (const connection of this.connections.keys()) {
        if (this.gone.has(connection) || this.lostAtNs(connection) > nowNs) continue;
        this.gone.add(connection);
        this.listener.onLost(connection, LOST);
      }
      const tally = this.tallyOf(stretch, probes, nowNs);
      this.listener.onTally(tally);
      if (signal?.aborted) {
        const underWay = inOrder.slice(told).filter(({ sentNs }) => sentNs <= nowNs);
        this.tell(underWay.map((probe) => ({ ...probe, echoNs: Number.NaN })));
        throw new EcholotError('cancelled', 'the run was cancelled');
      }
      if (this.gone.size === this.connections.length) throw LOST;
      if (told === inOrder.length && nowNs >= endNs) return tally;
      await pass(clock, PACED_PORTION_NS, signal);
    }
  }

  async close(): Promise<void> {
    this.engine.closedSessions++;
  }

  private openLoop({ startNs, durationNs, pace }: Stretch): Probe[] {
    const { script } = this.engine;
    const probes: Probe[] = [];
    const cursor = new PaceCursor(pace as NonNullable<typeof pace>);
    for (let turn = 0; cursor.nextNs < durationNs; cursor.advance()) {
      const dueNs = startNs + cursor.nextNs;
      const [sentNs, hindrance] = script.sentNs?.(dueNs) ?? [dueNs, 'none'];
      const connection = this.standing(turn++, sentNs);
      if (connection === undefined) break;
      probes.push(this.probe(connection, dueNs, sentNs, hindrance));
    }
    return probes;
  }

  private closedLoop({ startNs, durationNs }: Stretch): Probe[] {
    const probes: Probe[] = [];
    for (const connection of this.connections.keys()) {
      const slots = new Array<number>(this.inFlight).fill(startNs);
      for (let at = 0; ; at = (at + 1) % slots.length) {
        const sentNs = slots[at] as number;
        if (sentNs >= Math.min(startNs + durationNs, this.lostAtNs(connection))) break;
        const probe = this.probe(connection, sentNs, sentNs, 'none');
        probes.push(probe);
        slots[at] = probe.echoNs;
      }
    }
    return probes;
  }

  private probe(connection: number, dueNs: number, sentNs: number, hindrance: Hindrance): Probe {
    const echo = Number.isFinite(sentNs)
      ? (this.engine.script.echoNs?.(sentNs, connection) ?? sentNs + 100_000)
      : Number.POSITIVE_INFINITY;
    const echoNs = echo > this.lostAtNs(connection) ? Number.NaN : echo;
    return { connection, dueNs, sentNs, echoNs, hindrance: HINDRANCES.indexOf(hindrance) };
  }

  private standing(turn: number, atNs: number): number | undefined {
    const standing = [...this.connections.keys()].filter((i) => this.lostAtNs(i) > atNs);
    return standing.length === 0 ? undefined : standing[turn % standing.length];
  }

  private lostAtNs(connection: number): number {
    return this.engine.script.lostAtNs?.[connection] ?? Number.POSITIVE_INFINITY;
  }

  private tell(probes: readonly Probe[]): void {
    if (probes.length > 0) this.listener.onSamples(samplesOf(probes));
  }

  private tallyOf(stretch: Stretch, probes: readonly Probe[], atNs: number): PacedTally {
    const sent = probes.filter(({ sentNs }) => sentNs <= atNs);
    return {
      atNs,
      dueCount: probes.filter(({ dueNs }) => dueNs <= atNs).length,
      sentCount: sent.length,
      answeredCount: sent.filter(({ echoNs }) => echoNs <= atNs).length,
      lostCount: sent.filter(
        ({ echoNs, connection }) => Number.isNaN(echoNs) && this.lostAtNs(connection) <= atNs,
      ).length,
      ...(stretch.pace === undefined ? { dueCount: sent.length } : {}),
    };
  }

  private nowNs(): number {
    return Number(this.engine.clock.nowNs() - this.options.epochNs);
  }
}

function samplesOf(probes: readonly Probe[]): PacedSamples {
  return {
    count: probes.length,
    connection: Uint16Array.from(probes, ({ connection }) => connection),
    dueNs: Float64Array.from(probes, ({ dueNs }) => dueNs),
    sentNs: Float64Array.from(probes, ({ sentNs }) => sentNs),
    rttNs: Float64Array.from(probes, ({ echoNs, sentNs }) => echoNs - sentNs),
    hindrance: Uint8Array.from(probes, ({ hindrance }) => hindrance),
    layers: Float64Array.from(probes.flatMap(layersOf)),
  };
}

/** Of its round trip the whole but four known parts is of the network and the server; a lost one has none. */
function layersOf({ sentNs, echoNs }: Probe): number[] {
  const rttNs = echoNs - sentNs;
  return Number.isNaN(rttNs) ? [] : [sentNs, 1_000, 0, 2_000, rttNs - 6_000, 3_000];
}

/** Ends early where it is aborted. */
function pass(clock: VirtualClock, ns: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    clock.wakeAt(clock.nowNs() + BigInt(ns), resolve);
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
