/** What the runs of either side of a comparison must agree on, be they loads or paced probes. */
import { type ComparedRun, MAX_RUNS_A_SIDE } from '../compared/compared-runs.ts';

/** @param noun what the runs are, as their list is called without its last letter */
export function runsFault(
  runs: readonly ComparedRun[],
  side: 'a' | 'b',
  noun: 'load' | 'run',
  interleaved: boolean,
): string | undefined {
  if (runs.length === 0) return `${side} has no ${noun}`;
  if (runs.length > MAX_RUNS_A_SIDE) return `${side} has more than ${MAX_RUNS_A_SIDE} ${noun}s`;
  const rounds = runs.flatMap(({ round }) => round ?? []);
  if (rounds.length !== (interleaved ? runs.length : 0)) return `rounds of ${side} are missing, or too many`;
  if (new Set(rounds).size < rounds.length) return `a round of ${side} has two ${noun}s`;
  const undated = runs.findIndex(({ startedAt }) => Number.isNaN(Date.parse(startedAt)));
  return undated < 0 ? undefined : `${side}.${noun}s[${undated}].startedAt is no date`;
}
