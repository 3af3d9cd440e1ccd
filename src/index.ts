/**
 * echolot as a library.
 *
 * @example
 * import { measure, serve } from 'echolot';
 *
 * await using server = await serve({ host: '127.0.0.1', port: 0 });
 * const port = server.endpoints[0]?.port ?? 0;
 * const run = measure({ host: '127.0.0.1', port, type: 'rtt', sizes: [100] });
 * for await (const event of run) if (event.kind === 'samples') console.log(event.rttNs);
 * const { series } = await run.result;
 * console.log(series[0]?.statistics?.rttNs.median);
 */
import {
  analyse,
  analyseLoad,
  analysePaced,
  capacityMethod,
  compareLoadResults,
  comparePacedResults,
  compareRecordings,
  recorder,
} from './analyses.ts';
import { monotonic } from './clock/monotonic.ts';
import type { EngineName } from './facts/engine.ts';
import type { CapacityOptions } from './measure/capacity/capacity-plan.ts';
import { type CapacityRun, startCapacity } from './measure/capacity/capacity-run.ts';
import { engineFor, type NativeOrLack } from './measure/choose-engine.ts';
import {
  type ArmEngine,
  type CompareOptions,
  type ComparisonRun,
  startComparison,
} from './measure/comparison/comparison.ts';
import { type LoadComparisonRun, startLoadComparison } from './measure/comparison/load-comparison.ts';
import type { CompareLoadsOptions } from './measure/comparison/load-comparison-plan.ts';
import { type PacedComparisonRun, startPacedComparison } from './measure/comparison/paced-comparison.ts';
import type { ComparePacedOptions } from './measure/comparison/paced-comparison-plan.ts';
import type { MeasureOptions } from './measure/exchange/plan.ts';
import { type Measurement, type RunOptions, startRun } from './measure/exchange/run.ts';
import type { LoadOptions } from './measure/load/load-plan.ts';
import { type Load, startLoad } from './measure/load/load-run.ts';
import { watchHealth, watchHealthBeside } from './measure/machine/health.ts';
import { watchSuspensions } from './measure/machine/suspension.ts';
import { toolInfo } from './measure/machine/system.ts';
import type { PacedOptions } from './measure/paced/paced-plan.ts';
import { type Paced, startPaced } from './measure/paced/paced-run.ts';
import { type Ping, startPing } from './measure/ping/ping.ts';
import type { PingOptions } from './measure/ping/ping-plan.ts';
import { nativeLack } from './net/native/available.ts';
import { createNativeEngine } from './net/native/client/engine.ts';
import { createNativeHandshaker } from './net/native/client/handshaker.ts';
import { createNativeFlowEngine } from './net/native/flow/engine.ts';
import { createNativePacedEngine } from './net/native/paced/engine.ts';
import { nodeEngine } from './net/node/engine.ts';
import { nodeFlowEngine } from './net/node/flow-engine.ts';
import { createNodeHandshaker } from './net/node/handshaker.ts';
import { nodePacedEngine } from './net/node/paced-engine.ts';
import type { ServeOptions } from './server/plan.ts';
import type { EchoServer } from './server/server.ts';
import type { Metrics, MetricsOptions } from './server/sight/metrics.ts';
import type { StatusSocket, StatusSocketOptions } from './server/sight/status-socket.ts';

