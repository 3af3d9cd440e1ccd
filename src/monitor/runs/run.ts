/** One run of a target: what it found, as what is kept of it. */
import { EcholotError } from '../../core/errors.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';
import type { Counts, FailureReason, Interval } from '../records/interval.ts';
import { failureReason } from './failures.ts';

/** An interval whose times are not known yet. */
export type RunInterval = Omit<Interval, 'fromMs' | 'toMs' | 'skipped'>;

export interface RunFound {
  /** Numeric address of the host; null where none answered. */
  readonly address: string | null;
  readonly interval: RunInterval;
  /** What ended it before its time, in words that may be those of a peer; null for nothing. */
  readonly trouble: { readonly reason: FailureReason; readonly text: string } | null;
  /** Why a server that had agreed to tell residences told none, in words that may be those of a peer; where that is news. */
  readonly untold?: string;
}

export const NOTHING: RunInterval = {
  runs: 1,
  answeredRuns: 0,
  unsentRuns: 0,
  probes: 0,
  answered: 0,
  failures: {},
  doubts: {},
  layers: {},
};

/** A run that came to nothing, or to less than was asked for. */
export function failed(
  error: unknown,
  interval: RunInterval = NOTHING,
  lost = 1,
): Pick<RunFound, 'interval' | 'trouble'> {
  const known =
    error instanceof EcholotError
      ? error
      : new EcholotError('internal', error instanceof Error ? error.message : String(error));
  const reason = failureReason(known);
  const failures: Counts<FailureReason> = lost > 0 ? { [reason]: lost } : {};
  const isUnsent = reason === 'here' && interval.answered === 0;
  return {
    interval: { ...interval, failures, unsentRuns: isUnsent ? 1 : 0 },
    trouble: { reason, text: known.message },
  };
}

/** Absent where there is no time. */
export function timesOf(valuesNs: readonly number[]): NanosecondHistogram | undefined {
  return valuesNs.length === 0 ? undefined : NanosecondHistogram.of(valuesNs);
}

/** Without what is undefined. */
export function present<T extends object>(all: T): { readonly [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never;
}
