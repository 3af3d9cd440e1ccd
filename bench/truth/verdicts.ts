/** Whether a comparison says what is true: nothing of a target and itself, and a shift of 5 % where there is one. */
import type { Comparison } from '../../src/index.ts';
import { type Finding, mean, type Part, percent, runJson, type TruthContext } from './part.ts';

const TIMEOUT_MS = 60_000;
const MOST_FALSE = 0.05;
const LEAST_FOUND = 0.9;
/** Long enough for a thousand pairs or so, short enough for a hundred comparisons. */
const MAX_TIME = '4s';

export const verdicts: Part = {
  name: 'verdicts',
  async *run(context) {
    await using server = await context.processes.serve(
      process.execPath,
      [...[context.cli, 'serve', '--quiet', '--host', '127.0.0.1', '--port', '0']],
      {},
    );
    const target = `127.0.0.1:${server.port}`;
    const itself = await compareOften(context, 'itself', [target, target, '--max-time', MAX_TIME]);
    yield falseVerdicts('medians', itself, ({ median }) => median.verdict);
    yield falseVerdicts('p99', itself, ({ tail }) => tail.verdict);
    const shifted = await compareOften(context, 'a shift of 5 %', [target, '--server-delay', '1ms,1.051ms']);
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

async function compareOften(
  context: TruthContext,
  what: string,
  args: readonly string[],
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (let i = 1; i <= context.repeats; i++) {
    context.progress(`comparison with ${what} ${i}/${context.repeats}`);
    comparisons.push(await runJson<Comparison>(context, ['compare', ...args], { timeoutMs: TIMEOUT_MS }));
  }
  return comparisons;
}

function falseVerdicts(
  what: string,
  comparisons: readonly Comparison[],
  verdictOf: (series: Comparison['series'][number]) => string,
): Finding {
  const verdictsFound = comparisons.flatMap(({ series }) => series.map(verdictOf));
  const wrong = verdictsFound.filter((verdict) => verdict === 'faster' || verdict === 'slower').length;
  const clear = verdictsFound.filter((verdict) => verdict === 'no-difference-shown').length;
  const widths = comparisons.flatMap(({ series }) =>
    series.flatMap(({ median: { interval } }) =>
      interval === null ? [] : [(interval.high - interval.low) / 2],
    ),
  );
  return {
    question: `a target compared with itself: ${what}`,
    found: `false verdict in ${wrong} of ${verdictsFound.length}, "no difference shown" in ${clear}; half-width of the medians' ratio ${percent(mean(widths))}`,
    target: `at most ${percent(MOST_FALSE, 0)}`,
    met: wrong <= MOST_FALSE * verdictsFound.length,
    numbers: { wrong, clear, of: verdictsFound.length, widths },
  };
}
