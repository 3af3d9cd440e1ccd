/**
 * Rows B and L: how many requests a second a server answers, against others under the same load from the same load
 * generator, in short turns. All servers are started anew several times, so that one lucky or unlucky process (its
 * memory layout, its compiled code) does not decide a row.
 */
import type { Compiled } from '../compile.ts';
import { serveOurs } from '../echolot.ts';
import { readNumbers } from '../numbers.ts';
import { cpuNs } from '../proc.ts';
import type { RunningServer } from '../processes.ts';
import type { BenchContext, Row, Target } from '../row.ts';

const MEASURED_MS = 150;

/** How long a comparison may take; a shared machine changes its speed within a second, so turns are short. */
interface Effort {
  readonly processes: number;
  readonly turns: number;
  /** Lets the hot path be compiled first: a server lives for weeks, its first second is not what it is like. */
  readonly warmUpMs: number;
}

interface Case {
  readonly mode: 'echo' | 'protocol';
  readonly connections: number;
  readonly bytes: number;
}

type ServerName = 'native' | 'node' | 'C epoll';

/** Row B: the portable server. */
const NODE_EFFORT: Effort = { processes: 4, turns: 8, warmUpMs: 1_000 };
const NODE_TARGET: Target = { of: 'ratio', bound: 'atLeast', limit: 0.6 };
const NODE_CASES: readonly (Case & { readonly target: Target | undefined })[] = [
  { mode: 'echo', connections: 128, bytes: 100, target: NODE_TARGET },
  { mode: 'protocol', connections: 128, bytes: 100, target: NODE_TARGET },
  { mode: 'echo', connections: 128, bytes: 1000, target: undefined },
  { mode: 'echo', connections: 1, bytes: 100, target: undefined },
];

/** Row L: the native one, on a single thread. */
const NATIVE_EFFORT: Effort = { processes: 2, turns: 6, warmUpMs: 500 };
const AGAINST_C: Target = { of: 'ratio', bound: 'atLeast', limit: 0.95 };
const AGAINST_NODE: Target = { of: 'ratio', bound: 'atLeast', limit: 1.3 };
const NATIVE_SHAPES = [
  { connections: 16, bytes: 100 },
  { connections: 128, bytes: 100 },
  { connections: 16, bytes: 1000 },
  { connections: 128, bytes: 1000 },
] as const;

export async function* nodeServerRate(context: BenchContext, compiled: Compiled): AsyncGenerator<Row> {
  for (const { target, ...one } of NODE_CASES) {
    const loads = await contest(one, ['node', 'C epoll'], NODE_EFFORT, context, compiled);
    yield rateRow('node', one, loads, 'node', 'C epoll', target);
    yield costRow(loads, 'node', 'C epoll');
  }
}

export async function* nativeServerRate(context: BenchContext, compiled: Compiled): AsyncGenerator<Row> {
  for (const shape of NATIVE_SHAPES) {
    const echo: Case = { ...shape, mode: 'echo' };
    const echoLoads = await contest(echo, ['native', 'C epoll', 'node'], NATIVE_EFFORT, context, compiled);
    yield rateRow(context.engine, echo, echoLoads, 'native', 'C epoll', AGAINST_C);
    yield costRow(echoLoads, 'native', 'C epoll');
    yield rateRow(context.engine, echo, echoLoads, 'native', 'node', AGAINST_NODE);
    // The C server checks nothing of the protocol: it would be a bound and no competitor.
    const protocol: Case = { ...shape, mode: 'protocol' };
    const protocolLoads = await contest(protocol, ['native', 'node'], NATIVE_EFFORT, context, compiled);
    yield rateRow(context.engine, protocol, protocolLoads, 'native', 'node', AGAINST_NODE);
  }
}

interface Load {
  readonly requestsPerSecond: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  /** CPU time of the server for each request: what it costs, without the time it waited for work or its turn. */
  readonly cpuNs: number;
}

type Loads = ReadonlyMap<ServerName, Load[]>;

/** Turn after turn, each of the servers in each of them. */
async function contest(
  one: Case,
  names: readonly ServerName[],
  effort: Effort,
  context: BenchContext,
  compiled: Compiled,
): Promise<Loads> {
  const loads = new Map<ServerName, Load[]>(names.map((name) => [name, []]));
  for (let i = 1; i <= effort.processes; i++) {
    context.progress(`${caseText(one)} ${i}/${effort.processes}`);
    // An idle server costs nothing, so all may be there while one is measured.
    await using stack = new AsyncDisposableStack();
    const servers = new Map<ServerName, RunningServer>();
    for (const name of names) {
      const server = stack.use(await start(name, one, context, compiled));
      servers.set(name, server);
      if (name !== 'C epoll') await load(one, context, compiled, server, effort.warmUpMs);
    }
    for (let turn = 0; turn < effort.turns; turn++) {
      for (const [name, server] of servers) {
        loads.get(name)?.push(await load(one, context, compiled, server, MEASURED_MS));
      }
    }
  }
  return loads;
}

function rateRow(
  label: string,
  one: Case,
  loads: Loads,
  ours: ServerName,
  reference: ServerName,
  target: Target | undefined,
): Row {
  const our = loads.get(ours) ?? [];
  const other = loads.get(reference) ?? [];
  return {
    name: `${label} ${caseText(one)}`,
    unit: 'requestsPerSecond',
    ours: our.map((run) => run.requestsPerSecond),
    referenceName: `${reference} server`,
    reference: other.map((run) => run.requestsPerSecond),
    target,
    also: {
      oursP50Ns: our.map((run) => run.p50Ns),
      oursP99Ns: our.map((run) => run.p99Ns),
      referenceP50Ns: other.map((run) => run.p50Ns),
      referenceP99Ns: other.map((run) => run.p99Ns),
    },
  };
}

function costRow(loads: Loads, ours: ServerName, reference: ServerName): Row {
  return {
    name: '  its CPU time per request',
    unit: 'ns',
    ours: (loads.get(ours) ?? []).map((run) => run.cpuNs),
    referenceName: `${reference} server`,
    reference: (loads.get(reference) ?? []).map((run) => run.cpuNs),
    target: undefined,
  };
}

function caseText({ mode, connections, bytes }: Case): string {
  return `server ${mode}, ${connections} conn x ${bytes} B`;
}

async function start(
  name: ServerName,
  one: Case,
  context: BenchContext,
  compiled: Compiled,
): Promise<RunningServer> {
  if (name === 'C epoll') {
    const mode = one.mode === 'protocol' ? ['protocol'] : [];
    return await context.processes.serve(compiled.echoServer, ['0', 'block', ...mode]);
  }
  const engine = name === 'native' ? context.engine : name;
  return await serveOurs(context, engine, one.mode === 'echo' ? ['--echo'] : []);
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
