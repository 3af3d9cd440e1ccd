/** Whether a comparison says what is true: nothing of a target and itself, and a shift of 5 % where there is one. */
import type { Comparison } from '../../src/index.ts';
import type { RatioRecord } from '../../src/result/comparison.ts';
import {
  type Finding,
  mean,
  type Part,
  percent,
  type Reached,
  reach,
  runJson,
  type TruthContext,
} from './part.ts';

const TIMEOUT_MS = 90_000;
const MOST_FALSE = 0.05;
const LEAST_FOUND = 0.9;
/** Long enough for a thousand pairs or so, short enough for a hundred comparisons. */
const MAX_TIME = '4s';

export const verdicts: Part = {
  name: 'verdicts',
  async *run(context) {
    await using server = await reach(context, 'loopback');
    const target = targetOf(server);
    const itself = await compareOften(context, server, 'itself', [target, target, '--max-time', MAX_TIME]);
    yield falseVerdicts('a target compared with itself: medians', itself, ({ median }) => median);
    yield falseVerdicts('a target compared with itself: p99', itself, ({ tail }) => tail);
    const shift = [target, '--server-delay', '1ms,1.051ms'];
    const shifted = await compareOften(context, server, 'a shift of 5 %', shift);
    const found = shifted.filter((comparison) => comparison.series[0]?.median.verdict === 'slower').length;
    const ratios = shifted.map((comparison) => comparison.series[0]?.median.ratio ?? Number.NaN);
    yield {
      question: 'a true shift of the median by 5 % (1,020 to 1,071 µs)',
      found: `found in ${percent(found / shifted.length, 0)} of ${shifted.length}; mean ratio ${mean(ratios).toFixed(4)}`,
      target: `at least ${percent(LEAST_FOUND, 0)}`,
      met: found / shifted.length >= LEAST_FOUND,
      numbers: { found, of: shifted.length, ratios },
    };
  },
};

/** As long as the default needs on a quiet machine; a busy one would go on for its whole minute. */
const PATH_MAX_TIME = '6s';
/** With loss, so that one probe in two hundred takes a time-out of TCP. */
const LOSSY_PATH = { delayMs: 5, jitterMs: 1, lossPercent: 0.3 };

/** As it comes: a few hundred samples a side, too few for a p99, which has to be said and not guessed. */
export const verdictsPath: Part = {
  name: 'verdicts-path',
  async *run(context) {
    await using server = await reach(context, LOSSY_PATH);
    const target = targetOf(server);
    const args = [target, target, '--max-time', PATH_MAX_TIME];
    const itself = await compareOften(context, server, 'itself over a path', args);
    const what = 'a target compared with itself over a path of 5 ms, jitter of 1 ms and 0.3 % loss';
    yield falseVerdicts(`${what}: medians`, itself, ({ median }) => median);
    yield falseVerdicts(`${what}: p99`, itself, ({ tail }) => tail);
  },
};

/** The same with as many samples as a p99 takes. */
export const tailsPath: Part = {
  name: 'tails-path',
  async *run(context) {
    await using server = await reach(context, LOSSY_PATH);
    const target = targetOf(server);
    const args = [target, target, '--blocks', '25', '--probes', '500'];
    const itself = await compareOften(context, server, 'itself over a path, 500 samples a side', args);
    const what = 'the same with 500 samples a side';
    yield falseVerdicts(`${what}: medians`, itself, ({ median }) => median);
    yield falseVerdicts(`${what}: p99`, itself, ({ tail }) => tail);
  },
};

function targetOf({ host, port }: Reached): string {
  return `${host}:${port}`;
}

async function compareOften(
  context: TruthContext,
  { namespace }: Reached,
  what: string,
  args: readonly string[],
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (let i = 1; i <= context.repeats; i++) {
    context.progress(`comparison with ${what} ${i}/${context.repeats}`);
    const options = { timeoutMs: TIMEOUT_MS, namespace };
    comparisons.push(await runJson<Comparison>(context, ['compare', ...args], options));
  }
  return comparisons;
}

function falseVerdicts(
  question: string,
  comparisons: readonly Comparison[],
  ratioOf: (series: Comparison['series'][number]) => RatioRecord,
): Finding {
  const ratios = comparisons.flatMap(({ series }) => series.map(ratioOf));
  const wrong = ratios.filter(({ verdict }) => verdict === 'faster' || verdict === 'slower').length;
  const clear = ratios.filter(({ verdict }) => verdict === 'no-difference-shown').length;
  const widths = ratios.flatMap(({ interval }) =>
    interval === null ? [] : [Math.log(interval.high / interval.low) / 2],
  );
  const none = ratios.length - widths.length;
  const width = widths.length === 0 ? '' : `; half-width of the ratio ${percent(mean(widths))}`;
  return {
    question,
    found: `false verdict in ${wrong} of ${ratios.length}, "no difference shown" in ${clear}, no interval in ${none}${width}`,
    target: `at most ${percent(MOST_FALSE, 0)}`,
    met: wrong <= MOST_FALSE * ratios.length,
    numbers: { wrong, clear, none, of: ratios.length, widths },
  };
}
