/**
 * The record of an examination, version 1, under the rules of `result.ts`: what is absent is null. It is made to be shown to
 * others: unless it was asked for, nothing in it names a host, a user, an address or a path below a home. The JSON schema in
 * `docs/spec/` is generated from these types and their comments.
 */
import type { Envelope, Period, Place } from '../envelope.ts';

/** What works on one machine and what does not, as written by `echolot doctor --json`. */
export interface DoctorResult extends Envelope<'echolot-doctor', 1>, Place, Period {
  /** Whether anything can be measured from here. */
  readonly works: boolean;
  /** Whether names, addresses and paths stand in it as they are. */
  readonly withNames: boolean;
  /** One for each thing that was looked at, in a fixed order. */
  readonly findings: readonly FindingRecord[];
}

/**
 * `good`: there, and enough. `limited`: there, and less than wanted. `missing`: not there. `unknown`: it could not be told, and
 * `fact` says why.
 */
export type FindingState = 'good' | 'limited' | 'missing' | 'unknown';

/** What a finding is of. */
export type FindingArea = 'instrument' | 'machine' | 'network' | 'program';

/**
 * What it bears on. `measuring`: without it nothing is measured. `figures`: which figures there are, and what they are worth.
 * `extras`: only what somebody may want beside.
 */
export type FindingWeight = 'measuring' | 'figures' | 'extras';

export interface FindingRecord {
  /** What was looked at, in a word or two; stable. */
  readonly name: string;
  readonly area: FindingArea;
  readonly weight: FindingWeight;
  readonly state: FindingState;
  /** What was found, in one sentence. */
  readonly fact: string;
  /** What it means for measurements; null where it is good or unknown. */
  readonly consequence: string | null;
  /** What to do about it; null where it is good or unknown. */
  readonly remedy: string | null;
}
