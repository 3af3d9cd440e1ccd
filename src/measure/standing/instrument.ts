/**
 * What a monitor measures with: engines that outlive the runs made with them, so that a run of twenty probes costs a connection
 * and no thread. Runs of all targets are under way at once, and none waits for another.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import type { Address } from '../../facts/connection.ts';
import type { EngineName, EngineRequest } from '../../facts/engine.ts';
import type { SocketOptions } from '../../facts/socket.ts';
import type { Target } from '../../net/dialer.ts';
import type { Handshake, HandshakeOptions, Handshaker } from '../../net/handshaker.ts';
import type { PacedEngine, PacedLane } from '../../net/paced/paced.ts';
import type { LookUp } from '../../net/reach/look-up.ts';
import { addressesOf } from '../../net/reach/resolve.ts';
import type { LoadResult } from '../../result/load/load-result.ts';
import { engineFor, type NativeOrLack } from '../choose-engine.ts';
import type { LoadOptions } from '../load/load-plan.ts';
import type { PacedPlan } from '../paced/paced-plan.ts';
import { runShort, type ShortRun } from './short-run.ts';

/** What is asked of an engine; of this it is chosen. */
export interface EngineWish {
  readonly engine: EngineRequest;
  readonly socket: SocketOptions;
}

export interface LookUpOptions {
  readonly timeoutNs: number;
  readonly signal: AbortSignal;
}

export interface EchoOptions {
  readonly signal: AbortSignal;
  /** Of the host, where they are known. */
  readonly addresses?: readonly Address[];
  /** Whether the server is asked how long it kept each probe; default false. */
  readonly residences?: boolean;
}

export interface Instrument {
  /** Which engine measures so. @throws EcholotError `usage`, `limit` where none can */
  engineFor(wish: EngineWish): { readonly engine: EngineName; readonly fallback: string | null };
  /** What a name resolves to, or the address itself. @throws EcholotError */
  lookUp(target: Target, wish: EngineWish, options: LookUpOptions): Promise<readonly Address[]>;
  echo(plan: PacedPlan, options: EchoOptions): Promise<ShortRun>;
  /** @throws EcholotError */
  handshake(target: Target, wish: EngineWish, options: Omit<HandshakeOptions, 'socket'>): Promise<Handshake>;
  /** @throws LoadError with what was seen until then */
  load(options: LoadOptions): Promise<LoadResult>;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

export interface InstrumentDeps {
  readonly clock: Timekeeper;
  /** Default: that of the system. */
  readonly lookUp?: LookUp;
  readonly paced: Engines<PacedEngine>;
  readonly handshaker: Engines<Handshaker>;
  readonly load: Instrument['load'];
}

interface Engines<E> {
  readonly node: () => E;
  readonly native: () => NativeOrLack<E>;
}

export function createInstrument({ clock, lookUp, paced, handshaker, load }: InstrumentDeps): Instrument {
  const pacedEngines = new Kept(paced);
  const handshakers = new Kept(handshaker);
  const lanes = new Map<PacedEngine, PacedLane>();

  function laneOf(wish: EngineWish): PacedLane {
    const { engine } = pacedEngines.of(wish);
    const lane = lanes.get(engine) ?? engine.openPacedLane();
    lanes.set(engine, lane);
    return lane;
  }

  return {
    engineFor(wish) {
      const { engine, fallback } = pacedEngines.of(wish);
      return { engine: engine.name, fallback };
    },
    lookUp: async (target, { socket: { bindAddress, device } }, options) =>
      await addressesOf(target, {
        ...options,
        timekeeper: clock,
        bindAddress,
        device,
        ...(lookUp === undefined ? {} : { lookUp }),
      }),
    echo: async (plan, options) => await runShort(plan, { ...options, clock, lane: laneOf(plan) }),
    handshake: async (target, wish, options) =>
      await handshakers.of(wish).engine.handshake(target, { ...options, socket: wish.socket }),
    load,
    async close() {
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
      await pacedEngines.close();
      await handshakers.close();
    },
  };
}

/** One of each, from when it is first wanted. */
class Kept<E extends { close(): Promise<void> }> {
  private readonly engines: Engines<E>;
  private node: E | undefined;
  private native: NativeOrLack<E> | undefined;

  constructor(engines: Engines<E>) {
    this.engines = engines;
  }

  /** @throws EcholotError */
  of(wish: EngineWish): { readonly engine: E; readonly fallback: string | null } {
    this.node ??= this.engines.node();
    return engineFor(wish, { node: this.node, native: () => this.fromNative() });
  }

  async close(): Promise<void> {
    await this.node?.close();
    if (this.native !== undefined && 'engine' in this.native) await this.native.engine.close();
  }

  private fromNative(): NativeOrLack<E> {
    this.native ??= this.engines.native();
    return this.native;
  }
}
