/**
 * Lanes of paced probes over a dialer, on the thread that calls: the whole of the portable and the pretend engine, and
 * what runs within each thread of the native one.
 */
import type { EngineName } from '../../facts/engine.ts';
import type { Target } from '../dialer.ts';
import type { SessionOptions } from '../engine.ts';
import type { LoopNetwork } from '../loop-network.ts';
import { LoopPacedSession } from './loop-paced.ts';
import type { PacedEngine, PacedLane, PacedListener, PacedPlan, PacedSession } from './paced.ts';

/** @param cpuShare absent in virtual time */
export function createLoopPacedEngine(
  name: EngineName,
  network: LoopNetwork,
  cpuShare?: () => () => number,
): PacedEngine {
  const lanes = new Set<LoopPacedLane>();
  return {
    name,
    openPacedLane() {
      const lane = new LoopPacedLane(network, cpuShare?.(), () => lanes.delete(lane));
      lanes.add(lane);
      return lane;
    },
    async close() {
      await Promise.all([...lanes].map((lane) => lane.close()));
    },
  };
}

export class LoopPacedLane implements PacedLane {
  private readonly network: LoopNetwork;
  private readonly watch: (() => number) | undefined;
  private readonly onClosed: () => void;
  private readonly sessions = new Set<LoopPacedSession>();

  constructor(network: LoopNetwork, watch?: () => number, onClosed = (): void => {}) {
    this.network = network;
    this.watch = watch;
    this.onClosed = onClosed;
  }

  /** Whether each of its sessions is in the middle of a stretch, so that nobody waits for a promise. */
  get isRunning(): boolean {
    if (this.sessions.size === 0) return false;
    for (const session of this.sessions) if (!session.isRunning) return false;
    return true;
  }

  async open(
    target: Target,
    plan: PacedPlan,
    listener: PacedListener,
    options: SessionOptions,
  ): Promise<PacedSession> {
    const session: LoopPacedSession = new LoopPacedSession({
      network: this.network,
      target,
      plan,
      listener,
      options,
      onClosed: () => this.sessions.delete(session),
    });
    this.sessions.add(session);
    await session.open();
    return session;
  }

  cpuShare(): number | undefined {
    return this.watch?.();
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions].map((session) => session.close()));
    this.onClosed();
  }
}
