/** How the parts about loads ask for one, and find in its record what they hold against the truth. */
import type { LoadPhaseName, LoadResult } from '../../../src/index.ts';
import type { LoadedPhaseStatistics } from '../../../src/result/load/load-statistics.ts';
import { type Reached, runJson, type TruthContext, unlessFailed } from '../part.ts';

/** Beyond the phases: starting the program, connecting, and its end. */
const SPARE_MS = 30_000;
const MS_PER_S = 1_000;

export interface Asked {
  readonly phases: readonly LoadPhaseName[];
  /** Each phase. */
  readonly seconds: number;
  readonly flags?: readonly string[];
  /** Is told the id of the client's process. */
  readonly onStart?: (pid: number) => void;
}

/** @returns undefined of a load that did not end well, which is told, and right about nothing */
export async function loaded(
  context: TruthContext,
  { host, port, namespace }: Reached,
  { phases, seconds, flags = [], onStart }: Asked,
): Promise<LoadResult | undefined> {
  const what = ['--phases', phases.join(','), '--duration', `${seconds}s`, ...flags];
  const timeoutMs = SPARE_MS + phases.length * seconds * MS_PER_S;
  const args = ['load', host, port, '--quiet', ...what];
  const run = runJson<LoadResult>(context, args, { timeoutMs, namespace, onStart });
  return await unlessFailed(context, 'a load', run);
}

/** What is said of a phase that carried data. */
export function phaseOf(
  result: LoadResult | undefined,
  name: LoadPhaseName,
): LoadedPhaseStatistics | undefined {
  return result?.statistics.loaded.find(({ phase }) => phase === name);
}

export type Answers = readonly (LoadResult | undefined)[];

/** The same question again and again. */
export async function repeated(
  context: TruthContext,
  what: string,
  reached: Reached,
  asked: Asked,
): Promise<Answers> {
  const results: (LoadResult | undefined)[] = [];
  for (let i = 1; i <= context.repeats; i++) {
    context.progress(`${what} ${i}/${context.repeats}`);
    results.push(await loaded(context, reached, asked));
  }
  return results;
}
