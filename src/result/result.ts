/**
 * The record of a run, version 1. Everything in a report is computed from it, and it can be computed again
 * from the file. Times are integer nanoseconds, rates bits per second; what is absent is null.
 * The JSON schema in `docs/spec/` is generated from these types and their comments.
 */
import type { Summary } from '../stats/summary.ts';
import type { Warning } from './warnings.ts';

/** A run of echolot, as written by `--json`. */
export interface Result {
  /** Tells this record from other JSON. */
  readonly format: 'echolot-result';
  /** Version of this format; a reader refuses versions it does not know. */
  readonly version: 1;
  /** The program that made the record. */
  readonly tool: ToolInfo;
  /** The machine on which the client ran. */
  readonly system: SystemInfo;
  /** What did the measuring, and what it found of itself. */
  readonly engine: EngineInfo;
  /** Wall-clock time at which the run started, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** From the start of the run to its end, ns. All `...AtNs` count from the same start. */
  readonly durationNs: number;
  /** What was asked for, with every default filled in. */
  readonly plan: PlanRecord;
  /** Which dialect of the protocol was asked for and found. */
  readonly dialect: DialectRecord;
  /** One for each measurement and message size that was begun, in the order in which they ran. */
  readonly sessions: readonly SessionRecord[];
  /** Doubts about the result, each with evidence and advice. */
  readonly warnings: readonly Warning[];
  /** How the run ended. */
  readonly outcome: Outcome;
}

export interface ToolInfo {
  /** Always `echolot`. */
  readonly name: 'echolot';
  /** Version of the program. */
  readonly version: string;
  /** Version of Node.js. */
  readonly node: string;
}

export interface SystemInfo {
  /** Operating system, as Node.js names it: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  /** Release of the kernel. */
  readonly release: string;
  /** Processor architecture, as Node.js names it: `x64`, `arm64`. */
  readonly arch: string;
  /** Model of the first processor; null when the system does not tell. */
  readonly cpu: string | null;
  /** Number of logical processors. */
  readonly cpus: number;
}

export interface EngineInfo {
  /** `node`: sockets of Node.js; `native`: system calls on a thread of its own; `memory`: a pretend network in virtual time. */
  readonly name: 'node' | 'native' | 'memory';
  /** The clock whose differences the samples are. */
  readonly clock: ClockInfo;
  /** Echo within the engine's own process, measured before the run; null when it could not be had. */
  readonly selfTest: SelfTestRecord | null;
}

export interface ClockInfo {
  /** The call that reads it. */
  readonly name: string;
  /** Smallest step seen, ns. */
  readonly resolutionNs: number;
  /** Mean cost of one reading in the cheapest of fifty batches, ns. */
  readonly readCostNs: number;
}

export interface SelfTestRecord {
  /** Samples behind the two figures. */
  readonly probes: number;
  /** Smallest round-trip time, ns. */
  readonly minRttNs: number;
  /** Median round-trip time, ns. */
  readonly medianRttNs: number;
}

export type Measurement = 'rtt' | 'throughput';

export interface PlanRecord {
  /** Name or address of the server, as given. */
  readonly host: string;
  /** Port of the server. */
  readonly port: number;
  /** Address family asked for; null for whatever the name resolves to. */
  readonly family: 4 | 6 | null;
  /** `auto`, the name of a dialect, or `plain` for an echo server without a protocol. */
  readonly protocol: string;
  /** One session each, in this order. */
  readonly measurements: readonly PlannedMeasurement[];
  /** Probes measured for each size. */
  readonly probes: number;
  /** Probes sent before those in each session and left out of the statistics. */
  readonly warmupProbes: number;
  /** Delay the server is asked to add before each echo, ns. It is part of every sample. */
  readonly serverDelayNs: number;
  /** How long any one answer may take beyond the server delay, ns. */
  readonly timeoutNs: number;
}

export interface PlannedMeasurement {
  /** `rtt` or `throughput`. */
  readonly measurement: Measurement;
  /** Payload of each probe, bytes (K = 1024). */
  readonly payloadBytes: number;
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

export interface Address {
  /** Numeric address. */
  readonly address: string;
  /** TCP port. */
  readonly port: number;
  /** Address family: IPv4 or IPv6. */
  readonly family: 4 | 6;
}

export interface SessionRecord {
  /** `rtt` or `throughput`: what the session was announced as. */
  readonly measurement: Measurement;
  /** Payload of each probe, bytes. */
  readonly payloadBytes: number;
  /** Size of the last probe message on the wire, with its frame, bytes. */
  readonly messageBytes: number;
  /** This side of the connection. */
  readonly local: Address;
  /** The server's side of the connection. */
  readonly remote: Address;
  /** From just before the SYN to the news that the connection stands, as the application sees it, ns. */
  readonly connectNs: number;
  /** The server's words at setup; null in plain echo. */
  readonly readyText: string | null;
  /**
   * Form of the echo: `message` (the whole message), `message-suffixed`, `payload-line`, `payload` or
   * `renumbered`; null when no echo came.
   */
  readonly echoForm: string | null;
  /** Whether the server answered the termination message. */
  readonly termination: 'answered' | 'refused' | 'unanswered' | 'none';
  /** Probes at the head of `rttNs` and `sentAtNs` that were warm-up and are in no statistic. */
  readonly warmupProbes: number;
  /** Round-trip time of each probe in the order of sending, ns: arrival of the echo's last byte less sending. */
  readonly rttNs: readonly number[];
  /** When each probe was sent, ns after the start of the run. */
  readonly sentAtNs: readonly number[];
  /** Derived from `rttNs`, warm-up left out; null when no probe was measured. */
  readonly statistics: SessionStatistics | null;
}

/** Quantiles are interpolated linearly between order statistics (Hyndman and Fan, type 7). */
export interface SessionStatistics {
  /** Of the round-trip times, ns. */
  readonly rttNs: Summary;
  /**
   * Of the samples 8 x payloadBytes / RTT, one for each probe, in bits per second; null when the clock was
   * too coarse and saw an RTT of 0.
   */
  readonly goodputBitsPerSecond: Summary | null;
}

export interface ErrorRecord {
  /** Whose fault it was; stable, for programs to match on. */
  readonly code: 'usage' | 'peer' | 'network' | 'timeout' | 'limit' | 'cancelled' | 'internal';
  /** What happened, in one line. */
  readonly message: string;
  /** What to try; null where nothing is known to help. */
  readonly advice: string | null;
  /** What was expected of the peer; null where that says nothing. */
  readonly expected: string | null;
  /** The first bytes that came instead. */
  readonly received: string | null;
  /** Where in the session it happened; null outside of one. */
  readonly phase: 'connect' | 'setup' | 'measurement' | 'termination' | null;
}

export interface Outcome {
  /** `failed` and `cancelled` runs keep what was measured until then. */
  readonly status: 'complete' | 'failed' | 'cancelled';
  /** Null when the run is complete. */
  readonly error: ErrorRecord | null;
}
