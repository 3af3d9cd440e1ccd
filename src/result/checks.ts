/** What is looked for in every result: the list that a clean run shows. */

/** The names of the checks, in the order in which they are told. */
export const CHECK_NAMES = [
  'samples',
  'address',
  'drift',
  'outliers',
  'lone-delays',
  'cold-start',
  'processor',
  'stalls',
  'clock',
  'wall-clock',
  'suspension',
  'something-between',
  'delayed-ack',
  'pieces',
  'echo-form',
  'server-delay',
  'server-stalls',
  'server-busy',
  'window',
  'retransmissions',
  'closed-early',
  'stamps',
  'engine',
  'precision',
] as const;

export type CheckName = (typeof CHECK_NAMES)[number];

export interface CheckRecord {
  /** Name of the check; stable, for programs to match on. */
  readonly name: CheckName;
  /** What was looked for, in words. */
  readonly question: string;
  /** `clear`: not found; `doubt`: there is a warning of this check; `unknown`: it could not be looked for. */
  readonly finding: 'clear' | 'doubt' | 'unknown';
  /** Why it could not be looked for; null otherwise. */
  readonly reason: string | null;
}
