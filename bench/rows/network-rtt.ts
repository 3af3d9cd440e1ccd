/**
 * Rows G, H and I: the network's part of the round trip, which is what remains of the kernel's round trip without the
 * time the server kept the probe. There is no tool to compare it with; on an idle loopback or veth it has to be a
 * microsecond or two, and busy CPUs must not change it, whatever they do to the application.
 */
import { availableParallelism } from 'node:os';
import type { Compiled } from '../compile.ts';
import { type Answer, measure, networkRttNs, p50, p99, type Question, serveOurs } from '../echolot.ts';
import { makePair } from '../namespaces.ts';
import type { BenchContext, Row } from '../row.ts';

const REPETITIONS = 7;
const PROBES = 5_000;
/** Beside a busy CPU a round trip may take a whole time slice of the scheduler. */
const BUSY_PROBES = 1_500;
const WARMUP = 1_000;
const PAYLOAD_BYTES = 100;

export async function* networkOnLoopback(context: BenchContext): AsyncGenerator<Row> {
  await using server = await serveOurs(context, context.engine);
  yield* idleRows(context, 'loopback', { port: server.port });
}

export async function* networkOnVeth(context: BenchContext): AsyncGenerator<Row> {
  using pair = makePair();
  const where = { side: 'server', namespace: pair.server } as const;
  await using server = await serveOurs(context, context.engine, [], pair.serverAddress, where);
  const client = { side: 'client', namespace: pair.client } as const;
  yield* idleRows(context, 'veth', { port: server.port, host: pair.serverAddress, where: client });
}

export async function* networkUnderLoad(context: BenchContext, compiled: Compiled): AsyncGenerator<Row> {
  await using server = await serveOurs(context, context.engine);
  const idle: Answer[] = [];
  const busy: Answer[] = [];
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`network RTT beside busy CPUs ${i}/${REPETITIONS}`);
    idle.push(await ask(context, { port: server.port, probes: BUSY_PROBES }));
    await using _hogs = keepBusy(context, compiled);
    busy.push(await ask(context, { port: server.port, probes: BUSY_PROBES }));
  }
  const common = { unit: 'ns', referenceName: 'idle' } as const;
  yield {
    ...common,
    name: 'network RTT p50, one busy process per core',
    ours: busy.map((answer) => p50(networkRttNs(answer))),
    reference: idle.map((answer) => p50(networkRttNs(answer))),
    target: { of: 'ratio', bound: 'within', limit: 0.15 },
  };
  for (const [name, quantile] of [
    ['p50', p50],
    ['p99', p99],
  ] as const) {
    yield {
      ...common,
      name: `  its application RTT ${name}`,
      ours: busy.map((answer) => quantile(answer.rttNs)),
      reference: idle.map((answer) => quantile(answer.rttNs)),
      target: undefined,
    };
  }
}

type Where = Pick<Question, 'port' | 'host' | 'where'>;

/** The application's round trip of the same probes is the reference: what a tool without stamps would tell. */
async function* idleRows(context: BenchContext, name: string, where: Where): AsyncGenerator<Row> {
  const answers: Answer[] = [];
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`network RTT, ${name} ${i}/${REPETITIONS}`);
    answers.push(await ask(context, { ...where, probes: PROBES }));
  }
  for (const [quantileName, quantile, limit] of [
    ['p50', p50, 2_500],
    ['p99', p99, 5_000],
  ] as const) {
    yield {
      name: `network RTT ${quantileName}, idle ${name}`,
      unit: 'ns',
      ours: answers.map((answer) => quantile(networkRttNs(answer))),
      referenceName: `application ${quantileName}`,
      reference: answers.map((answer) => quantile(answer.rttNs)),
      target: { of: 'value', bound: 'atMost', limit },
    };
  }
}

async function ask(context: BenchContext, question: Where & { readonly probes: number }): Promise<Answer> {
  const what = { engine: context.engine, payloadBytes: PAYLOAD_BYTES, warmup: WARMUP };
  return await measure(context, { ...what, ...question });
}

/** One process for each CPU, on the two of client and server where those are known. */
function keepBusy({ processes }: BenchContext, { busy }: Compiled): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  const { pinning } = processes;
  const pinned = pinning === undefined ? [] : [pinning.client, pinning.server];
  for (let i = 0; i < Math.max(availableParallelism(), pinned.length); i++) {
    stack.use(processes.background(busy, [], pinned[i]));
  }
  return stack;
}
