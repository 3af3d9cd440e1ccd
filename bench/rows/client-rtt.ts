/**
 * Row A: how much a round trip measured by the portable client is above the same round trip measured by a C program
 * that does nothing else. The server is C and never sleeps, so all that differs is the client.
 */
import type { Compiled } from '../compile.ts';
import { measure } from '../echolot.ts';
import type { BenchContext, Row } from '../row.ts';
import { sampleAt } from '../stats.ts';
import { type PingPong, pingPong } from './ping-pong.ts';

const REPETITIONS = 21;
const PROBES = 10_000;
const PAYLOAD_BYTES = 100;

export async function* clientRtt(context: BenchContext, compiled: Compiled): AsyncGenerator<Row> {
  const plain = await interleaved('plain echo', [], ['--plain'], context, compiled);
  yield { ...plain, target: { of: 'ratio', bound: 'atMost', limit: 1.25 } };
  yield { ...(await interleaved('protocol', ['protocol'], [], context, compiled)), target: undefined };
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
  const { port } = server;
  const ours: PingPong[] = [];
  const reference: PingPong[] = [];
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`client RTT, ${name} ${i}/${REPETITIONS}`);
    ours.push(await measureNode(context, port, clientFlags));
    reference.push(await pingPong(context, compiled, { port, probes: PROBES, bytes: PAYLOAD_BYTES }));
  }
  return {
    name: `node client RTT p50, ${name}, ${PAYLOAD_BYTES} B`,
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

async function measureNode(context: BenchContext, port: number, flags: readonly string[]): Promise<PingPong> {
  const what = { port, engine: 'node', payloadBytes: PAYLOAD_BYTES, probes: PROBES, flags } as const;
  const { rttNs } = await measure(context, what);
  return { minNs: sampleAt(rttNs, 0), p50Ns: sampleAt(rttNs, 0.5), p99Ns: sampleAt(rttNs, 0.99) };
}
