/** Self-tests with scripted engines in virtual time. */
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { HealthFacts } from '../../src/measure/machine/health.ts';
import { runSelfTest, type SelfTestOptions } from '../../src/measure/self-test/self-test.ts';
import type { SleepPlan } from '../../src/net/engine.ts';
import type { SelfTestResult } from '../../src/result/self-test-result.ts';
import { MockEngine, type MockEngineOptions, type ScriptedSession } from './mock-engine.ts';

export const HEALTH: HealthFacts = {
  eventLoopDelay: { p99Ns: 200_000, maxNs: 900_000 },
  wallClockStepNs: 0,
  processors: { busyShare: 0.6, stealShare: 0 },
  quota: null,
};

export interface Bench {
  readonly clock: VirtualClock;
  readonly native: MockEngine;
  readonly node: MockEngine;
  /** What happened, in order. */
  readonly told: string[];
  run(options?: SelfTestOptions): Promise<SelfTestResult>;
}

export interface BenchSettings {
  readonly native?: Partial<MockEngineOptions>;
  /** Why there is no native engine. */
  readonly notNative?: string;
  readonly health?: HealthFacts;
  readonly serve?: () => Promise<never>;
}

export const STAMPED: ScriptedSession = {
  rttNs: [10_000, 12_000, 11_000],
  layers: [
    { sendCallNs: 2_000, localQueueNs: 500, kernelRttNs: 6_000, wakeUpNs: 1_500, residenceNs: 4_000 },
    { sendCallNs: 2_000, localQueueNs: 500, kernelRttNs: 7_000, wakeUpNs: 2_500, residenceNs: 4_500 },
    { sendCallNs: 2_000, localQueueNs: 500, kernelRttNs: 6_500, wakeUpNs: 2_000, residenceNs: 4_200 },
  ],
  residenceSource: 'kernel',
  cpuShare: 0.9,
};

/** A machine with both engines, unless the native one cannot run. */
export function bench({ native = {}, notNative, health = HEALTH, serve }: BenchSettings = {}): Bench {
  const clock = new VirtualClock();
  const told: string[] = [];
  const nativeEngine = engine(clock, told, { name: 'native', sessions: [STAMPED], ...native });
  const nodeEngine = engine(clock, told, { name: 'node', sessions: [{ rttNs: [20_000, 20_000, 30_000] }] });
  return {
    clock,
    native: nativeEngine,
    node: nodeEngine,
    told,
    // As short as can be: each probe is a step of the clock.
    run: (options = { durationMs: 500 }) =>
      clock.drive(
        runSelfTest(
          {
            clock,
            engines: notNative === undefined ? [nativeEngine, nodeEngine] : [nodeEngine],
            notNative: notNative ?? null,
            serve: async () => {
              if (serve !== undefined) return await serve();
              told.push('serve');
              return {
                engine: notNative === undefined ? 'native' : 'node',
                port: 4_711,
                close: async () => void told.push('server closed'),
              };
            },
            watchHealth: () => ({ look: () => void told.push('look'), stop: () => health }),
          },
          options,
        ),
      ),
  };
}

/** Sleeps are all a twentieth of a millisecond late, but one that is early. */
function engine(clock: VirtualClock, told: string[], options: MockEngineOptions): MockEngine {
  const made = new MockEngine(clock, {
    prepare: async () => ({ probes: 1_000, minRttNs: 7_000, medianRttNs: 8_000 }),
    ...options,
  });
  return Object.assign(made, {
    async oversleep({ askedNs, budgetNs }: SleepPlan) {
      told.push(`${made.name} sleeps`);
      return new Float64Array(Math.floor(budgetNs / askedNs)).fill(50_000).fill(-10_000, 0, 1);
    },
    close: async () => void told.push(`${made.name} closed`),
  });
}
