/**
 * Row A: how much a round trip measured by the client is above the same round trip measured by a C program that
 * does nothing else. The server is C and never sleeps, so all that differs is the client.
 */
import type { Compiled } from '../compile.ts';
import { readNumbers } from '../numbers.ts';
import type { BenchContext, Row } from '../row.ts';
import { sampleAt } from '../stats.ts';

const REPETITIONS = 21;
const PROBES = 10_000;
const PAYLOAD_BYTES = 100;

export async function clientRtt(context: BenchContext, compiled: Compiled): Promise<Row[]> {
  const plain = await interleaved('plain echo', [], ['--plain'], context, compiled);
  const protocol = await interleaved('protocol', ['protocol'], [], context, compiled);
  return [
    { ...plain, target: { of: 'ratio', bound: 'atMost', limit: 1.25 } },
    { ...protocol, target: undefined },
  ];
}

/** Ours, C, ours, C against one server: a spinning one, so there is never a second beside it on its CPU. */
async function interleaved(
  name: string,
  serverFlags: readonly string[],
  clientFlags: readonly string[],
  context: BenchContext,
  compiled: Compiled,
): Promise<Omit<Row, 'target'>> {
  await using server = await context.processes.serve(compiled.echoServer, ['0', 'spin', ...serverFlags]);
  const ours: PingPong[] = [];
  const reference: PingPong[] = [];
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`client RTT, ${name} ${i}/${REPETITIONS}`);
    ours.push(await measure(context, server.port, clientFlags));
    reference.push(await pingPong(context, compiled, server.port));
  }
  return {
    name: `client RTT p50, ${name}, ${PAYLOAD_BYTES} B`,
    unit: 'ns',
    ours: ours.map((run) => run.p50Ns),
    referenceName: 'C ping-pong',
    reference: reference.map((run) => run.p50Ns),
    also: {
      oursMinNs: ours.map((run) => run.minNs),
      oursP99Ns: ours.map((run) => run.p99Ns),
      referenceMinNs: reference.map((run) => run.minNs),
      referenceP99Ns: reference.map((run) => run.p99Ns),
    },
  };
}

interface PingPong {
  readonly minNs: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
}

async function measure(context: BenchContext, port: number, flags: readonly string[]): Promise<PingPong> {
  const what = ['--type', 'rtt', '--sizes', String(PAYLOAD_BYTES), '--probes', String(PROBES), '--json'];
  const args = [context.cli, 'measure', '127.0.0.1', String(port), ...flags, ...what];
  const result: unknown = JSON.parse(await context.processes.run(process.execPath, args, { side: 'client' }));
  const rttNs = firstSessionRttNs(result);
  if (rttNs === undefined || rttNs.length !== PROBES) {
    throw new Error(`the result does not hold ${PROBES} samples at sessions[0].rttNs`);
  }
  return { minNs: sampleAt(rttNs, 0), p50Ns: sampleAt(rttNs, 0.5), p99Ns: sampleAt(rttNs, 0.99) };
}

/** The result is read like any foreign file: a change of its form must fail here, not give a strange number. */
function firstSessionRttNs(result: unknown): number[] | undefined {
  if (typeof result !== 'object' || result === null || !('sessions' in result)) return undefined;
  const session: unknown = Array.isArray(result.sessions) ? result.sessions[0] : undefined;
  if (typeof session !== 'object' || session === null || !('rttNs' in session)) return undefined;
  const { rttNs } = session;
  if (!Array.isArray(rttNs)) return undefined;
  return rttNs.every((value) => Number.isInteger(value) && value > 0) ? rttNs : undefined;
}

async function pingPong(context: BenchContext, compiled: Compiled, port: number): Promise<PingPong> {
  const args = [String(port), String(PROBES), String(PAYLOAD_BYTES)];
  const output = await context.processes.run(compiled.pingPong, args, { side: 'client' });
  return readNumbers(output, ['minNs', 'p50Ns', 'p99Ns']);
}