/**
 * Measures a server by echo. The run starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function measure(options: RunOptions): Measurement {
  const chosen = engineFor(options, { node: nodeEngine, native: nativeOr(createNativeEngine) });
  return startRun({ ...chosen, clock: monotonic, watchSuspensions, watchHealth, analyse }, options);
}

/**
 * Compares two targets, or two ways to measure one: their blocks take turns. The run starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function compare(options: CompareOptions): ComparisonRun {
  const chosen = (side: MeasureOptions): ArmEngine =>
    engineFor(side, { node: nodeEngine, native: nativeOr(createNativeEngine) });
  const a = chosen(options.a.options);
  const b = chosen(options.b.options);
  // Two threads lie on different processors for a while, and one of them is faster: that would pass for a difference.
  const sameKind = a.engine.name === b.engine.name;
  return startComparison(
    {
      a,
      b: sameKind ? { ...b, engine: a.engine } : b,
      clock: monotonic,
      watchSuspensions,
      watchHealth,
      compareRecordings,
    },
    options,
  );
}

/**
 * Times the TCP handshake with any open port at a steady interval, until its count is reached or it is
 * cancelled. The run starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function ping(options: PingOptions): Ping {
  const { engine: handshaker, fallback } = engineFor(options, {
    node: createNodeHandshaker(),
    native: nativeOr(createNativeHandshaker),
  });
  return startPing({ handshaker, fallback, clock: monotonic, watchSuspensions }, options);
}

/**
 * Fills a path and probes it meanwhile: what it carries each way, and how long an answer takes while it does. The run
 * starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function load(options: LoadOptions): Load {
  const chosen = engineFor(options, { node: nodeFlowEngine, native: nativeOr(createNativeFlowEngine) });
  return startLoad(
    {
      ...chosen,
      clock: monotonic,
      watchSuspensions,
      watchHealth: healthWatchOf(chosen.engine),
      analyse: analyseLoad,
    },
    options,
  );
}

/**
 * Sends probes when they are due, whether or not earlier ones have been answered, or, without a rate, as many at once as
 * are asked for: what was answered, and how long it took. The run starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function measurePaced(options: PacedOptions): Paced {
  const chosen = engineFor(options, { node: nodePacedEngine, native: nativeOr(createNativePacedEngine) });
  return startPaced(
    {
      ...chosen,
      clock: monotonic,
      watchSuspensions,
      watchHealth: healthWatchOf(chosen.engine),
      recorder,
      analyse: analysePaced,
    },
    options,
  );
}

/**
 * Searches for the highest rate at which a condition holds, such as `response.p99 < 10ms`, with an interval. The search starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function capacity(options: CapacityOptions): CapacityRun {
  return startCapacity({ clock: monotonic, measurePaced, method: capacityMethod }, options);
}

/**
 * Compares two targets, or two ways to load one, by pairs of short loads in random order. The run starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function compareLoads(options: CompareLoadsOptions): LoadComparisonRun {
  return startLoadComparison({ clock: monotonic, load, compare: compareLoadResults }, options);
}

/**
 * Compares two targets, or two settings, by pairs of short runs of paced probes in random order. The run starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function comparePaced(options: ComparePacedOptions): PacedComparisonRun {
  return startPacedComparison(
    { clock: monotonic, measure: measurePaced, compare: comparePacedResults },
    options,
  );
}

function nativeOr<E>(create: () => E): () => NativeOrLack<E> {
  return () => {
    return nativeLack() ?? { engine: create() };
  };
}

/**
 * Starts an echo server.
 * @throws EcholotError `usage` when the options cannot be, `network` when the address cannot be had
 */
export async function serve(options: ServeOptions = {}): Promise<EchoServer> {
  // A program that only measures need not wait until a server is loaded.
  const { startOn } = await import('./server/start.ts');
  return await startOn(options);
}

/**
 * Serves metrics (`/metrics`), health (`/healthz`) and a page over HTTP, of a server that it is shown.
 * @throws EcholotError `network` when the address cannot be had
 */
export async function serveMetrics(options: MetricsOptions): Promise<Metrics> {
  const { startMetrics } = await import('./server/sight/metrics.ts');
  return await startMetrics(options, toolInfo());
}

/**
 * Tells what a server does to whoever may open a Unix socket: its owner alone.
 * @throws EcholotError `usage` when there can be no such socket
 */
export async function serveStatus(options: StatusSocketOptions): Promise<StatusSocket> {
  const { startStatusSocket } = await import('./server/sight/status-socket.ts');
  return await startStatusSocket(options, toolInfo());
}

