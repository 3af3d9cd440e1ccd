/**
 * The record of a run, version 3. Everything in a report is computed from it, and it can be computed again
 * from the file. Times are integer nanoseconds, rates bits per second; what is absent is null.
 * The JSON schema in `docs/spec/` is generated from these types and their comments.
 */
import type { EngineName, EngineRequest, WaitMode } from '../facts/engine.ts';
import type { ClockInfo, SelfTestRecord } from '../facts/instrument.ts';
import type { EventLoopDelayRecord, ProcessorsRecord, QuotaRecord } from '../facts/machine.ts';
import type { BlockRecord } from './block-record.ts';
import type { CheckRecord } from './checks.ts';
import type { Envelope, Period, Place } from './envelope.ts';
import type { ErrorRecord } from './error-record.ts';
import type { PlanRecord } from './plan-record.ts';
import type { FitRecord, SeriesRecord } from './series-record.ts';
import type { Warning } from './warnings.ts';

export type { SystemInfo, ToolInfo } from './envelope.ts';
export type { ErrorRecord } from './error-record.ts';

/** What a run found, before anything is computed from it. */
export interface Recording extends Envelope<'echolot-result', 3>, Place {
  /** What did the measuring, and what it found of itself. */
  readonly engine: EngineInfo;
  /** What was asked for, with every default filled in. */
  readonly plan: PlanRecord;
  /** Which dialect of the protocol was asked for and found. */
  readonly dialect: DialectRecord;
  /** The runs behind this record: one, or more when records were merged. */
  readonly runs: readonly RunRecord[];
  /** One for each block that was begun, in the order in which they ran. */
  readonly blocks: readonly BlockRecord[];
  /** What ended the run. */
  readonly stop: StopRecord;
  /** How the run ended. */
  readonly outcome: Outcome;
}

/** What is computed from a recording; it can be computed again at any time, with the same outcome. */
export interface Analysis {
  /** One for each workload of which a block was begun, in the order of the plan. */
  readonly series: readonly SeriesRecord[];
  /** How the round-trip time grows with the size; empty where there are fewer than three sizes. */
  readonly fits: readonly FitRecord[];
  /** What was looked for in the result, and whether it was found. */
  readonly checks: readonly CheckRecord[];
  /** Doubts about the result, each with evidence and advice. */
  readonly warnings: readonly Warning[];
}

/** A run of echolot, as written by `--json`. */
export interface Result extends Recording, Analysis {}

export interface RunRecord extends Period {
  /** What was observed of the client's process meanwhile; null when nothing was. */
  readonly health: HealthRecord | null;
  /** How the name of the host became an address; null where it was given as one. */
  readonly addresses?: AddressesRecord | null;
}

/** A name is looked up once in a run, and the first address that answers is kept to its end. */
export interface AddressesRecord {
  /** What the name stands for, in the order of trying: that of the resolver, IPv6 and IPv4 in turns (RFC 8305). */
  readonly lookedUp: readonly string[];
  /** The address that answered first, which all sessions of the run went to; null when none did. */
  readonly chosen: string | null;
  /** Those that failed, or had not answered when another one did. */
  readonly failed: readonly FailedAddress[];
}

export interface FailedAddress {
  /** Numeric address. */
  readonly address: string;
  /** What happened instead of a connection. */
  readonly error: ErrorRecord;
}

/** The client's process and machine during a run. */
export interface HealthRecord {
  /** How late the main event loop was; null where it was not observed. */
  readonly eventLoopDelay: EventLoopDelayRecord | null;
  /** Largest change of the wall clock against the monotonic one, beyond what clock discipline explains, ns. */
  readonly wallClockStepNs: number;
  /** All processors of the machine together; null where the system does not tell. */
  readonly processors: ProcessorsRecord | null;
  /** The CPU quota that stopped this process most (cgroup); null where there is none, absent in older records. */
  readonly quota?: QuotaRecord | null;
}

/** Why no more blocks were run. */
export interface StopRecord {
  /**
   * `blocks`: as many as planned; `budget`: as many as fit into the budget; `precision`: each interval is narrow enough; `max-time`, `max-samples`: a
   * limit came first; `ended-early`: failed or cancelled; `merged`: records of several runs were put together.
   */
  readonly reason: 'blocks' | 'budget' | 'precision' | 'max-time' | 'max-samples' | 'ended-early' | 'merged';
  /** Rounds completed; each is one block of every size. */
  readonly rounds: number;
  /** The widest of the intervals the rule looks at, as half-width over value; null when it looks at none. */
  readonly achievedPrecision: number | null;
  /** How many of the planned rounds fitted into the budget; absent where all did. */
  readonly fittingRounds?: number;
}

export interface EngineInfo {
  /** `node`: sockets of Node.js; `native`: system calls on a thread of its own; `memory`: a pretend network in virtual time. */
  readonly name: EngineName;
  /** What was asked for: `auto` takes the native engine where there is one. */
  readonly requested: EngineRequest;
  /** Why `auto` did not take the native engine; null when it did, and when an engine was named. */
  readonly fallback: string | null;
  /**
   * How the client waited for an echo: `spin` asks the socket without pause, `block` sleeps in the kernel,
   * `adaptive` sleeps until shortly before the echo is due and spins from there. The engine `node` knows
   * `adaptive` alone, in a way of its own.
   */
  readonly wait: WaitMode;
  /** The clock whose differences the samples are. */
  readonly clock: ClockInfo;
  /**
   * The noise floor: echo within the engine's own process, both ends on one thread, measured before the run: what
   * is the instrument's own in a round-trip time. Null when it could not be had.
   */
  readonly selfTest: SelfTestRecord | null;
  /** What kept the noise floor from being measured; null where nothing did. Absent in records of older versions. */
  readonly selfTestSkipped?: string | null;
}

export interface DialectRecord {
  /** As in the plan. */
  readonly requested: string;
  /** What the server turned out to speak; null when no session came about. */
  readonly spoken: string | null;
  /** Dialects that were tried in vain before, and how each ended. */
  readonly attempts: readonly DialectAttempt[];
}

export interface DialectAttempt {
  /** Name of the dialect. */
  readonly dialect: string;
  /** How the attempt ended. */
  readonly error: ErrorRecord;
}

export interface Outcome {
  /** `failed` and `cancelled` runs keep what was measured until then. */
  readonly status: 'complete' | 'failed' | 'cancelled';
  /** Null when the run is complete. */
  readonly error: ErrorRecord | null;
}
