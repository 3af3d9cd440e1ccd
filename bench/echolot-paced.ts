/**
 * `echolot measure` of probes that do not wait for each other, as the rows use it: how it is asked for a closed loop at
 * its limit, and what of its record they read.
 */
import { engineFlags, type OurEngine, property } from './echolot.ts';
import type { StartOptions } from './processes.ts';
import type { BenchContext } from './row.ts';

export interface ClosedLoopQuestion {
  /** Of a plain echo server on this machine. */
  readonly port: number;
  readonly engine: OurEngine;
  readonly connections: number;
  /** On each of them. */
  readonly inFlight: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Default: on the client's CPU. */
  readonly where?: StartOptions;
}

export interface ClosedLoop {
  readonly requestsPerSecond: number;
  /** From the sending of a probe to its echo. */
  readonly p50Ns: number;
  readonly p99Ns: number;
}

export async function closedLoop(context: BenchContext, question: ClosedLoopQuestion): Promise<ClosedLoop> {
  const { port, engine, connections, inFlight, bytes, seconds, where } = question;
  const limits = ['--connections', String(connections), '--in-flight', String(inFlight)];
  const what = ['--plain', '--sizes', String(bytes), '--duration', `${seconds}s`, ...limits];
  const args = [context.cli, 'measure', '127.0.0.1', String(port), ...engineFlags(context, engine), ...what];
  const output = await context.processes.run(process.execPath, [...args, '--json'], {
    side: 'client',
    ...where,
  });
  return readClosedLoop(JSON.parse(output), question);
}

/** The only step of a run that was the one asked for; throws with the path of what is missing or another. */
export function readClosedLoop(
  result: unknown,
  { engine, connections, inFlight, bytes }: Omit<ClosedLoopQuestion, 'port' | 'seconds' | 'where'>,
): ClosedLoop {
  const asked = new Map<string, unknown>([
    ['engine.name', engine],
    ['plan.connections', connections],
    ['server.inFlight', inFlight],
    ['server.messageBytes', bytes],
    ['outcome.status', 'complete'],
  ]);
  for (const [path, wanted] of asked) {
    const found = at(result, path);
    if (found !== wanted) throw new Error(`asked for ${path} ${wanted}, the result is of "${String(found)}"`);
  }
  const steps = at(result, 'statistics.steps');
  const step: unknown = Array.isArray(steps) && steps.length === 1 ? steps[0] : undefined;
  return {
    requestsPerSecond: number(step, 'answeredPerSecond.value'),
    p50Ns: number(step, 'service.p50.value'),
    p99Ns: number(step, 'service.p99.value'),
  };
}

function number(step: unknown, path: string): number {
  const found = at(step, path);
  if (typeof found === 'number' && found > 0) return found;
  throw new Error(`the result has no statistics.steps[0].${path}`);
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce(property, value);
}
