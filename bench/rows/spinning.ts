/**
 * Row E: the native client beside a send/recv loop in C while nobody sleeps at either end, so that what differs is
 * the language and not the wake-up. First against one C server; then, to see the server's part, ours against ours
 * beside C against C.
 */
import type { Compiled } from '../compile.ts';
import { measure, p50, serveOurs } from '../echolot.ts';
import type { RunningServer } from '../processes.ts';
import type { BenchContext, Row } from '../row.ts';
import { pingPong } from './ping-pong.ts';

const REPETITIONS = 11;
/** Each with two new servers: two that spin on one CPU at once would take turns. */
const PAIR_REPETITIONS = 7;
const PROBES = 10_000;
/** Until the loop is compiled; C gets as many, which it needs less. */
const WARMUP = 2_000;
const PAYLOAD_BYTES = 100;

export async function* spinning(context: BenchContext, compiled: Compiled): AsyncGenerator<Row> {
  yield await sameServer(context, compiled);
  yield await bothEnds(context, compiled);
}

async function sameServer(context: BenchContext, compiled: Compiled): Promise<Row> {
  await using server = await context.processes.serve(compiled.echoServer, ['0', 'spin']);
  const ours: number[] = [];
  const reference: number[] = [];
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`spinning client ${i}/${REPETITIONS}`);
    ours.push(await oursP50(context, server, ['--plain']));
    reference.push(await cP50(context, compiled, server));
  }
  return {
    name: `RTT p50, spinning, ${PAYLOAD_BYTES} B, C server`,
    unit: 'ns',
    ours,
    referenceName: 'C ping-pong',
    reference,
    target: { of: 'ratio', bound: 'atMost', limit: 1.05 },
  };
}

async function bothEnds(context: BenchContext, compiled: Compiled): Promise<Row> {
  const ours: number[] = [];
  const reference: number[] = [];
  for (let i = 1; i <= PAIR_REPETITIONS; i++) {
    context.progress(`spinning ends ${i}/${PAIR_REPETITIONS}`);
    {
      await using server = await serveOurs(context, context.engine);
      ours.push(await oursP50(context, server, []));
    }
    await using server = await context.processes.serve(compiled.echoServer, ['0', 'spin']);
    reference.push(await cP50(context, compiled, server));
  }
  return {
    name: '  ours to ours, protocol',
    unit: 'ns',
    ours,
    referenceName: 'C to C, plain echo',
    reference,
    target: undefined,
  };
}

async function oursP50(context: BenchContext, { port }: RunningServer, flags: string[]): Promise<number> {
  const answer = await measure(context, {
    port,
    engine: context.engine,
    payloadBytes: PAYLOAD_BYTES,
    probes: PROBES,
    warmup: WARMUP,
    flags: ['--wait', 'spin', '--stamps', 'off', ...flags],
  });
  return p50(answer.rttNs);
}

async function cP50(context: BenchContext, compiled: Compiled, { port }: RunningServer): Promise<number> {
  const exchange = { port, probes: PROBES, bytes: PAYLOAD_BYTES, warmup: WARMUP };
  return (await pingPong(context, compiled, exchange)).p50Ns;
}
