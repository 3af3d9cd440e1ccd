/**
 * Whether an open loop sends when a probe is due: how late the native engine's sends are, and how many a second they are,
 * beside a C program that does the same in turns, which shows what of it is the machine's.
 */
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import type { PacedStepStatistics } from '../../../src/result/paced/paced-statistics.ts';
import { type Compiled, compileAll } from '../../compile.ts';
import { readNumbers } from '../../numbers.ts';
import { Skipped } from '../../row.ts';
import { type Finding, middle, type Part, percent, type Reached, reach, type TruthContext } from '../part.ts';
import { paced, rangeText } from './asked.ts';

const SECONDS = 5;
const BYTES = 100;
const TIMEOUT_MS = 30_000;

interface Question {
  readonly perSecond: number;
  readonly connections: number;
  readonly mostP50Ns?: number;
  readonly mostP99Ns: number;
  /** As a share of the rate. */
  readonly mostRateError?: number;
}

const QUESTIONS: readonly Question[] = [
  { perSecond: 1_000, connections: 1, mostP50Ns: 2_000, mostP99Ns: 20_000 },
  { perSecond: 50_000, connections: 8, mostP99Ns: 100_000, mostRateError: 0.001 },
];

export const pace: Part = {
  name: 'pace',
  defaultRepeats: 5,
  setting: `${SECONDS} s of ${BYTES} bytes to a plain echo server of ours, on a loopback; median and range of the runs`,
  async *run(context) {
    const reason = nativeUnavailable();
    if (reason !== undefined) throw new Skipped(reason);
    const compilation = await compileAll(context.processes);
    if ('reason' in compilation) console.log(`skipped the C program beside it: ${compilation.reason}`);
    const programs = 'programs' in compilation ? compilation.programs : undefined;
    await using reached = await reach(context, 'loopback', ['--echo']);
    for (const question of QUESTIONS) yield* asked(context, question, reached, programs);
  },
};

async function* asked(
  context: TruthContext,
  question: Question,
  reached: Reached,
  programs: Compiled | undefined,
): AsyncGenerator<Finding> {
  const { perSecond, connections, mostP50Ns, mostP99Ns, mostRateError } = question;
  const what = `${perSecond} a second on ${connections === 1 ? '1 connection' : `${connections} connections`}`;
  const ours: (PacedStepStatistics | undefined)[] = [];
  const theirs: CLateness[] = [];
  for (let i = 1; i <= context.repeats; i++) {
    context.progress(`${what} ${i}/${context.repeats}`);
    const flags = ['--plain', '--engine', 'native'];
    ours.push(
      await paced(context, reached, { perSecond, connections, bytes: BYTES, seconds: SECONDS, flags }),
    );
    if (programs !== undefined) theirs.push(await generated(context, question, reached, programs));
  }
  const about = `lateness of sends, ${what}`;
  if (mostP50Ns !== undefined) {
    const lates = ours.map((step) => step?.lateP50 ?? Number.POSITIVE_INFINITY);
    yield lateFinding(
      `${about}: p50`,
      lates,
      mostP50Ns,
      theirs.map(({ p50Ns }) => p50Ns),
    );
  }
  const lates = ours.map((step) => step?.lateP99 ?? Number.POSITIVE_INFINITY);
  yield lateFinding(
    `${about}: p99`,
    lates,
    mostP99Ns,
    theirs.map(({ p99Ns }) => p99Ns),
  );
  if (mostRateError !== undefined) yield rateFinding(what, perSecond, ours, mostRateError);
}

interface CLateness {
  readonly p50Ns: number;
  readonly p99Ns: number;
}

async function generated(
  { processes }: TruthContext,
  { perSecond, connections }: Question,
  { port }: Reached,
  { pacer }: Compiled,
): Promise<CLateness> {
  const args = [port, ...[connections, perSecond, BYTES, SECONDS * 1_000].map(String)];
  return readNumbers(await processes.run(pacer, args, { timeoutMs: TIMEOUT_MS }), ['p50Ns', 'p99Ns']);
}

function lateFinding(
  question: string,
  lates: readonly number[],
  mostNs: number,
  inC: readonly number[],
): Finding {
  const within = lates.filter((ns) => ns <= mostNs).length;
  const beside = inC.length === 0 ? '' : `; a C program ${rangeText(inC, 1e3, 1)} us`;
  return {
    question,
    found: `${rangeText(lates, 1e3, 1)} us, within in ${within} of ${lates.length}${beside}`,
    target: `at most ${mostNs / 1e3} us`,
    met: middle(lates) <= mostNs,
    numbers: { lates, inC },
  };
}

function rateFinding(
  what: string,
  perSecond: number,
  steps: readonly (PacedStepStatistics | undefined)[],
  mostError: number,
): Finding {
  const rates = steps.map((step) => step?.sentPerSecond ?? 0);
  const errors = rates.map((rate) => Math.abs(rate / perSecond - 1));
  return {
    question: `rate of sends, ${what}`,
    found: `${rangeText(rates, 1, 1)} a second, off by ${percent(Math.max(...errors), 3)} at most`,
    target: `within ${percent(mostError)}`,
    met: errors.every((error) => error <= mostError),
    numbers: { rates, errors },
  };
}
