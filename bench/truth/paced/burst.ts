/**
 * Other tools that send by the clock, over the same path at the same rate: sockperf under-load, whose probes do not wait
 * for each other, and iperf2's bounces, of which each waits for the one before it. Ours beside them and the truth.
 */
import { spawnSync } from 'node:child_process';
import { Path, pathUnavailable } from '../../../tests/path/path.ts';
import { readBounces } from '../../iperf2.ts';
import { freePort, readSockperf, readSockperfRate } from '../../peers.ts';
import { Skipped } from '../../row.ts';
import {
  type Finding,
  middle,
  type Part,
  percent,
  type Reached,
  reachWithin,
  type TruthContext,
} from '../part.ts';
import { paced, responseNs } from './asked.ts';

const DELAY_MS = 10;
/** There and back. */
const TRUTH_NS = 2 * DELAY_MS * 1e6;
/** The path is right to 0.1 ms. */
const MOST_ERROR = 0.02;
/** Of the second rate a loop that waits for its answers keeps a twentieth: one in each round trip. */
const RATES_PER_SECOND = [40, 1_000];
const SECONDS = 5;
const BYTES = 100;
const TIMEOUT_MS = 30_000;

interface Answer {
  /** A median or a mean, as the tool tells it. */
  readonly rttNs: number;
  /** Answers a second. */
  readonly perSecond: number;
}

interface Tool {
  readonly name: string;
  readonly command: string;
  readonly statistic: 'p50' | 'mean';
  serverArgs(address: string, port: string): readonly string[];
  clientArgs(address: string, port: string, perSecond: number): readonly string[];
  read(output: string): Answer;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'sockperf under-load',
    command: 'sockperf',
    statistic: 'p50',
    serverArgs: (address, port) => ['server', '--tcp', '-i', address, '-p', port],
    clientArgs: (address, port, perSecond) => {
      // By default only each hundredth is answered.
      const what = ['--tcp', '--full-rtt', '--reply-every', '1', '-m', String(BYTES), '-t', String(SECONDS)];
      return ['under-load', '-i', address, '-p', port, '--mps', String(perSecond), ...what];
    },
    read: (output) => ({ rttNs: readSockperf(output), perSecond: readSockperfRate(output) }),
  },
  {
    name: 'iperf2 --bounceback',
    command: 'iperf',
    statistic: 'mean',
    serverArgs: (_address, port) => ['-s', '-p', port],
    clientArgs: (address, port, perSecond) => {
      const pace = ['--bounceback=1', '--bounceback-period', String(1 / perSecond)];
      return ['-c', address, '-p', port, ...pace, '-l', String(BYTES), '-t', String(SECONDS), '-e'];
    },
    read: (output) => {
      const { meanNs, perSecond } = readBounces(output);
      return { rttNs: meanNs, perSecond };
    },
  },
];

export const burst: Part = {
  name: 'burst',
  defaultRepeats: 3,
  setting: `${SECONDS} s of ${BYTES} bytes on one connection over an emulated path of ${DELAY_MS} ms each way`,
  async *run(context) {
    const reason = pathUnavailable();
    if (reason !== undefined) throw new Skipped(reason);
    const tools = TOOLS.filter(({ name, command }) => {
      const isThere = spawnSync(command, ['--version'], { timeout: 5_000 }).error === undefined;
      if (!isThere) console.log(`skipped ${name}: ${command} is not installed`);
      return isThere;
    });
    await using path = await Path.make({ delayMs: DELAY_MS });
    await using reached = await reachWithin(context, path);
    await using stack = new AsyncDisposableStack();
    const ports = new Map<Tool, string>();
    for (const tool of tools) {
      const port = await freePort();
      const args = tool.serverArgs(path.serverAddress, String(port));
      const where = { namespace: path.server };
      stack.use(await context.processes.serveAt(port, tool.command, args, where));
      ports.set(tool, String(port));
    }
    for (const perSecond of RATES_PER_SECOND) yield await asked(context, perSecond, reached, ports);
  },
};

async function asked(
  context: TruthContext,
  perSecond: number,
  reached: Reached,
  ports: ReadonlyMap<Tool, string>,
): Promise<Finding> {
  const ours: Answer[] = [];
  const theirs = new Map<Tool, Answer[]>([...ports.keys()].map((tool) => [tool, []]));
  for (let i = 1; i <= context.repeats; i++) {
    context.progress(`${perSecond} a second ${i}/${context.repeats}`);
    const step = await paced(context, reached, { perSecond, bytes: BYTES, seconds: SECONDS });
    ours.push({ rttNs: responseNs(step, 'p50'), perSecond: step?.answeredPerSecond.value ?? 0 });
    for (const [tool, port] of ports) {
      const args = tool.clientArgs(reached.host, port, perSecond);
      const where = { timeoutMs: TIMEOUT_MS, namespace: reached.namespace };
      theirs.get(tool)?.push(tool.read(await context.processes.run(tool.command, args, where)));
    }
  }
  const errors = ours.map(({ rttNs }) => Math.abs(rttNs / TRUTH_NS - 1));
  const said = [...theirs].map(([{ name, statistic }, answers]) => `${name} ${text(statistic, answers)}`);
  return {
    question: `${perSecond} a second over a path of ${TRUTH_NS / 1e6} ms there and back`,
    found: [`ours ${text('p50', ours)}`, ...said].join('; '),
    target: `ours within ${percent(MOST_ERROR, 0)}`,
    met: middle(errors) <= MOST_ERROR,
    numbers: Object.fromEntries([
      ...numbersOf('ours', ours),
      ...[...theirs].flatMap(([{ command }, answers]) => numbersOf(command, answers)),
    ]),
  };
}

function text(statistic: Tool['statistic'], answers: readonly Answer[]): string {
  const rttMs = middle(answers.map(({ rttNs }) => rttNs)) / 1e6;
  const perSecond = middle(answers.map((answer) => answer.perSecond));
  return `${statistic} ${rttMs.toFixed(2)} ms at ${perSecond.toFixed(1)} a second`;
}

function numbersOf(who: string, answers: readonly Answer[]): [string, readonly number[]][] {
  return [
    [`${who}RttNs`, answers.map(({ rttNs }) => rttNs)],
    [`${who}PerSecond`, answers.map(({ perSecond }) => perSecond)],
  ];
}
