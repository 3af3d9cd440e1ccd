/**
 * Blame: paths and servers that are innocent, and look like a fault. Of each the doubts are read that accuse somebody;
 * there must be none but those that the case is made for, which must be found. The engines take turns.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Result, Warning } from '../../src/index.ts';
import { Path, type PathOptions, pathUnavailable } from '../../tests/path/path.ts';
import type { RunningServer } from '../processes.ts';
import { Skipped } from '../row.ts';
import { type ControlGroup, limitedGroup } from './control-group.ts';
import { type Finding, type Part, runJson, type TruthContext, unlessFailed } from './part.ts';

const TIMEOUT_MS = 60_000;
const HOST = '127.0.0.1';
const SERVERS = fileURLToPath(new URL('./blame-servers.ts', import.meta.url));
const ENGINES = ['native', 'node'] as const;
/** Doubts that name somebody or something as the cause. What else speaks of amounts, or of this busy machine. */
const ACCUSING: readonly Warning['code'][] = [
  'delayed-ack',
  'echo-in-pieces',
  'server-delay-not-honoured',
  'server-stalled',
  'something-between',
  'cold-start',
  'stalls',
];
/** Past the start of the program and its warm-up on a busy machine. */
const FREEZE_AFTER_MS = 4_000;
const FREEZE_MS = 1_000;
const FAR_SIDE_MS = 40;
const QUOTA_PROCESSORS = 0.2;

interface Case {
  readonly name: string;
  /** Words of the command line beyond host and port. */
  readonly args: readonly string[];
  /** The one of our own by default, which tells how long it keeps a probe. */
  readonly server?: readonly [kind: 'plain' | 'slow-reader', argument?: string];
  readonly path?: PathOptions;
  /** How far the server is from what answers in its place. */
  readonly farSideMs?: number;
  readonly freeze?: boolean;
  readonly quota?: boolean;
  /** What the case is made for; any other accusation is false. */
  readonly expected?: (warning: Warning) => boolean;
}

const SHORT = ['--blocks', '5', '--probes', '100', '--spread', '500ms', '--type', 'rtt'];
const FEW = ['--blocks', '5', '--probes', '50', '--spread', '500ms', '--type', 'rtt'];

const CASES: readonly Case[] = [
  { name: 'a plain server', server: ['plain'], args: ['--plain', ...SHORT, '-s', '100,32K'] },
  {
    name: 'a reader that takes 40 ms for 32 KiB',
    server: ['slow-reader', String(32 * 1_024)],
    args: ['--plain', ...FEW, '-s', '32K'],
  },
  { name: 'messages of 16 MiB', args: ['--blocks', '5', '--probes', '10', '--type', 'rtt', '-s', '16M'] },
  {
    name: 'a path of 5 ms with jitter of 1 ms',
    path: { delayMs: 2, jitterMs: 1 },
    args: [...SHORT, '-s', '100,8000'],
  },
  {
    name: 'a path of 5 ms that loses 1 %',
    path: { delayMs: 2.5, lossPercent: 1 },
    args: [...SHORT, '-s', '100,8000', '--server-delay', '2ms'],
  },
  {
    name: 'a path of 15 ms that loses 1 %, a server that tells nothing',
    server: ['plain'],
    path: { delayMs: 7, lossPercent: 1 },
    args: ['--plain', ...SHORT, '-s', '100,8000'],
  },
  {
    name: 'messages of 32 KiB on a path of 20 ms that loses 3 %',
    path: { delayMs: 10, lossPercent: 3 },
    args: [...FEW, '-s', '32K', '--server-delay', '5ms'],
  },
  {
    name: 'messages of 32 KiB on a path of 43 ms',
    path: { delayMs: 21.5 },
    args: [...FEW, '-s', '100,32K'],
  },
  {
    name: `a proxy ${FAR_SIDE_MS} ms before a server that writes once`,
    server: ['plain'],
    farSideMs: FAR_SIDE_MS,
    args: ['--plain', ...FEW, '--warmup', '3', '-s', '100,1000'],
    expected: ({ code }) => code === 'something-between',
  },
  {
    name: `a proxy ${FAR_SIDE_MS} ms before a server with a delay of 5 ms`,
    farSideMs: FAR_SIDE_MS,
    args: [...FEW, '--warmup', '3', '-s', '100,1000', '--server-delay', '5ms'],
    expected: ({ code }) => code === 'something-between',
  },
  {
    name: 'a plain server that is stopped for 1 s',
    server: ['plain'],
    freeze: true,
    args: ['--plain', '--blocks', '20', '--probes', '2000', '--spread', '8s', '--type', 'rtt', '-s', '100'],
    expected: (warning) => warning.code === 'lone-delay' && warning.cause === null,
  },
  {
    name: `a client with a CPU quota of ${QUOTA_PROCESSORS} processors`,
    quota: true,
    args: ['--blocks', '5', '--probes', '5000', '--spread', '500ms', '--type', 'rtt', '-s', '100'],
    expected: (warning) => warning.code === 'processor-contended' && (warning.throttledPeriods ?? 0) > 0,
  },
];

