/**
 * Row N: the delay a client may ask the server for. It must never be short, and hardly longer than asked. Seen from
 * the client it is what the round trip has more than one without a delay; where both ends stamp, the residence tells
 * it without the network.
 */
import { measure, p50, residenceNs, serveOurs } from '../echolot.ts';
import type { BenchContext, Row } from '../row.ts';
import { sampleAt } from '../stats.ts';

const REPETITIONS = 3;
const PAYLOAD_BYTES = 100;
const BASELINE_PROBES = 2_000;
/** As many probes of each as fit into about half a second. */
const DELAYS = [
  { asked: '500us', delayNs: 500_000, probes: 600 },
  { asked: '1ms', delayNs: 1_000_000, probes: 400 },
  { asked: '10ms', delayNs: 10_000_000, probes: 50 },
  { asked: '100ms', delayNs: 100_000_000, probes: 9 },
] as const;
const ERROR_TARGET = { of: 'value', bound: 'within', limit: 10_000 } as const;

export async function* serverDelay(context: BenchContext): AsyncGenerator<Row> {
  await using server = await serveOurs(context, context.engine);
  const runs = DELAYS.map((delay) => ({ ...delay, baseline: [] as number[], delayed: [] as Delayed[] }));
  for (let i = 1; i <= REPETITIONS; i++) {
    context.progress(`server delay ${i}/${REPETITIONS}`);
    const baseline = p50((await ask(context, server.port, '0us', BASELINE_PROBES)).rttNs);
    for (const run of runs) {
      run.baseline.push(baseline);
      run.delayed.push(await ask(context, server.port, run.asked, run.probes));
    }
  }
  for (const { asked, delayNs, baseline, delayed } of runs) {
    yield {
      ...common(`server delay ${asked}, p50 error by RTT`),
      ours: delayed.map(({ rttNs }, i) => p50(rttNs) - delayNs - (baseline[i] ?? 0)),
      target: ERROR_TARGET,
    };
    const residences = delayed.flatMap((run) => (run.residenceNs === undefined ? [] : [run.residenceNs]));
    if (residences.length > 0) {
      yield {
        ...common('  by residence'),
        ours: residences.map((values) => p50(values) - delayNs),
        target: ERROR_TARGET,
      };
    }
    // One value for all repetitions: a single early echo must not be outvoted.
    const kept = residences.length > 0 ? residences : delayed.map(({ rttNs }) => rttNs);
    yield {
      ...common('  its earliest echo'),
      ours: [sampleAt(kept.flat(), 0) - delayNs],
      target: { of: 'value', bound: 'atLeast', limit: 0 },
    };
  }
}

interface Delayed {
  readonly rttNs: readonly number[];
  readonly residenceNs: readonly number[] | undefined;
}

async function ask(context: BenchContext, port: number, asked: string, probes: number): Promise<Delayed> {
  const answer = await measure(context, {
    port,
    engine: context.engine,
    payloadBytes: PAYLOAD_BYTES,
    probes,
    flags: ['--server-delay', asked],
  });
  return { rttNs: answer.rttNs, residenceNs: residenceNs(answer) };
}

function common(name: string): Omit<Row, 'ours' | 'target'> {
  return { name, unit: 'ns', referenceName: '', reference: [] };
}
