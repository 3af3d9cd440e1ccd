/**
 * Several runs as one record. The intervals of its statistics stand on the runs, which tell more of the path than the
 * blocks of one process do. Runs that did not measure the same thing in the same way are refused.
 */
import { EcholotError } from '../core/errors.ts';
import type { SocketRecord } from '../facts/socket.ts';
import type { Recording, Result, RunRecord } from '../result/result.ts';
import { keyOf, type Workload } from '../result/workload.ts';
import { workloadName } from '../text/sizes.ts';
import { analyse } from './analyse.ts';

/**
 * What the first of the results has of plan, tool, machine and engine is that of the whole.
 * @param names what to call them in an error
 * @throws EcholotError `usage` when there are fewer than two, when they differ, or when a run is in two of them
 */
export function mergeResults(
  results: readonly Result[],
  names: readonly string[] = results.map((_, i) => `result ${i + 1}`),
): Result {
  const [first, ...others] = results;
  if (first === undefined || others.length === 0) {
    throw new EcholotError('usage', 'merging takes two results or more', {
      advice: 'name the files of several runs',
    });
  }
  const [firstName = '', ...otherNames] = names;
  for (const [i, other] of others.entries()) refuseDifference(first, other, firstName, otherNames[i] ?? '');
  refuseSameRun(results, names);
  const recording = mergedRecording(first, results);
  return { ...recording, ...analyse(recording) };
}

function mergedRecording(first: Result, results: readonly Result[]): Recording {
  const { series: _, fits: __, checks: ___, warnings: ____, ...kept } = first;
  let runs = 0;
  const blocks = results.flatMap((result) => {
    const before = runs;
    runs += result.runs.length;
    return result.blocks.map((block) => ({ ...block, run: before + block.run }));
  });
  const rounds = results.reduce((sum, { stop }) => sum + stop.rounds, 0);
  const incomplete = results.find(({ outcome }) => outcome.status !== 'complete');
  return {
    ...kept,
    runs: results.flatMap((result) => result.runs),
    blocks,
    stop: { reason: 'merged', rounds, achievedPrecision: null },
    outcome: (incomplete ?? first).outcome,
  };
}

/** What must be the same in all of them, in the order in which it is looked at. */
const FEATURES: readonly (readonly [name: string, of: (result: Result) => string])[] = [
  ['host', ({ plan }) => plan.host],
  ['port', ({ plan }) => String(plan.port)],
  ['dialect', ({ dialect }) => dialect.spoken ?? 'none'],
  ['server delay', ({ plan }) => `${plan.serverDelayNs} ns`],
  ['engine', ({ engine }) => engine.name],
  ['way to wait', ({ engine }) => engine.wait],
  ['sizes', ({ plan }) => sizesText(plan.workloads)],
  ['workload', ({ plan }) => plan.workloads.map(keyOf).sort().join(', ')],
];

function refuseDifference(a: Result, b: Result, nameOfA: string, nameOfB: string): void {
  const refuse = (feature: string, ofA: string, ofB: string): never => {
    throw new EcholotError(
      'usage',
      `${nameOfA} and ${nameOfB} cannot be merged: the ${feature} of one is ${ofA}, that of the other ${ofB}`,
      { advice: 'merge runs of the same measurement; echolot compare sets different ones side by side' },
    );
  };
  for (const [feature, of] of FEATURES) {
    if (of(a) !== of(b)) refuse(feature, of(a), of(b));
  }
  const options = a.plan.socket;
  for (const name of Object.keys(options) as (keyof SocketRecord)[]) {
    const ofA = options[name] ?? 'not set';
    const ofB = b.plan.socket[name] ?? 'not set';
    if (ofA !== ofB) refuse(`socket option ${name}`, String(ofA), String(ofB));
  }
}

/** The order of the report is that of the first. */
function sizesText(workloads: readonly Workload[]): string {
  return [...new Set(workloads.map(workloadName))].sort().join(', ');
}

/**
 * The same samples twice would make intervals narrower than they are, and two sides more alike.
 * @throws EcholotError `usage`
 */
export function refuseSameRun(results: readonly Result[], names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const [i, { runs }] of results.entries()) {
    const name = names[i] ?? '';
    for (const run of runs) {
      const other = seen.get(identityOf(run));
      if (other !== undefined) {
        throw new EcholotError('usage', `${other} and ${name} hold the same run, of ${run.startedAt}`, {
          advice: 'name each run once',
        });
      }
      seen.set(identityOf(run), name);
    }
  }
}

/** Two runs may start in the same millisecond; that they also last as long to the nanosecond is no chance. */
function identityOf({ startedAt, durationNs }: RunRecord): string {
  return `${startedAt} ${durationNs}`;
}