export const blame: Part = {
  name: 'blame',
  defaultRepeats: 20,
  async *run(context) {
    for (const each of CASES) {
      try {
        yield* examine(context, each);
      } catch (error) {
        if (!(error instanceof Skipped)) throw error;
        console.log(`skipped ${each.name}: ${error.message}`);
      }
    }
  },
};

async function* examine(context: TruthContext, each: Case): AsyncIterable<Finding> {
  const why = each.path === undefined ? undefined : pathUnavailable();
  if (why !== undefined) throw new Skipped(why);
  await using stack = new AsyncDisposableStack();
  const path = each.path === undefined ? undefined : stack.use(await Path.make(each.path));
  const group = each.quota === true ? stack.use(limitedGroup(QUOTA_PROCESSORS)) : undefined;
  const host = path?.serverAddress ?? HOST;
  const accusations: string[] = [];
  let found = 0;
  let runs = 0;
  for (let i = 0; i < context.repeats; i++) {
    context.progress(`${each.name} ${i + 1}/${context.repeats}`);
    await using servers = new AsyncDisposableStack();
    const server = servers.use(await startServer(context, each, host, path));
    const shown =
      each.farSideMs === undefined ? server : servers.use(await startProxy(context, server, each.farSideMs));
    const args = ['measure', host, String(shown.port), '--engine', ENGINES[i % ENGINES.length] as string];
    const frozen = each.freeze === true ? freeze(server.pid) : undefined;
    const doubts = doubtsOf(context, [...args, ...each.args], path, group);
    const [warnings] = await Promise.all([doubts, frozen]);
    if (warnings === undefined) continue;
    runs++;
    const { expected = () => false } = each;
    if (warnings.some(expected)) found++;
    accusations.push(...warnings.filter((one) => accuses(one) && !expected(one)).map(({ code }) => code));
  }
  const of = runs;
  const failed = context.repeats - runs;
  yield {
    question: `innocent: ${each.name}`,
    found: `${accusations.length} accusations in ${of} runs${told(accusations)}${failed === 0 ? '' : `; ${failed} more failed`}`,
    target: 'none',
    met: accusations.length === 0 && of > failed,
    numbers: { accusations: accusations.length, of, failed },
  };
  if (each.expected === undefined) return;
  yield {
    question: `named for what it is: ${each.name}`,
    found: `in ${found} of ${of} runs`,
    target: 'all',
    met: found === of,
    numbers: { found, of },
  };
}

function accuses(warning: Warning): boolean {
  if (warning.code === 'lone-delay')
    return ['server', 'garbage-collection', 'client'].includes(warning.cause ?? '');
  return ACCUSING.includes(warning.code);
}

function told(accusations: readonly string[]): string {
  return accusations.length === 0 ? '' : ` (${[...new Set(accusations)].join(', ')})`;
}

async function startServer(
  { processes, cli }: TruthContext,
  { server }: Case,
  host: string,
  path: Path | undefined,
): Promise<RunningServer> {
  const words =
    server === undefined
      ? [cli, 'serve', '--quiet', '--host', host, '--port', '0']
      : [SERVERS, server[0], host, server[1] ?? ''];
  const where = path === undefined ? {} : { namespace: path.server };
  return await processes.serve(process.execPath, words, where);
}

async function startProxy(
  { processes }: TruthContext,
  { port }: RunningServer,
  farSideMs: number,
): Promise<RunningServer> {
  return await processes.serve(process.execPath, [SERVERS, 'proxy', HOST, `${port},${farSideMs}`], {});
}

/** @returns undefined for a run that did not end well, which blames nobody */
async function doubtsOf(
  context: TruthContext,
  args: readonly string[],
  path: Path | undefined,
  group: ControlGroup | undefined,
): Promise<readonly Warning[] | undefined> {
  const options = { timeoutMs: TIMEOUT_MS, ...(path === undefined ? {} : { namespace: path.client }) };
  if (group === undefined) {
    const result = await unlessFailed(context, 'a run', runJson<Result>(context, args, options));
    return result?.warnings;
  }
  const words = group.within(process.execPath, context.cli, ...args, '--json');
  const run = context.processes.run(words.program, words.args, options);
  const printed = await unlessFailed(context, 'a run', run);
  return printed === undefined ? undefined : (JSON.parse(printed) as Result).warnings;
}

/** Stops a process of this run in the middle of a measurement. */
async function freeze(pid: number): Promise<void> {
  await sleep(FREEZE_AFTER_MS);
  process.kill(pid, 'SIGSTOP');
  try {
    await sleep(FREEZE_MS);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
