/**
 * Rows O and P: what a load carries on a loopback, beside iperf3, and what its probes take away from that. The mean of
 * the whole time by the receiver's count, of either program, the start included. All are there at once and take turns,
 * with the same congestion control: loss-based where the run may choose it, since a pacing one halves a loopback.
 */
import { spawnSync } from 'node:child_process';
import { type OurEngine, serveOurs } from '../echolot.ts';
import { type LoadQuestion, loadBytesPerSecond } from '../echolot-load.ts';
import { iperf3BytesPerSecond, serveIperf3 } from '../iperf3.ts';
import { makePlace, type Place, placed } from '../place.ts';
import { type BenchContext, type Row, Skipped, type Target } from '../row.ts';

const REPETITIONS = 6;
const SECONDS = 2;
const MANY_STREAMS = 8;

interface Case {
  readonly name: string;
  readonly phase: LoadQuestion['phase'];
  readonly streams: number;
  readonly iperf3Flags: readonly string[];
  /** Of each engine that takes part. */
  readonly targets: Readonly<Partial<Record<OurEngine, number>>>;
}

const CASES: readonly Case[] = [
  { name: '1 stream up', phase: 'up', streams: 1, iperf3Flags: [], targets: { native: 1.2, node: 0.6 } },
  {
    name: '1 stream down',
    phase: 'down',
    streams: 1,
    iperf3Flags: ['-R'],
    targets: { native: 1.2, node: 0.8 },
  },
  {
    name: `${MANY_STREAMS} streams, both ways`,
    phase: 'both',
    streams: MANY_STREAMS,
    iperf3Flags: ['-P', String(MANY_STREAMS), '--bidir'],
    targets: { native: 1 },
  },
];

/** Row O: both of its ends against both of iperf3's. */
export async function* loadRate(context: BenchContext): AsyncGenerator<Row> {
  if (spawnSync('iperf3', ['--version'], { timeout: 5_000 }).error !== undefined) {
    throw new Skipped('iperf3 is not installed');
  }
  using place = makePlace(context, 'load', 'loads');
  await using stack = new AsyncDisposableStack();
  const iperf3 = stack.use(await serveIperf3(context.processes, placed(place, 'server')));
  const ports = new Map<OurEngine, number>();
  for (const engine of ['native', 'node'] as const) {
    ports.set(engine, stack.use(await serveLoads(context, engineOf(context, engine), place)).port);
  }
  for (const one of CASES) {
    const engines = [...ports].filter(([engine]) => one.targets[engine] !== undefined);
    const ours = new Map<OurEngine, number[]>(engines.map(([engine]) => [engine, []]));
    const reference: number[] = [];
    for (let i = 1; i <= REPETITIONS; i++) {
      context.progress(`load, ${one.name} ${i}/${REPETITIONS}`);
      for (const [name, port] of engines) {
        const question = { port, engine: engineOf(context, name), phase: one.phase, streams: one.streams };
        ours.get(name)?.push(await carried(context, place, question));
      }
      const flags = ['-t', String(SECONDS), ...one.iperf3Flags];
      const where = placed(place, 'client');
      reference.push(await iperf3BytesPerSecond(context.processes, iperf3.port, flags, where));
    }
    for (const [engine, values] of ours) {
      yield {
        name: `${engineOf(context, engine)} load, ${one.name}, ${place.congestionControl}`,
        unit: 'bytesPerSecond',
        ours: values,
        referenceName: ['iperf3', ...one.iperf3Flags].join(' '),
        reference,
        target: atLeast(one.targets[engine] ?? 1),
      };
    }
  }
}

/** The longest that can be asked for: one probe beside the data while a phase lasts. */
const SELDOM = ['--probe-interval', '1s'];

/** Row P: probes as they come by default, beside one a second. */
export async function* loadProbes(context: BenchContext): AsyncGenerator<Row> {
  using place = makePlace(context, 'load', 'loads');
  const { engine } = context;
  await using server = await serveLoads(context, engine, place);
  for (const phase of ['up', 'down'] as const) {
    const question = { port: server.port, engine, phase, streams: 1 };
    const ours: number[] = [];
    const reference: number[] = [];
    for (let i = 1; i <= REPETITIONS; i++) {
      context.progress(`load with probes, ${phase} ${i}/${REPETITIONS}`);
      ours.push(await carried(context, place, question));
      reference.push(await carried(context, place, { ...question, flags: SELDOM }));
    }
    yield {
      name: `${engine} load with probes, ${phase}, ${place.congestionControl}`,
      unit: 'bytesPerSecond',
      ours,
      referenceName: 'one probe a second',
      reference,
      target: atLeast(0.97),
    };
  }
}

async function serveLoads(context: BenchContext, engine: OurEngine, place: Place) {
  return await serveOurs(context, engine, [], '127.0.0.1', placed(place, 'server'));
}

async function carried(
  context: BenchContext,
  place: Place,
  question: Omit<LoadQuestion, 'seconds' | 'where'>,
): Promise<number> {
  const where = placed(place, 'client');
  return await loadBytesPerSecond(context, { ...question, seconds: SECONDS, where });
}

/** The engine that the run asked for takes the place of the native one. */
function engineOf(context: BenchContext, engine: OurEngine): OurEngine {
  return engine === 'native' ? context.engine : engine;
}

function atLeast(limit: number): Target {
  return { of: 'ratio', bound: 'atLeast', limit };
}