export { EcholotError, type ErrorCode, type ErrorPhase } from './core/errors.ts';
export { DIALECT_NAMES, type DialectName, type MeasurementType } from './core/wire/dialects.ts';
export type { DelayUnit } from './core/wire/grammar.ts';
export type { Setup } from './core/wire/messages.ts';
export type { Refusal, RefusalReason } from './core/wire/refusals.ts';
export type { Endpoint } from './facts/connection.ts';
export type { EngineRequest, WaitMode } from './facts/engine.ts';
export type { HandshakeSocketOptions, SocketOptions } from './facts/socket.ts';
export type { TlsOptions } from './facts/tls.ts';
export { examine, selfTest } from './instrument.ts';
export type { CapacityOptions } from './measure/capacity/capacity-plan.ts';
export type { CapacityEvent, CapacityRun } from './measure/capacity/capacity-run.ts';
export type { CompareOptions, CompareSide, ComparisonRun } from './measure/comparison/comparison.ts';
export type { LoadComparisonEvent, LoadComparisonRun } from './measure/comparison/load-comparison.ts';
export type { CompareLoadsOptions, LoadSide } from './measure/comparison/load-comparison-plan.ts';
export type {
  PacedComparisonEvent,
  PacedComparisonRun,
} from './measure/comparison/paced-comparison.ts';
export type { ComparePacedOptions, PacedSide } from './measure/comparison/paced-comparison-plan.ts';
export type { ExamineOptions } from './measure/doctor/examine.ts';
export type { PartFacts, ProgramFacts, Seen } from './measure/doctor/facts.ts';
export type { ProgressEvent } from './measure/events.ts';
export { type MeasureOptions, type Plan, planMeasurement } from './measure/exchange/plan.ts';
export type { Measurement, RunOptions } from './measure/exchange/run.ts';
export { expectedDurationNs } from './measure/expected-duration.ts';
export type { LoadEvent, LoadProgress } from './measure/load/load-events.ts';
export type { LoadOptions, LoadPhaseOptions, LoadPlan, LoadSocketOptions } from './measure/load/load-plan.ts';
export type { Load } from './measure/load/load-run.ts';
export {
  CapacityError,
  CompareError,
  CompareLoadsError,
  ComparePacedError,
  type ComparisonOutcome,
  type LoadComparisonOutcome,
  LoadError,
  MeasureError,
  type PacedComparisonOutcome,
  PacedError,
  PingError,
} from './measure/outcome.ts';
export type { PacedEvent, PacedProgress } from './measure/paced/paced-events.ts';
export type { PacedOptions, PacedPlan } from './measure/paced/paced-plan.ts';
export type { Paced } from './measure/paced/paced-run.ts';
export type { Ping, PingEvent } from './measure/ping/ping.ts';
export type { PingOptions, PingPlan } from './measure/ping/ping-plan.ts';
export type { SelfTestOptions } from './measure/self-test/self-test.ts';
export type { BlockRecord, PathRecord } from './result/block-record.ts';
export type {
  CapacityResult,
  CapacityStatistics,
  CapacityTryRecord,
} from './result/capacity/capacity-result.ts';
export type { CheckName, CheckRecord } from './result/checks.ts';
export type { ComparedSeries, Comparison, RatioRecord } from './result/comparison.ts';
export type { DoctorResult, FindingRecord } from './result/doctor/doctor-result.ts';
export type {
  ComparedFigure,
  ComparedLoads,
  LoadComparison,
  LoadFigures,
} from './result/load/load-comparison.ts';
export type {
  GrantRecord,
  LoadDirection,
  LoadPhaseName,
  LoadResult,
  QooProfileRecord,
} from './result/load/load-result.ts';
export type { LoadStatistics } from './result/load/load-statistics.ts';
export type {
  ComparedPaced,
  PacedComparedFigure,
  PacedComparison,
  PacedFigures,
} from './result/paced/paced-comparison.ts';
export type { PacedRecording, PacedResult } from './result/paced/paced-result.ts';
export type { PacedDoubt, PacedEstimate, PacedStatistics } from './result/paced/paced-statistics.ts';
export type { PingFailure, PingReply, PingResult, PingStatistics } from './result/ping-result.ts';
export type { Result } from './result/result.ts';
export type {
  HistogramSamples,
  IntervalLayers,
  IntervalRow,
  LayersRecord,
  RawSamples,
  SamplesRecord,
} from './result/samples.ts';
export type { Floor, SelfTestDoubt, SelfTestResult, TestedEngine } from './result/self-test-result.ts';
export type { FitRecord, SampleStatistics, SeriesRecord, SeriesStatistics } from './result/series-record.ts';
export type { Warning } from './result/warnings.ts';
export type { Workload, WorkloadKind } from './result/workload.ts';
export type { ClassOptions, PolicyOptions } from './server/access/policy.ts';
export type { ClassTerms } from './server/access/terms.ts';
export type { IdentityFacts } from './server/certificate.ts';
export type { ServerEvent } from './server/events.ts';
export type { ServerLimits } from './server/limits.ts';
export type { ServeOptions, TlsServeOptions } from './server/plan.ts';
export type { EchoServer, SecuredPort } from './server/server.ts';
export type { Metrics, MetricsOptions } from './server/sight/metrics.ts';
export type { ServerCounts, ServerStatus } from './server/sight/status.ts';
export type { StatusSocket, StatusSocketOptions } from './server/sight/status-socket.ts';
export type { Interval, QuantileEstimate } from './stats/quantile/estimate.ts';
export type { Summary } from './stats/summary.ts';

/** Lanes of the native engine have threads of their own. */
function healthWatchOf({ name }: { readonly name: EngineName }): typeof watchHealthBeside {
  return name === 'native' ? watchHealthBeside : watchHealth;
}
