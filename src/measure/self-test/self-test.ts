/**
 * The instrument measures itself: its clock, its sleeps, and what it shows on a loopback path to a server of its
 * own, in every way in which it can measure here. Nothing leaves the machine, and nobody else is asked.
 */
import { calibrate } from '../../clock/calibrate.ts';
import type { Clock } from '../../clock/clock.ts';
import { EcholotError } from '../../core/errors.ts';
import type { EngineName, WaitMode } from '../../facts/engine.ts';
import type { Engine } from '../../net/engine.ts';
import { OWN_PAYLOAD_BYTES } from '../../net/session/own-echo.ts';
import type { Floor, SelfTestResult, SleepLateness, TestedEngine } from '../../result/self-test-result.ts';
import { summarize } from '../../stats/summary.ts';
import { checkDuration, checkNames, type OptionNames } from '../checks.ts';
import type { HealthWatch } from '../machine/health.ts';
import { systemInfo, toolInfo } from '../machine/system.ts';
import { type FloorSamples, floorRecord, measureFloor, stampCounts } from './self-test-floor.ts';
import { clockStepNs, doubtsOf } from './self-test-trust.ts';

const NS_PER_MS = 1_000_000;

export const DEFAULT_SELF_TEST_MS = 3_000;
export const MIN_SELF_TEST_MS = 500;
export const MAX_SELF_TEST_MS = 60_000;
/** A sleep on the way to an echo on a short path. */
const SLEEP_NS: number = NS_PER_MS;
/** Of the time of the test; the floors share the rest. */
const SLEEP_SHARE = 2 / 5;
/** The portable engine knows one way to wait. */
const WAITS: Readonly<Record<EngineName, readonly WaitMode[]>> = {
  native: ['spin', 'adaptive', 'block'],
  node: ['adaptive'],
  memory: ['adaptive'],
};

export interface SelfTestOptions {
  /** How long the test may take, about, ms; default 3,000. */
  readonly durationMs?: number;
  /** Cancels it. */
  readonly signal?: AbortSignal;
}

const NAMES: OptionNames<SelfTestOptions> = { durationMs: true, signal: true };

/** A server on a thread of its own. */
export interface SelfTestServer {
  readonly engine: EngineName;
  readonly port: number;
  close(): Promise<void>;
}

export interface SelfTestDeps {
  readonly clock: Clock;
  /** Those that can run here, the more exact one first; closed when the test ends. */
  readonly engines: readonly Engine[];
  /** Why the native one is not among them; null when it is. */
  readonly notNative: string | null;
  /** Starts the server that the floors are measured against. */
  serve(): Promise<SelfTestServer>;
  watchHealth(clock: Clock): HealthWatch;
}

/** @throws EcholotError `usage` for a duration that cannot be, `cancelled`, or what kept an engine from measuring */
export async function runSelfTest(
  { clock, engines, notNative, serve, watchHealth }: SelfTestDeps,
  options: SelfTestOptions = {},
): Promise<SelfTestResult> {
  checkNames(options, NAMES);
  const { durationMs = DEFAULT_SELF_TEST_MS, signal } = options;
  checkDuration('duration', durationMs, MIN_SELF_TEST_MS, MAX_SELF_TEST_MS);
  const startedAt = new Date(clock.wallMs()).toISOString();
  const startNs = clock.nowNs();
  const health = watchHealth(clock);
  let server: SelfTestServer | undefined;
  try {
    server = await serve();
    const ways = engines.flatMap((engine) => WAITS[engine.name].map((wait) => ({ engine, wait })));
    const totalNs = durationMs * NS_PER_MS;
    const sleepNs = (totalNs * SLEEP_SHARE) / engines.length;
    const floorNs = (totalNs * (1 - SLEEP_SHARE)) / ways.length;
    const tested: TestedEngine[] = [];
    for (const engine of engines) {
      throwIfAborted(signal);
      tested.push(await testEngine(engine, sleepNs, signal));
      health.look();
    }
    const quality = calibrate(clock);
    const stepNs = clockStepNs(quality);
    const floors: Floor[] = [];
    const stamped: FloorSamples[] = [];
    for (const { engine, wait } of ways) {
      throwIfAborted(signal);
      const samples = await measureFloor(engine, wait, {
        clock,
        port: server.port,
        budgetNs: floorNs,
        signal,
      });
      floors.push(floorRecord(samples, stepNs));
      if (engine.name === 'native') stamped.push(samples);
      health.look();
    }
    const findings = {
      clock: quality,
      notNative,
      floors,
      stamps: stampCounts(stamped, notNative),
      health: health.stop(),
    };
    return {
      format: 'echolot-selftest',
      version: 1,
      tool: toolInfo(),
      system: systemInfo(),
      startedAt,
      durationNs: Number(clock.nowNs() - startNs),
      engines: tested,
      server: { engine: server.engine, payloadBytes: OWN_PAYLOAD_BYTES },
      ...findings,
      doubts: doubtsOf(findings),
    };
  } finally {
    // A test that failed has not done it.
    health.stop();
    for (const engine of engines) await engine.close?.();
    await server?.close();
  }
}

async function testEngine(
  engine: Engine,
  budgetNs: number,
  signal: AbortSignal | undefined,
): Promise<TestedEngine> {
  const ownEcho = (await engine.prepare()) ?? null;
  const lateNs = await engine.oversleep?.({ askedNs: SLEEP_NS, budgetNs, signal });
  return { name: engine.name, ownEcho, sleeps: lateNs === undefined ? null : sleepLateness(lateNs) };
}

function sleepLateness(lateNs: Float64Array): SleepLateness | null {
  const summary = summarize(lateNs);
  if (summary === null) return null;
  const { n, median, p99, max } = summary;
  return {
    askedNs: SLEEP_NS,
    n,
    medianNs: Math.round(median),
    p99Ns: Math.round(p99),
    maxNs: Math.round(max),
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new EcholotError('cancelled', 'the self-test was cancelled');
}
