/** A monitor in virtual time: targets that answer as a test says, a wall clock that can be set, a store in memory. */
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { Instrument } from '../../src/measure/standing/instrument.ts';
import type { ShortRun } from '../../src/measure/standing/short-run.ts';
import { Monitor, type MonitorDeps, type MonitorNews } from '../../src/monitor/monitor.ts';
import { planTarget, type Target, type TargetOptions } from '../../src/monitor/plan/target.ts';
import type { MonitorEvent } from '../../src/monitor/records/event.ts';
import type { Interval } from '../../src/monitor/records/interval.ts';
import { createMemoryStore } from '../../src/monitor/store/memory-store.ts';

export const START_MS: number = Date.UTC(2026, 5, 1);
const NS_PER_MS = 1_000_000n;

export class WorldClock extends VirtualClock {
  /** What the wall clock is ahead of the virtual one. */
  aheadMs: number = START_MS;
  /** What the machine has slept. */
  sleptMs = 0;

  override wallMs(): number {
    return super.wallMs() + this.aheadMs;
  }

  get uptimeMs(): number {
    return super.wallMs() + this.sleptMs;
  }

  /** The machine sleeps: only the wall clock goes on. */
  sleep(ms: number): void {
    this.aheadMs += ms;
    this.sleptMs += ms;
  }
}

export const GOOD: ShortRun = {
  due: 20,
  responseNs: Array.from({ length: 20 }, (_, i) => 1_000_000 + i),
  kernelRttNs: [900_000],
  residenceNs: [],
  networkRttNs: [],
  residenceError: null,
  late: 0,
  protocol: 'size-first',
  remote: { address: '192.0.2.1', port: 9_900, family: 4 },
  handshakeRttNs: 800_000,
  error: null,
};

export function broken(error: EcholotError, run: Partial<ShortRun> = {}): ShortRun {
  return {
    ...GOOD,
    due: 0,
    responseNs: [],
    kernelRttNs: [],
    remote: null,
    handshakeRttNs: null,
    error,
    ...run,
  };
}

export const REFUSED: ShortRun = broken(
  new EcholotError('network', 'a:9900: connection refused: nothing listens there'),
);

export interface World {
  readonly clock: WorldClock;
  readonly monitor: Monitor;
  readonly intervals: { readonly target: string; readonly interval: Interval }[];
  readonly events: MonitorEvent[];
  readonly store: ReturnType<typeof createMemoryStore>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
}

/** @param asks whether the server is asked how long it keeps probes */
export type Answer = (host: string, signal: AbortSignal, asks: boolean) => ShortRun | Promise<ShortRun>;

export function makeWorld(
  answer: Answer,
  clock: WorldClock = new WorldClock(),
  store: ReturnType<typeof createMemoryStore> = createMemoryStore(),
  told: Pick<MonitorDeps, 'alerts' | 'onAlert'> & { readonly load?: Instrument['load'] } = {},
): World {
  const instrument: Instrument = {
    engineFor: () => ({ engine: 'memory', fallback: null }),
    lookUp: async () => [{ address: '192.0.2.1', family: 4 }],
    echo: async ({ host }, { signal, residences = false }) => await answer(host, signal, residences),
    handshake: () => Promise.reject(new EcholotError('internal', 'no handshakes here')),
    load: told.load ?? (() => Promise.reject(new EcholotError('internal', 'no loads here'))),
    close: async () => {},
  };
  const monitor = new Monitor({
    timekeeper: clock,
    uptimeMs: () => clock.uptimeMs,
    instrument,
    store,
    seed: 1,
    ...told,
  });
  const intervals: World['intervals'] = [];
  const events: MonitorEvent[] = [];
  monitor.subscribe((news: MonitorNews) => {
    if (news.kind === 'event') events.push(news.event);
    else intervals.push({ target: news.target.name, interval: news.interval });
  });
  return {
    clock,
    monitor,
    intervals,
    events,
    store,
    pass: async (ms) => await clock.drive(elapsed(clock, ms)),
  };
}

/** Resolves after so much virtual time. */
export function elapsed(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.wakeAt(clock.nowNs() + BigInt(Math.round(ms)) * NS_PER_MS, resolve);
  });
}

export function target(host: string, options: Partial<TargetOptions> = {}): Target {
  return planTarget({ name: host, host, port: 9_900, ...options });
}
