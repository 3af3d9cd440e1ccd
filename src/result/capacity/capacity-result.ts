/**
 * The record of a search for a capacity, version 1, under the rules of `result.ts`: integer nanoseconds, and what is absent
 * is null. What was tried (`CapacityRecording`) and what it means (`CapacityStatistics`) are apart. The JSON schema in
 * `docs/spec/` is generated from these types and their comments.
 */
import type { Envelope, Period, Place } from '../envelope.ts';
import type {
  PacedCounts,
  PacedEngineInfo,
  PacedServerRecord,
  PacedWayRecord,
} from '../paced/paced-result.ts';
import type { AddressesRecord, Outcome } from '../result.ts';

/** A search for a capacity, as written by `echolot capacity --json`. */
export interface CapacityResult extends CapacityRecording {
  /** Derived from all the rest. */
  readonly statistics: CapacityStatistics;
}

/** What was tried. */
export interface CapacityRecording extends Envelope<'echolot-capacity', 1>, Place, Period {
  /** What carried the probes; null when nothing was begun. */
  readonly engine: PacedEngineInfo | null;
  /** What was asked for, with every default filled in. */
  readonly plan: CapacityPlanRecord;
  /** What was found out about the server; null when no connection was set up. */
  readonly server: PacedServerRecord | null;
  /** How the name of the host became an address; null where it was given as one. */
  readonly addresses: AddressesRecord | null;
  /** Rates in the order in which they were tried, each over connections of its own; those that ran to their end. */
  readonly tries: readonly CapacityTryRecord[];
  /** How the search ended; a cancelled or failed one keeps what was known until then. */
  readonly outcome: Outcome;
}

export interface CapacityPlanRecord extends PacedWayRecord {
  /** What has to hold, such as `response.p99 < 10ms`. */
  readonly condition: string;
  /** The first rate, probes a second on all connections. */
  readonly fromPerSecond: number;
  /** No higher one is tried. */
  readonly maxPerSecond: number;
  /** How far apart the ends of the interval may be, as a share of the capacity. */
  readonly precision: number;
  /** No rate is begun after this time, ns. */
  readonly maxTimeNs: number;
  /** How the moments of a rate lie. */
  readonly arrivals: 'uniform' | 'poisson';
}

/**
 * `held`: the condition was fulfilled. What did not hold: `missed`, it was not; `saturated`, the queue grew to the end;
 * `not-sent`, less than 99 % left in time since a socket was full or as many under way as may be; `lost`, a connection was.
 * `own`: this program was late or stopped, which says nothing of the server.
 */
export type CapacityOutcome = 'held' | 'missed' | 'saturated' | 'not-sent' | 'lost' | 'own';

export interface CapacityTryRecord {
  /** The rate, probes a second on all connections. */
  readonly perSecond: number;
  /** When it began, ns after the start. */
  readonly atNs: number;
  /** How long it sent, warm-up left out, ns. */
  readonly durationNs: number;
  /** What came of it. */
  readonly outcome: CapacityOutcome;
  /** What the condition is of: ns, echoes a second or a share; null where it is among the missing, longer than all that were answered. */
  readonly value: number | null;
  /** Its probes, warm-up left out. */
  readonly counts: PacedCounts;
  /** Sent within it, a second. */
  readonly sentPerSecond: number;
  /** Echoes that came within it, a second: the median of its parts; null where nothing came. */
  readonly answeredPerSecond: number | null;
  /** Due and not sent at its end. */
  readonly backlog: number;
  /** Probes later than 100 us by this program alone. */
  readonly byThread: number;
  /** From the moment at which each probe was due to its echo; null where nothing was answered. */
  readonly response: CapacityTimes | null;
  /** From the moment at which it was sent. */
  readonly service: CapacityTimes | null;
}

/** Ns; null for a percentile among the probes that were lost or never sent. */
export interface CapacityTimes {
  /** The median. */
  readonly p50: number | null;
  /** The 90th percentile. */
  readonly p90: number | null;
  /** The 99th. */
  readonly p99: number | null;
  /** What one in 1,000 took longer than. */
  readonly p99_9: number | null;
  /** The longest of those that were answered. */
  readonly max: number;
}

export interface CapacityStatistics {
  /** What is known. */
  readonly finding: CapacityFinding;
  /** The rate that agrees best with all tries, probes a second; null where nothing held, or nothing else. */
  readonly perSecond: number | null;
  /** Up to here the condition holds more often than not, as far as 97.5 % can tell; null where no rate is sure. */
  readonly lowPerSecond: number | null;
  /** From here on it does not, likewise. */
  readonly highPerSecond: number | null;
  /** Each rate that was tried, ascending. */
  readonly rates: readonly CapacityRate[];
}

/**
 * `found`: both ends are sure. `at-least-max`: it held up to the highest rate allowed. `at-least-sent`: it held as far as this
 * program could send. `below-first`: not even at the first rate. `open`: the search ended before an end was sure.
 */
export type CapacityFinding = 'found' | 'at-least-max' | 'at-least-sent' | 'below-first' | 'open';

export interface CapacityRate {
  /** The rate. */
  readonly perSecond: number;
  /** How often it was tried. */
  readonly tries: number;
  /** How often the condition held. */
  readonly held: number;
  /** How often this program was in the way. */
  readonly own: number;
}
