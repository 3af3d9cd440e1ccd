/**
 * Row K: what the kernel's stamps cost the round trip that they take apart. The same client with and without them,
 * against a C server, where only the client stamps, and against ours, where both ends do.
 */
import type { Compiled } from '../compile.ts';
import { measure, p50, serveOurs } from '../echolot.ts';
import type { BenchContext, Row } from '../row.ts';

const REPETITIONS = 9;
const PROBES = 10_000;
const WARMUP = 2_000;
const PAYLOAD_BYTES = 100;

export async function* stampCost(context: BenchContext, compiled: Compiled): AsyncGenerator<Row> {
  {
    await using server = await context.processes.serve(compiled.echoServer, ['0', 'spin']);
    yield await onAndOff(context, 'plain echo of C', server.port, ['--plain']);
  }
  await using server = await serveOurs(context, context.engine);
  yield await onAndOff(context, 'protocol, both ends ours', server.port, []);
}

async function onAndOff(context: BenchContext, name: string, port: number, flags: string[]): Promise<Row> {
  const askWith = async (stamps: 'on' | 'off'): Promise<number> => {
    const answer = await measure(context, {
      port,
      engine: context.engine,
      payloadBytes: PAYLOAD_BYTES,
      probes: PROBES,
      warmup: WARMUP,
      flags: ['--wait', 'spin', '--stamps', stamps, ...flags],
    });
    if ((answer.layers !== undefined) !== (stamps === 'on')) {
      throw new Error(`--stamps ${stamps}, and the result ${stamps === 'on' ? 'has no' : 'has'} layers`);
    }
    return p50(answer.rttNs);
  };
  const ours: number[] = [];
  const reference: number[] = [];
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`cost of the stamps, ${name} ${i}/${REPETITIONS}`);
    ours.push(await askWith('on'));
    reference.push(await askWith('off'));
  }
  return {
    name: `RTT p50 with stamps, ${name}`,
    unit: 'ns',
    ours,
    referenceName: 'without',
    reference,
    target: { of: 'ratio', bound: 'atMost', limit: 1.1 },
  };
}
