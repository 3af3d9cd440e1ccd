/**
 * Whether a comparison of loads says what is true: nothing of two servers whose paths are alike, and a fifth less where
 * one path has a fifth less. Each server has a router of its own before it, with a token bucket in both directions.
 */
import type { LoadComparison, LoadDirection } from '../../../src/index.ts';
import type { ComparedFigure } from '../../../src/result/load/load-comparison.ts';
import { makeFork, narrow, type Way } from '../../namespaces.ts';
import {
  type Finding,
  middle,
  type Part,
  percent,
  reachWithin,
  runJson,
  type TruthContext,
  unlessFailed,
} from '../part.ts';

const BITS_PER_SECOND = 50_000_000;
/** A full queue of 16 ms, and of 20 ms where the rate is a fifth less. */
const QUEUE_BYTES = 100_000;
const TRUE_RATIO = 0.8;
const MOST_FALSE = 0.05;
const LEAST_FOUND = 0.95;
/**
 * Of one direction each, in turns, and of short loads: by default a comparison takes two and a half minutes, of which
 * there are too many here. Long enough for a load to settle, and enough of them for one that met with something else.
 */
const ROUNDS = 6;
const SECONDS = 2;
const DIRECTIONS: readonly LoadDirection[] = ['down', 'up'];
/**
 * So many comparisons at a time, each over paths of its own: together half of two processors. Of four beside other work
 * some loads carried a tenth of what their path lets through.
 */
const AT_ONCE = 3;
const TIMEOUT_MS = 150_000;

/** A client, and the two servers that it compares. */
interface Place {
  readonly namespace: string;
  readonly targets: readonly string[];
  readonly ways: readonly Way[];
}

/** undefined of a comparison that did not end well, which is told, and right about nothing */
type Answers = readonly (LoadComparison | undefined)[];

export const loadCompare: Part = {
  name: 'load-compare',
  defaultRepeats: 20,
  setting: `${ROUNDS} pairs of loads, idle and one direction of ${SECONDS} s each, cubic, queues of ${QUEUE_BYTES / 1e3} kB, ${AT_ONCE} comparisons at a time`,
  async *run(context) {
    await using stack = new AsyncDisposableStack();
    const places: Place[] = [];
    for (let i = 1; i <= Math.min(AT_ONCE, context.repeats); i++) {
      places.push(await placeWithin(context, stack, String(i)));
    }
    yield falseFinding(await compareOften(context, 'alike', places));
    for (const { ways } of places) shape(ways[1], TRUE_RATIO);
    const less = await compareOften(context, 'a fifth less', places);
    yield foundFinding(less);
    yield ratioFinding(less);
  },
};

/** Both of its paths are alike. */
async function placeWithin(context: TruthContext, stack: AsyncDisposableStack, name: string): Promise<Place> {
  const { client, ways } = stack.use(makeFork('cubic', 2, name));
  const targets: string[] = [];
  for (const way of ways) {
    shape(way, 1);
    const { host, port } = stack.use(await reachWithin(context, { client, ...way }));
    targets.push(`${host}:${port}`);
  }
  return { namespace: client, targets, ways };
}

/** In both directions. */
function shape(way: Way | undefined, share: number): void {
  if (way === undefined) return;
  const shape = { bitsPerSecond: BITS_PER_SECOND * share, queueBytes: QUEUE_BYTES };
  for (const device of Object.values(way.towards)) narrow(way.router, device, shape);
}

async function compareOften(context: TruthContext, what: string, places: readonly Place[]): Promise<Answers> {
  const answers: (LoadComparison | undefined)[] = [];
  let begun = 0;
  const one = async (place: Place): Promise<void> => {
    while (begun < context.repeats) {
      const direction = DIRECTIONS[begun++ % DIRECTIONS.length] as LoadDirection;
      context.progress(`loads compared, ${what} ${begun}/${context.repeats}`);
      answers.push(await compared(context, place, direction));
    }
  };
  await Promise.all(places.map(one));
  return answers;
}

