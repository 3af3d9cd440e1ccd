/** How a measurement stands to the history of its path, in a line. */
import type { StandingRecord } from '../../../monitor/records/standing.ts';
import { counted } from '../../../text/numbers.ts';
import { printable } from '../../../text/printable.ts';
import { ageText } from './words.ts';

const MS_PER_MIN = 60_000;
/** 0.57 * 100 is a little less than 57. */
const ROUNDING = 1e-9;

/**
 * `slower than 97 % of the last 30 days, 95 % interval 91 to 99 %; 1,204 intervals of near`.
 * @param nowMs Unix time, ms
 */
export function standingText(
  { target, workload, sinceMs, intervals, stepMs, below }: StandingRecord,
  nowMs: number,
): string {
  const where = `of ${printable(target)} (${printable(workload)})`;
  if (below === null || sinceMs === null) {
    return `too little history to say how it stands: ${counted(intervals, 'interval')} ${where}`;
  }
  const isSlow = below.share >= 0.5;
  // A share that is not whole is never told as 100 %.
  const percent = (share: number): number => Math.floor((isSlow ? share : 1 - share) * 100 + ROUNDING);
  const ends = [percent(below.low), percent(below.high)].sort((x, y) => x - y);
  const length = stepMs === 0 ? '' : ` of ${ageText(Math.max(stepMs, MS_PER_MIN))}`;
  const than = `${isSlow ? 'slower' : 'faster'} than ${percent(below.share)} % of the last ${ageText(nowMs - sinceMs)}`;
  return `${than}, 95 % interval ${ends.join(' to ')} %; ${counted(intervals, 'interval')}${length} ${where}`;
}

/** Of a run whose probes wait for each other. */
const WAITING =
  "; its probes were spread, and this run's follow each other: on short paths that alone is faster";

/**
 * What is known of a path, one line for each way in which it was measured.
 * @param known null of a path that is not in the store
 * @param probes how those of this run were sent
 */
export function standingLines(
  known: { readonly standings: readonly StandingRecord[]; readonly workloads: readonly string[] } | null,
  probes: 'spread' | 'waiting',
  nowMs: number,
): string[] {
  if (known === null) return ['the store has no history of this path'];
  const { standings, workloads } = known;
  if (standings.length === 0) {
    const ways = printable(workloads.join('; '));
    return [`the history of this path is of another workload, so nothing is said of how it stands: ${ways}`];
  }
  return standings.map((standing) =>
    standing.below === null
      ? standingText(standing, nowMs)
      : `this run is ${standingText(standing, nowMs)}${probes === 'waiting' ? WAITING : ''}`,
  );
}
