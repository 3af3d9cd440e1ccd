/**
 * The record of a check, version 1, under the rules of `result.ts`: integer nanoseconds, and what is absent is null.
 * The JSON schema in `docs/spec/` is generated from these types and their comments.
 */
import type { DialectName, MeasurementType } from '../core/wire/dialects.ts';
import type { Envelope, Period, Place } from './envelope.ts';
import type { Outcome } from './result.ts';

/** A server or a client held to the rules of the protocol, as written by `echolot check --json`. */
export interface CheckResult extends Envelope<'echolot-check', 1>, Place, Period {
  /** What was checked. */
  readonly role: 'server' | 'client';
  /** What was asked for, with every default filled in. */
  readonly plan: CheckPlanRecord;
  /** Which dialect of the protocol it was held to. */
  readonly dialect: CheckedDialect;
  /**
   * How long the server took for an answer, ns: the median, less the delays that were asked for. Null when none came, and
   * for a client.
   */
  readonly answerNs: number | null;
  /** One for each rule, in the order in which they were held. */
  readonly rules: readonly RuleRecord[];
  /** What each session of a client with a server that was right should have measured; empty for a server. */
  readonly sessions: readonly CheckedSession[];
  /** How the check ended. */
  readonly outcome: Outcome;
}

export interface CheckPlanRecord {
  /** Name or address of the server, as given; where echolot plays the server, the one it listens on. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Address family asked for; null for whatever the name resolves to. */
  readonly family: 4 | 6 | null;
  /** `auto`, or the name of a dialect. */
  readonly dialect: DialectName | 'auto';
  /** How long any answer may take, ns. */
  readonly timeoutNs: number;
  /** The rules that were asked for; null for all of them. */
  readonly rules: readonly string[] | null;
}

export interface CheckedDialect {
  /** Its name. */
  readonly name: DialectName;
  /**
   * `told`: as asked for; `echo`: it is the first in which a probe came back right; `setup`: the first in which a setup was
   * accepted, and no probe came back; `none`: nothing was understood, so the assignment's is taken.
   */
  readonly foundBy: 'told' | 'echo' | 'setup' | 'none';
}

export interface RuleRecord {
  /** Stable, for programs to match on. */
  readonly name: string;
  /** Where in a session it belongs; `conduct` is of several clients and of odd ones. */
  readonly phase: 'setup' | 'measurement' | 'termination' | 'conduct';
  /** What must be true. */
  readonly demand: string;
  /** Where that is asked for: a paragraph of the assignment, or a section of the specification. */
  readonly source: string;
  /** `not-applicable`: the dialect has no such thing; `not-run`: it could not be told. */
  readonly verdict: 'pass' | 'fail' | 'not-applicable' | 'not-run';
  /** What else was seen, or why there is no telling; null for nothing. */
  readonly note: string | null;
  /** What should have come; null unless it failed. */
  readonly expected: string | null;
  /** What came instead; null unless it failed. */
  readonly received: string | null;
  /** What was on the wire until then, as the client saw it; empty unless it failed. */
  readonly messages: readonly MessageRecord[];
  /** How long the rule took, ns. */
  readonly tookNs: number;
}

export interface MessageRecord {
  /** By the client. */
  readonly direction: 'sent' | 'received';
  /** After the rule began, ns. */
  readonly atNs: number;
  /** Its length, bytes. */
  readonly bytes: number;
  /** Its beginning, with escapes in place of what is not printable. */
  readonly head: string;
  /** Its end where it is longer than that; '' otherwise. */
  readonly tail: string;
}

/** What a client can know of a session, from the server's side. */
export interface CheckedSession {
  /** What its setup announced. */
  readonly measurement: MeasurementType;
  /** Payload of each probe, bytes. */
  readonly payloadBytes: number;
  /** Probes that were echoed. */
  readonly probes: number;
  /** The delay that it asked for, ns. */
  readonly serverDelayNs: number;
  /** The least that its mean RTT may be: the mean time for which the echoes were held back, ns. */
  readonly meanRttLowNs: number;
  /** The most: with the time from each echo to the next probe, in which the client did its own work, too, ns. */
  readonly meanRttHighNs: number;
}
