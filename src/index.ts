/**
 * echolot as a library.
 *
 * @example
 * import { measure, serve } from 'echolot';
 *
 * await using server = await serve({ port: 0 });
 * const { port } = server.endpoints[0];
 * const run = measure({ host: 'localhost', port, type: 'rtt', sizes: [100] });
 * for await (const event of run) if (event.kind === 'samples') console.log(event.rttNs);
 * console.log((await run.result).sessions[0].statistics.rttNs.median);
 */
import { monotonic } from './clock/monotonic.ts';
import { engineFor, type NativeOrReason } from './measure/choose-engine.ts';
import type { Measurement } from './measure/measurement.ts';
import { type Ping, startPing } from './measure/ping.ts';
import type { PingOptions } from './measure/ping-plan.ts';
import { type RunOptions, startRun } from './measure/run.ts';
import { watchSuspensions } from './measure/suspension.ts';
import { nativeUnavailable } from './net/native/available.ts';
import { createNativeEngine } from './net/native/engine.ts';
import { createNativeHandshaker } from './net/native/handshaker.ts';
import { nodeEngine } from './net/node/engine.ts';
import { createNodeHandshaker } from './net/node/handshaker.ts';
import type { ServeOptions } from './server/plan.ts';
import type { EchoServer } from './server/server.ts';

/**
 * Measures a server by echo. The run starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function measure(options: RunOptions): Measurement {
  const chosen = engineFor(options, { node: nodeEngine, native: nativeOr(createNativeEngine) });
  return startRun({ ...chosen, clock: monotonic, watchSuspensions }, options);
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
  return startPing({ handshaker, fallback, timekeeper: monotonic, watchSuspensions }, options);
}

function nativeOr<E>(create: () => E): () => NativeOrReason<E> {
  return () => {
    const reason = nativeUnavailable();
    return reason === undefined ? { engine: create() } : { reason };
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

export { DIALECT_NAMES, type DialectName, type MeasurementType } from './core/dialects.ts';
export { EcholotError, type ErrorCode, type ErrorPhase } from './core/errors.ts';
export type { DelayUnit } from './core/grammar.ts';
export type { EngineRequest } from './measure/choose-engine.ts';
export type { ProgressEvent } from './measure/events.ts';
export type { Measurement } from './measure/measurement.ts';
export { MeasureError, PingError } from './measure/outcome.ts';
export type { Ping, PingEvent } from './measure/ping.ts';
export type { PingOptions, PingPlan } from './measure/ping-plan.ts';
export type { MeasureOptions } from './measure/plan.ts';
export type { RunOptions } from './measure/run.ts';
export type { Endpoint } from './net/connection.ts';
export type { WaitMode } from './net/engine.ts';
export type { HandshakeSocketOptions, SocketOptions } from './net/socket-options.ts';
export type { PingFailure, PingReply, PingResult, PingStatistics } from './result/ping-result.ts';
export type { LayersRecord, Result, SessionRecord, SessionStatistics } from './result/result.ts';
export type { Warning } from './result/warnings.ts';
export type { ServerEvent, ServerLimits } from './server/events.ts';
export type { ServeOptions } from './server/plan.ts';
export type { EchoServer } from './server/server.ts';
export type { Summary } from './stats/summary.ts';