async function compared(
  context: TruthContext,
  { namespace, targets }: Place,
  direction: LoadDirection,
): Promise<LoadComparison | undefined> {
  const setting = ['--rounds', String(ROUNDS), '--duration', `${SECONDS}s`, '--phases', `idle,${direction}`];
  const args = ['compare', ...targets, '--load', ...setting];
  const options = { timeoutMs: TIMEOUT_MS, namespace };
  return await unlessFailed(context, 'a comparison', runJson<LoadComparison>(context, args, options));
}

function isDifferent({ verdict }: ComparedFigure): boolean {
  return verdict === 'higher' || verdict === 'lower';
}

/** One of each comparison, which is of one direction. */
function figuresOf(answers: Answers, of: ComparedFigure['of']): ComparedFigure[] {
  return answers.flatMap((each) => each?.figures.find((figure) => figure.of === of) ?? []);
}

function falseFinding(answers: Answers): Finding {
  const ended = answers.filter((each) => each !== undefined);
  const wrong = ended.filter(({ figures }) => figures.some(isDifferent)).length;
  const of = (what: ComparedFigure['of']): string => {
    const figures = figuresOf(answers, what);
    const clear = figures.filter(({ verdict }) => verdict === 'no-difference-shown').length;
    return `${what} "no difference shown" in ${clear} of ${figures.length}`;
  };
  return {
    question: `loads over two paths of ${BITS_PER_SECOND / 1e6} Mbit/s, compared`,
    found: `a false verdict in ${wrong} of ${ended.length}; ${of('goodput')}, ${of('increase')}${failedText(answers)}`,
    target: `at most ${percent(MOST_FALSE, 0)}`,
    met: wrong <= MOST_FALSE * answers.length && ended.length === answers.length,
    numbers: { wrong, of: answers.length, ended: ended.length, ...valuesOf(answers) },
  };
}

function foundFinding(answers: Answers): Finding {
  const found = figuresOf(answers, 'goodput').filter(({ verdict }) => verdict === 'lower').length;
  const increases = figuresOf(answers, 'increase');
  const longer = increases.filter(({ verdict }) => verdict === 'higher').length;
  return {
    question: `the same, the second path with ${(BITS_PER_SECOND * TRUE_RATIO) / 1e6} Mbit/s`,
    found: `less goodput found in ${found} of ${answers.length}; its queue, as many bytes and a quarter longer, in ${longer} of ${increases.length}${failedText(answers)}`,
    target: `at least ${percent(LEAST_FOUND, 0)}`,
    met: found >= LEAST_FOUND * answers.length,
    numbers: { found, of: answers.length, longer, increases: increases.length, ...valuesOf(answers) },
  };
}

function ratioFinding(answers: Answers): Finding {
  const figures = figuresOf(answers, 'goodput');
  const holding = figures.filter(
    ({ interval }) => interval !== null && interval.low <= TRUE_RATIO && TRUE_RATIO <= interval.high,
  ).length;
  const ratios = figures.map(({ value }) => value);
  const [lows, highs] = [figures.map(lowOf), figures.map(highOf)];
  return {
    question: `the same: ratio of goodput, in truth ${TRUE_RATIO}`,
    found: `${middle(ratios).toFixed(4)} (${middle(lows).toFixed(4)} to ${middle(highs).toFixed(4)}); its interval holds the truth in ${holding} of ${answers.length}`,
    target: `at least ${percent(LEAST_FOUND, 0)}`,
    met: holding >= LEAST_FOUND * answers.length,
    numbers: { ratios, lows, highs, holding, of: answers.length },
  };
}

function lowOf({ interval }: ComparedFigure): number {
  return interval?.low ?? Number.NaN;
}

function highOf({ interval }: ComparedFigure): number {
  return interval?.high ?? Number.NaN;
}

function valuesOf(answers: Answers): Record<string, readonly number[]> {
  const value = ({ value }: ComparedFigure): number => value;
  return {
    ratios: figuresOf(answers, 'goodput').map(value),
    differences: figuresOf(answers, 'increase').map(value),
  };
}

function failedText(answers: Answers): string {
  const failed = answers.filter((each) => each === undefined).length;
  return failed === 0 ? '' : `; ${failed} failed`;
}
