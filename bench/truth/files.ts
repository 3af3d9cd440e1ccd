/**
 * Whether a comparison of files says what is true: nothing of the runs of one unchanged server, and ten per cent where
 * there are ten. A few dozen runs are measured one after the other, and compared many times: first as people do it,
 * eight runs and then the next eight, as often as there are such; then eight and eight others drawn at random.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from '../../src/index.ts';
import { shuffled } from '../../src/measure/exchange/schedule.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { type Finding, mean, type Part, percent, reach, runJson, type TruthContext } from './part.ts';

const TIMEOUT_MS = 60_000;
const RUNS_A_SIDE = 8;
const SAME_RUNS = 32;
const LONGER_RUNS = 16;
const MOST_FALSE = 0.05;
const LEAST_FOUND = 0.9;

interface Draw {
  readonly a: readonly string[];
  readonly b: readonly string[];
}

export const files: Part = {
  name: 'files',
  async *run(context) {
    await using server = await reach(context, 'loopback');
    const folder = mkdtempSync(join(tmpdir(), 'echolot-truth-'));
    const measured = async (name: string, runs: number, ...flags: string[]): Promise<string[]> => {
      const paths: string[] = [];
      for (let i = 1; i <= runs; i++) {
        context.progress(`files: ${name}, run ${i}/${runs}`);
        const args = ['measure', server.host, server.port, '-t', 'rtt', '-s', '100', ...flags];
        const path = join(folder, `${name}-${String(i).padStart(3, '0')}.json`);
        writeFileSync(path, JSON.stringify(await runJson(context, args, { timeoutMs: TIMEOUT_MS })));
        paths.push(path);
      }
      return paths;
    };
    try {
      const loopback = await measured('loopback', SAME_RUNS);
      yield* sameThing('a loopback', context, loopback);
      const short = await measured('short', SAME_RUNS, '--server-delay', '1ms');
      const longer = await measured('longer', LONGER_RUNS, '--server-delay', '1.103ms');
      yield* sameThing('a server delay of 1 ms', context, short);
      yield await tenPercent(context, short, longer);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function* sameThing(
  what: string,
  context: TruthContext,
  runs: readonly string[],
): AsyncGenerator<Finding> {
  const inOrder = Array.from({ length: runs.length - 2 * RUNS_A_SIDE + 1 }, (_, i): Draw => {
    const both = runs.slice(i, i + 2 * RUNS_A_SIDE);
    return { a: both.slice(0, RUNS_A_SIDE), b: both.slice(RUNS_A_SIDE) };
  }).slice(0, context.repeats);
  const random = seededRandom(1);
  const drawn = Array.from({ length: context.repeats - inOrder.length }, (): Draw => {
    const both = shuffled(runs, random);
    return { a: both.slice(0, RUNS_A_SIDE), b: both.slice(RUNS_A_SIDE, 2 * RUNS_A_SIDE) };
  });
  const compared = await compareEach(context, what, [...inOrder, ...drawn]);
  for (const quantile of ['median', 'tail'] as const) {
    const claims = compared.map((comparison) => isClaim(comparison, quantile));
    const wrong = claims.filter(Boolean).length;
    const wrongInOrder = claims.slice(0, inOrder.length).filter(Boolean).length;
    const scatter = mean(compared.map(({ series }) => series[0]?.runScatter?.a ?? Number.NaN));
    yield {
      question: `files of ${what}, 8 runs a side, of the same thing: ${quantile === 'median' ? 'medians' : 'p99'}`,
      found: `false verdict in ${wrong} of ${claims.length} (${wrongInOrder} of the ${inOrder.length} in the order of time); ${refusedText(compared, quantile)}runs scatter by ${percent(scatter)}`,
      target: `at most ${percent(MOST_FALSE, 0)}`,
      met: wrong <= MOST_FALSE * claims.length,
      numbers: { wrong, wrongInOrder, inOrder: inOrder.length, of: claims.length, scatter },
    };
  }
}

async function tenPercent(
  context: TruthContext,
  short: readonly string[],
  longer: readonly string[],
): Promise<Finding> {
  const random = seededRandom(2);
  const draws = Array.from({ length: context.repeats }, (): Draw => {
    const some = (runs: readonly string[]): string[] => shuffled(runs, random).slice(0, RUNS_A_SIDE);
    return { a: some(short), b: some(longer) };
  });
  const compared = await compareEach(context, 'ten per cent', draws);
  const found = compared.filter(({ series }) => series[0]?.median.verdict === 'slower').length;
  const ratios = compared.map(({ series }) => series[0]?.median.ratio ?? Number.NaN);
  return {
    question: 'files with a true shift of the median by 10 % (1.03 to 1.13 ms), 8 runs a side',
    found: `found in ${found} of ${compared.length}; mean ratio ${mean(ratios).toFixed(4)}`,
    target: `at least ${percent(LEAST_FOUND, 0)}`,
    met: found >= LEAST_FOUND * compared.length,
    numbers: { found, of: compared.length, ratios },
  };
}

async function compareEach(
  context: TruthContext,
  what: string,
  draws: readonly Draw[],
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [i, { a, b }] of draws.entries()) {
    context.progress(`files of ${what}: comparison ${i + 1}/${draws.length}`);
    const args = ['compare', ...a, '--', ...b];
    comparisons.push(await runJson<Comparison>(context, args, { timeoutMs: TIMEOUT_MS }));
  }
  return comparisons;
}

function isClaim({ series }: Comparison, of: 'median' | 'tail'): boolean {
  return series.some((compared) => compared[of].verdict === 'faster' || compared[of].verdict === 'slower');
}

function refusedText(compared: readonly Comparison[], of: 'median' | 'tail'): string {
  const refused = compared.filter(({ series }) => series[0]?.[of].interval === null).length;
  return refused === 0 ? '' : `no interval in ${refused}; `;
}
