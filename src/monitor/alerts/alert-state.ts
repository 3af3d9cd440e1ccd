/**
 * What is kept of an alert between two intervals: plain data that survives as JSON, so that a monitor that is started again
 * tells nothing twice. `restore.ts` reads it again.
 */
import { type ChangeFinding, type ChangeState, newChangeState } from '../changes/detector.ts';
import type { Judgement } from './judge.ts';

/** `pending`: an interval was bad, but not enough of them were. `resolved`: it fired, and no interval has been bad since. */
export const PHASES = ['inactive', 'pending', 'firing', 'resolved'] as const;
export type AlertPhase = (typeof PHASES)[number];

/** What people were told at last; of an alert that never fired as if it were over. */
export const TOLD = ['firing', 'resolved', 'flapping'] as const;

export interface AlertState {
  phase: AlertPhase;
  /** When it began or ceased to fire, Unix time, ms; null where it never did. */
  sinceMs: number | null;
  /** Of the newest interval. */
  lastMs: number | null;
  told: (typeof TOLD)[number];
  /** When it began or ceased to fire of late. */
  turnsMs: number[];
  isFlapping: boolean;
  /** The newest intervals that say anything, of a condition that counts them. */
  recent: readonly Judgement[];
  /** Of a change: the path, and the change that is news, for so many intervals by now. */
  readonly path: ChangeState;
  news: { readonly finding: ChangeFinding; age: number } | null;
}

export function newAlertState(): AlertState {
  return {
    phase: 'inactive',
    sinceMs: null,
    lastMs: null,
    told: 'resolved',
    turnsMs: [],
    isFlapping: false,
    recent: [],
    path: newChangeState(),
    news: null,
  };
}
