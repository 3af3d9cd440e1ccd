/**
 * Row Q: how many requests a second our client can have answered when it sends as soon as one is, beside a C client that
 * does the same. The server is C and never sleeps, so that it is the client that comes to its limit first.
 */
import type { Compiled } from '../compile.ts';
import { type ClosedLoop, closedLoop } from '../echolot-paced.ts';
import { readNumbers } from '../numbers.ts';
import type { BenchContext, Row, Target } from '../row.ts';

const REPETITIONS = 6;
const SECONDS = 2;
const BYTES = 100;
const CONNECTIONS = 16;
const IN_FLIGHT = [1, 8] as const;
const TARGET: Target = { of: 'ratio', bound: 'atLeast', limit: 0.9 };

export async function* closedLoopRate(context: BenchContext, compiled: Compiled): AsyncGenerator<Row> {
  const { engine } = context;
  await using server = await context.processes.serve(compiled.echoServer, ['0', 'spin']);
  for (const inFlight of IN_FLIGHT) {
    const ours: ClosedLoop[] = [];
    const reference: ClosedLoop[] = [];
    for (let i = 1; i <= REPETITIONS; i++) {
      context.progress(`closed loop, ${inFlight} in flight ${i}/${REPETITIONS}`);
      const shape = { connections: CONNECTIONS, inFlight, bytes: BYTES };
      ours.push(await closedLoop(context, { port: server.port, engine, ...shape, seconds: SECONDS }));
      const args = [server.port, CONNECTIONS, inFlight, BYTES, SECONDS * 1_000].map(String);
      const output = await context.processes.run(compiled.inFlight, args, { side: 'client' });
      reference.push(readNumbers(output, ['requestsPerSecond', 'p50Ns', 'p99Ns']));
    }
    yield {
      name: `${engine} client, ${CONNECTIONS} conn x ${inFlight} in flight x ${BYTES} B`,
      unit: 'requestsPerSecond',
      ours: ours.map((run) => run.requestsPerSecond),
      referenceName: 'C client',
      reference: reference.map((run) => run.requestsPerSecond),
      target: TARGET,
      also: {
        oursP50Ns: ours.map((run) => run.p50Ns),
        oursP99Ns: ours.map((run) => run.p99Ns),
        referenceP50Ns: reference.map((run) => run.p50Ns),
        referenceP99Ns: reference.map((run) => run.p99Ns),
      },
    };
  }
}
