/**
 * Row B: how many requests a second the server answers, against a C epoll echo server under the same load from
 * the same load generator, in short turns. Both servers are started anew several times, so that one lucky or
 * unlucky process (its memory layout, its compiled code) does not decide the row.
 */
import type { Compiled } from '../compile.ts';
import { readNumbers } from '../numbers.ts';
import { cpuNs } from '../proc.ts';
import type { RunningServer } from '../processes.ts';
import type { BenchContext, Row, Target } from '../row.ts';

const PROCESSES = 4;
/** Turns of ours and C for each pair of processes: a shared machine changes its speed within a second. */
const TURNS = 8;
const MEASURED_MS = 150;
/** Lets the hot path be compiled first: a server lives for weeks, its first second is not what it is like. */
const WARM_UP_MS = 1_000;
const TARGET: Target = { of: 'ratio', bound: 'atLeast', limit: 0.6 };

interface Case {
  readonly mode: 'echo' | 'protocol';
  readonly connections: number;
  readonly bytes: number;
  readonly target: Target | undefined;
}

const CASES: readonly Case[] = [
  { mode: 'echo', connections: 128, bytes: 100, target: TARGET },
  { mode: 'protocol', connections: 128, bytes: 100, target: TARGET },
  { mode: 'echo', connections: 128, bytes: 1000, target: undefined },
  { mode: 'echo', connections: 1, bytes: 100, target: undefined },
];

export async function serverRate(context: BenchContext, compiled: Compiled): Promise<Row[]> {
  const rows: Row[] = [];
  for (const one of CASES) rows.push(...(await rateOf(one, context, compiled)));
  return rows;
}

interface Load {
  readonly requestsPerSecond: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  /** CPU time of the server for each request: what it costs, without the time it waited for work or its turn. */
  readonly cpuNs: number;
}

async function rateOf(one: Case, context: BenchContext, compiled: Compiled): Promise<Row[]> {
  const name = `server ${one.mode}, ${one.connections} conn x ${one.bytes} B`;
  const ours: Load[] = [];
  const reference: Load[] = [];
  for (let i = 1; i <= PROCESSES; i++) {
    context.progress(`${name} ${i}/${PROCESSES}`);
    await using our = await ourServer(one, context);
    await using c = await cServer(one, context, compiled);
    await load(one, context, compiled, our, WARM_UP_MS);
    for (let turn = 0; turn < TURNS; turn++) {
      ours.push(await load(one, context, compiled, our, MEASURED_MS));
      reference.push(await load(one, context, compiled, c, MEASURED_MS));
    }
  }
  const rate: Row = {
    name,
    unit: 'requestsPerSecond',
    ours: ours.map((run) => run.requestsPerSecond),
    referenceName: 'C epoll server',
    reference: reference.map((run) => run.requestsPerSecond),
    target: one.target,
    also: {
      oursP50Ns: ours.map((run) => run.p50Ns),
      oursP99Ns: ours.map((run) => run.p99Ns),
      referenceP50Ns: reference.map((run) => run.p50Ns),
      referenceP99Ns: reference.map((run) => run.p99Ns),
    },
  };
  const cost: Row = {
    name: '  its CPU time per request',
    unit: 'ns',
    ours: ours.map((run) => run.cpuNs),
    referenceName: rate.referenceName,
    reference: reference.map((run) => run.cpuNs),
    target: undefined,
  };
  return [rate, cost];
}

async function ourServer(one: Case, context: BenchContext): Promise<RunningServer> {
  const mode = one.mode === 'echo' ? ['--echo'] : [];
  const args = [context.cli, 'serve', ...mode, '--quiet', '--host', '127.0.0.1', '--port', '0'];
  return await context.processes.serve(process.execPath, args);
}

/** An idle server that blocks costs nothing, so both may be there while one is measured. */
async function cServer(one: Case, context: BenchContext, compiled: Compiled): Promise<RunningServer> {
  const mode = one.mode === 'protocol' ? ['protocol'] : [];
  return await context.processes.serve(compiled.echoServer, ['0', 'block', ...mode]);
}

async function load(
  one: Case,
  context: BenchContext,
  compiled: Compiled,
  server: RunningServer,
  durationMs: number,
): Promise<Load> {
  const shape = [server.port, one.connections, one.bytes, durationMs].map(String);
  const args = one.mode === 'protocol' ? [...shape, '--protocol'] : shape;
  const before = cpuNs(server.pid);
  const output = await context.processes.run(compiled.load, args, { side: 'client' });
  const spent = cpuNs(server.pid) - before;
  const { requests, ...numbers } = readNumbers(output, ['requests', 'requestsPerSecond', 'p50Ns', 'p99Ns']);
  return { ...numbers, cpuNs: spent / requests };
}
