/**
 * Row M: messages of 1 MiB, each sent and echoed whole before the next, as the protocol does it. A message is larger
 * than every buffer on its way, so both ends read while they write. Both sides of a pair leave the sizes of the
 * socket buffers to the kernel and get the same congestion control.
 */
import type { Compiled } from '../compile.ts';
import { measure, p50, serveOurs } from '../echolot.ts';
import { makePlace, type Place, placed } from '../place.ts';
import type { BenchContext, Row } from '../row.ts';
import { pingPong } from './ping-pong.ts';

const REPETITIONS = 11;
const MESSAGES = 300;
const WARMUP = 50;
const MESSAGE_BYTES = 1024 * 1024;

export async function* bulkEcho(context: BenchContext, compiled: Compiled): AsyncGenerator<Row> {
  using place = makePlace(context, 'bulk', '1 MiB messages');
  yield await servers(context, compiled, place);
  yield await clients(context, compiled, place);
}

const TARGET = { of: 'ratio', bound: 'atLeast', limit: 0.95 } as const;

/** Our server and the C server under the C client. */
async function servers(context: BenchContext, compiled: Compiled, place: Place): Promise<Row> {
  const where = placed(place, 'server');
  await using our = await serveOurs(context, context.engine, ['--echo'], '127.0.0.1', where);
  await using c = await context.processes.serve(compiled.echoServer, ['0', 'block'], where);
  const ours: number[] = [];
  const reference: number[] = [];
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`bulk, servers ${i}/${REPETITIONS}`);
    ours.push(await cClient(context, compiled, place, our.port));
    reference.push(await cClient(context, compiled, place, c.port));
  }
  return row(`server, 1 MiB echo, ${place.congestionControl}`, ours, 'C server', reference);
}

/** Our client and the C client against one C server; both spin. */
async function clients(context: BenchContext, compiled: Compiled, place: Place): Promise<Row> {
  await using server = await context.processes.serve(
    compiled.echoServer,
    ['0', 'block'],
    placed(place, 'server'),
  );
  const ours: number[] = [];
  const reference: number[] = [];
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`bulk, clients ${i}/${REPETITIONS}`);
    ours.push(await ourClient(context, place, server.port));
    reference.push(await cClient(context, compiled, place, server.port));
  }
  return row(`client, 1 MiB echo, ${place.congestionControl}`, ours, 'C client', reference);
}

function row(name: string, ours: number[], referenceName: string, reference: number[]): Row {
  return { name, unit: 'bytesPerSecond', ours, referenceName, reference, target: TARGET };
}

async function ourClient(context: BenchContext, place: Place, port: number): Promise<number> {
  const { rttNs } = await measure(context, {
    port,
    engine: context.engine,
    payloadBytes: MESSAGE_BYTES,
    probes: MESSAGES,
    warmup: WARMUP,
    flags: ['--plain', '--wait', 'spin', '--stamps', 'off'],
    where: placed(place, 'client'),
  });
  return bytesPerSecond(p50(rttNs));
}

async function cClient(
  context: BenchContext,
  compiled: Compiled,
  place: Place,
  port: number,
): Promise<number> {
  const exchange = { port, probes: MESSAGES, bytes: MESSAGE_BYTES, warmup: WARMUP };
  const { p50Ns } = await pingPong(context, compiled, { ...exchange, where: placed(place, 'client') });
  return bytesPerSecond(p50Ns);
}

/** Each way: every byte of the message goes there and comes back within one round trip. */
function bytesPerSecond(rttNs: number): number {
  return (MESSAGE_BYTES * 1e9) / rttNs;
}
