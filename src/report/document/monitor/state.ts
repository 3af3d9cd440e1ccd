/** Whether a target answers, and since when: out of its last intervals and its last change of state. */
import type { StoredEvent } from '../../../monitor/records/event.ts';
import type { Counted } from './totals.ts';
import { ageText } from './words.ts';

/**
 * `up`: its last run that says something had an answer; `down`: it had none; `silent`: nothing was measured for a while, so
 * nobody knows; `new`: nothing was measured yet.
 */
export type StateName = 'up' | 'down' | 'silent' | 'new';

export interface TargetState {
  readonly name: StateName;
  /** Unix time, ms; null for a new one. */
  readonly sinceMs: number | null;
}

/** What is not measured for three times as long as between its last two runs is not being measured. */
const SILENT_RHYTHMS = 3;
/** Runs take their time, and are stored in batches. */
const LEAST_SILENCE_MS = 60_000;

export interface StateFacts {
  /** The last ones of the target as they were measured, ascending. */
  readonly recent: readonly Counted[];
  /** Its last event of the kinds `up` and `down`; undefined where none is known. */
  readonly change: StoredEvent | undefined;
  /** From its first interval to the end of the last one, Unix ms; undefined where it has none. */
  readonly measured: { readonly firstMs: number; readonly lastMs: number } | undefined;
}

/** @param nowMs Unix time, ms */
export function stateOf({ recent, change, measured }: StateFacts, nowMs: number): TargetState {
  if (measured === undefined) return { name: 'new', sinceMs: null };
  const last = recent.at(-1);
  if (last === undefined) return { name: 'silent', sinceMs: measured.lastMs };
  const rhythmMs = last.fromMs - (recent.at(-2)?.fromMs ?? last.fromMs);
  if (nowMs - last.toMs > Math.max(LEAST_SILENCE_MS, SILENT_RHYTHMS * rhythmMs)) {
    return { name: 'silent', sinceMs: last.toMs };
  }
  const telling = recent.findLast(({ runs, unsentRuns }) => runs > unsentRuns);
  if (telling === undefined) return { name: 'silent', sinceMs: recent[0]?.fromMs ?? last.fromMs };
  const name = telling.answeredRuns > 0 ? 'up' : 'down';
  return { name, sinceMs: change?.kind === name ? change.atMs : sinceWhen(name, recent, measured.firstMs) };
}

/** Without an event: where the answers began or ended in what is known, or from the first interval on. */
function sinceWhen(name: 'up' | 'down', recent: readonly Counted[], firstMs: number): number {
  const isOther = ({ runs, unsentRuns, answeredRuns }: Counted): boolean =>
    runs > unsentRuns && answeredRuns > 0 !== (name === 'up');
  const other = recent.findLastIndex(isOther);
  return other === -1 ? firstMs : (recent[other + 1]?.fromMs ?? firstMs);
}

/** `up for 3 h 12 min`, `not measured for 4 min`, `not measured yet`. */
export function stateText({ name, sinceMs }: TargetState, nowMs: number): string {
  if (sinceMs === null) return 'not measured yet';
  const age = ageText(nowMs - sinceMs);
  return name === 'silent' ? `not measured for ${age}` : `${name} for ${age}`;
}
