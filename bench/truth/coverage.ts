/**
 * Whether the printed 95 % interval holds the median: many processes measure one server, in turns of the settings, on
 * a loopback or over an emulated path, and the median of all their samples together stands for the truth.
 */
import type { Result } from '../../src/index.ts';
import { countedRttNs } from '../../src/result/samples.ts';
import { estimateQuantile } from '../../src/stats/quantile/estimate.ts';
import { quantile, sorted } from '../../src/stats/quantile/quantiles.ts';
import type { PathOptions } from '../../tests/path/path.ts';
import {
  type Finding,
  mean,
  type Part,
  percent,
  type Reached,
  reach,
  runJson,
  standardDeviation,
  type TruthContext,
} from './part.ts';

const TIMEOUT_MS = 60_000;
const LEAST_COVERAGE = 0.9;
/** So many processes are put together where their merged record is asked. */
const MERGED_RUNS = 5;

interface Setting {
  readonly name: string;
  /** Beside the type and the size; none is the default mode. */
  readonly flags: readonly string[];
}

interface OneProcess {
  readonly samples: Float64Array;
  readonly blocks: readonly Float64Array[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

function coverageOf(name: string, over: PathOptions | 'loopback', settings: readonly Setting[]): Part {
  return {
    name,
    async *run(context) {
      await using server = await reach(context, over);
      const runs = settings.map(() => [] as OneProcess[]);
      for (let i = 1; i <= context.repeats; i++) {
        for (const [at, setting] of settings.entries()) {
          context.progress(`${name} ${i}/${context.repeats}: ${setting.name}`);
          runs[at]?.push(await oneProcess(context, server, setting.flags));
        }
      }
      for (const [at, setting] of settings.entries()) yield* findingsOf(setting.name, runs[at] ?? []);
    },
  };
}

/** What is asked for by hand. */
export const coverage: Part = coverageOf('coverage', 'loopback', [
  { name: 'native engine, spinning', flags: ['--engine', 'native', '--wait', 'spin'] },
  { name: 'native engine, blocking', flags: ['--engine', 'native', '--wait', 'block'] },
  { name: 'node engine', flags: ['--engine', 'node'] },
]);

export const coverageDefault: Part = coverageOf('coverage-default', 'loopback', [
  { name: 'default mode on a loopback', flags: [] },
]);

/** The truth stands still: what the server waits is most of it. */
export const coverageDelay: Part = coverageOf('coverage-delay', 'loopback', [
  { name: 'default mode, server delay of 1 ms', flags: ['--server-delay', '1ms'] },
]);

export const coveragePath: Part = coverageOf('coverage-path', { delayMs: 5, jitterMs: 1 }, [
  { name: 'default mode, path of 5 ms (10 there and back) with jitter of 1 ms', flags: [] },
]);

async function oneProcess(
  context: TruthContext,
  { host, port, namespace }: Reached,
  flags: readonly string[],
): Promise<OneProcess> {
  const args = ['measure', host, port, '--type', 'rtt', '--sizes', '100', ...flags];
  const result = await runJson<Result>(context, args, { timeoutMs: TIMEOUT_MS, namespace });
  const estimate = result.series[0]?.statistics?.rttNs.estimates[0];
  if (estimate?.p !== 0.5 || estimate.interval === null)
    throw new Error('the result has no interval of a median');
  const blocks = result.blocks
    .filter(({ kind }) => kind === 'measured')
    .flatMap(({ samples: each }) => (each.form === 'raw' ? [Float64Array.from(countedRttNs(each))] : []));
  const samples = Float64Array.from(blocks.flatMap((block) => [...block]));
  return {
    samples,
    blocks,
    median: estimate.value,
    low: estimate.interval.low,
    high: estimate.interval.high,
  };
}

function* findingsOf(name: string, runs: readonly OneProcess[]): Generator<Finding> {
  const truth = quantile(sorted(runs.flatMap(({ samples }) => [...samples])), 0.5);
  const holds = ({ low, high }: { low: number; high: number }): boolean => low <= truth && truth <= high;
  const covered = runs.filter(holds).length / runs.length;
  const medians = runs.map(({ median }) => median);
  const halfWidths = runs.map(({ low, high }) => (high - low) / 2 / truth);
  // What the blocks alone foretell of the spread of the processes.
  const foretold = Math.sqrt(mean(runs.map(({ blocks }) => blockVariance(blocks) / blocks.length)));
  const between = standardDeviation(medians);
  yield {
    question: `95 % interval of the median, one process: ${name}`,
    found: `holds it in ${percent(covered, 0)} of ${runs.length}; half-width ${percent(mean(halfWidths))}; processes differ by ${percent(between / truth)} (sd), blocks foretell ${percent(foretold / truth)}`,
    target: `at least ${percent(LEAST_COVERAGE, 0)}`,
    met: covered >= LEAST_COVERAGE,
    numbers: { covered, truth, between, foretold, medians, halfWidths },
  };
  const groups = mergedGroups(runs);
  if (groups.length === 0) return;
  const merged = groups.map((group) => mergedInterval(group));
  const mergedCovered = merged.filter(holds).length / merged.length;
  const mergedWidths = merged.map(({ low, high }) => (high - low) / 2 / truth);
  yield {
    question: `the same, ${MERGED_RUNS} processes merged: ${name}`,
    found: `holds it in ${percent(mergedCovered, 0)} of ${merged.length}; half-width ${percent(mean(mergedWidths))}`,
    target: `at least ${percent(LEAST_COVERAGE, 0)}`,
    met: mergedCovered >= LEAST_COVERAGE,
    numbers: { covered: mergedCovered, halfWidths: mergedWidths },
  };
}

function blockVariance(blocks: readonly Float64Array[]): number {
  return standardDeviation(blocks.map((block) => quantile(sorted(block), 0.5))) ** 2;
}

/** Groups of processes from all over the examination, so that they differ as much as any do. */
function mergedGroups(runs: readonly OneProcess[]): OneProcess[][] {
  const count = Math.floor(runs.length / MERGED_RUNS);
  return Array.from({ length: count }, (_, i) =>
    runs.filter((_run, at) => at % count === i).slice(0, MERGED_RUNS),
  );
}

function mergedInterval(group: readonly OneProcess[]): { low: number; high: number } {
  const blocks = group.flatMap(({ blocks: own }, run) =>
    own.map((block) => ({ run: run + 1, samples: sorted(block) })),
  );
  const pooled = sorted(group.flatMap(({ samples }) => [...samples]));
  const { interval } = estimateQuantile(blocks, pooled, 0.5);
  if (interval === null) throw new Error('merged runs have no interval');
  return interval;
}
