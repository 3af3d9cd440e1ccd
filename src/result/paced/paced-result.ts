/**
 * The record of probes that did not wait for each other, version 1, under the rules of `result.ts`: integer nanoseconds,
 * and what is absent is null. What was seen (`PacedRecording`) and what it means (`PacedStatistics`) are apart. The JSON
 * schema in `docs/spec/` is generated from these types and their comments.
 */
import type { DelayUnit } from '../../core/wire/grammar.ts';
import type { Endpoint } from '../../facts/connection.ts';
import type { EngineName, EngineRequest } from '../../facts/engine.ts';
import type { ClockInfo } from '../../facts/instrument.ts';
import type { SocketRecord } from '../../facts/socket.ts';
import type { TlsRecord } from '../../facts/tls.ts';
import type { Envelope, Period, Place } from '../envelope.ts';
import type { ErrorRecord } from '../error-record.ts';
import type { AddressesRecord, HealthRecord, Outcome } from '../result.ts';
import type { PacedStatistics } from './paced-statistics.ts';

/** Paced probes, as written by `echolot measure --rate ... --json`. */
export interface PacedResult extends PacedRecording {
  /** Derived from all the rest. */
  readonly statistics: PacedStatistics;
}

/** What was seen. */
export interface PacedRecording extends Envelope<'echolot-paced', 1>, Place, Period {
  /** What carried the probes. */
  readonly engine: PacedEngineInfo;
  /** What was asked for, with every default filled in. */
  readonly plan: PacedPlanRecord;
  /** What was found out about the server; null when no connection was set up. */
  readonly server: PacedServerRecord | null;
  /** How the name of the host became an address; null where it was given as one. */
  readonly addresses: AddressesRecord | null;
  /** In the order of their numbers. */
  readonly connections: readonly PacedConnectionRecord[];
  /** One for each rate that began, in order. */
  readonly steps: readonly PacedStepRecord[];
  /** What was observed of the client's process meanwhile; null when nothing was. */
  readonly health: HealthRecord | null;
  /** When the process went on after it had been stopped (SIGSTOP, Ctrl-Z), ns after the start. */
  readonly continuedAtNs: readonly number[];
  /** How the run ended; a cancelled or failed one keeps what was seen until then. */
  readonly outcome: Outcome;
}

export interface PacedEngineInfo {
  /** `node`: sockets of Node.js; `native`: system calls on a thread of its own; `memory`: a pretend network in virtual time. */
  readonly name: EngineName;
  /** What was asked for: `auto` takes the native engine where there is one. */
  readonly requested: EngineRequest;
  /** Why `auto` did not take the native engine; null when it did, and when an engine was named. */
  readonly fallback: string | null;
  /** The clock of all times. */
  readonly clock: ClockInfo;
}

export interface PacedPlanRecord extends PacedWayRecord {
  /** Probes a second on all connections together, one for each step; empty for a closed loop at its limit, which is one step. */
  readonly ratesPerSecond: readonly number[];
  /** How the moments of a rate lie; null for a closed loop. */
  readonly arrivals: 'uniform' | 'poisson' | null;
  /** Samples kept one by one at most, over all steps; histograms have all. */
  readonly maxKeptSamples: number;
}

/** How probes are sent, at whatever rate. */
export interface PacedWayRecord {
  /** Name or address of the server, as given. */
  readonly host: string;
  /** Port of the server. */
  readonly port: number;
  /** Address family asked for; null for whatever the name resolves to. */
  readonly family: 4 | 6 | null;
  /** `auto`, the name of a dialect, or `plain` for an echo server without a protocol. */
  readonly protocol: string;
  /** Payload of each probe, bytes (K = 1024). */
  readonly payloadBytes: number;
  /** Delay the server is asked to add before each echo, ns. It is part of every sample. */
  readonly serverDelayNs: number;
  /** The unit in which it is written; null for that of the dialect. */
  readonly delayUnit: DelayUnit | null;
  /** Connections that take turns. */
  readonly connections: number;
  /** Most probes asked to be under way on one of them. */
  readonly inFlight: number;
  /** Seed of random moments; that of each further step is one more. */
  readonly seed: number;
  /** How long each step sends, ns. */
  readonly stepNs: number;
  /** What goes before each step and is in no statistic, ns. */
  readonly warmupNs: number;
  /** How long connecting and any one echo may take beyond the server delay, ns. */
  readonly timeoutNs: number;
  /** The engine asked for. */
  readonly engine: EngineRequest;
  /** What was asked of the sockets; null where it was left to the system. */
  readonly socket: SocketRecord;
}

export interface PacedServerRecord {
  /** The dialect it speaks, or `plain`. */
  readonly protocol: string;
  /** Its answer to the setup; null in plain echo. */
  readonly readyText: string | null;
  /** Most probes that were under way on one connection: 1 where the protocol takes one after the other. */
  readonly inFlight: number;
  /** Size of a probe message on the wire, bytes. */
  readonly messageBytes: number;
}

export interface PacedConnectionRecord {
  /** From 1. */
  readonly number: number;
  /** This side of it. */
  readonly local: Endpoint;
  /** The server's side. */
  readonly remote: Endpoint;
  /** From SYN to SYN-ACK as the kernel measured it, ns; null where the engine cannot read it. */
  readonly handshakeRttNs: number | null;
  /** Options of the socket in effect; null where the engine cannot read them. */
  readonly socket: SocketRecord | null;
  /** TLS as it spoke it; absent where it spoke none. */
  readonly tls?: TlsRecord;
  /** When it was lost, ns after the start; null when it was not. */
  readonly lostAtNs: number | null;
  /** Why; null when it was not. */
  readonly error: ErrorRecord | null;
}

export interface PacedStepRecord {
  /** The rate asked for, probes a second on all connections; null for a closed loop. */
  readonly askedPerSecond: number | null;
  /** When its first probe could be due, ns after the start; warm-up lies before it. */
  readonly fromAtNs: number;
  /** None could be due from here on, ns after the start. */
  readonly toAtNs: number;
  /** Whether it ran to its planned end. */
  readonly isComplete: boolean;
  /** Its probes. What is due and not sent is the backlog at its end. */
  readonly counts: PacedCounts;
  /** Probes that left later than they were due. */
  readonly late: PacedLateRecord;
  /** From the moment at which each answered probe was due to its echo. */
  readonly response: PacedHistogram;
  /** From the moment at which it was sent. */
  readonly service: PacedHistogram;
  /**
   * Parts of equal length, in order, each to the begin of the next and the last to the end of the step: the units of the
   * intervals. Of a step that did not run to its end the last is shorter.
   */
  readonly parts: readonly PacedPartRecord[];
  /** Of each connection, in the order of their numbers. */
  readonly byConnection: readonly PacedShareRecord[];
  /** Where round trips were spent, of those whose kernel stamps are whole; null where there were none. */
  readonly layers: PacedLayersRecord | null;
  /** Samples one by one, as long as there is room; null where there was none. */
  readonly samples: PacedSamplesRecord | null;
}

/** In the order in which a probe passes them; all of the same round trips, each sorted on its own. */
export interface PacedLayersRecord {
  /** From the moment at which it was sent until the kernel had it. */
  readonly sendCall: PacedHistogram;
  /** Until it entered the local queue. */
  readonly tcpWait: PacedHistogram;
  /** Until it had left for the network. */
  readonly localQueue: PacedHistogram;
  /** Until the echo reached this machine: the network, and the server. */
  readonly kernelRtt: PacedHistogram;
  /** Until this program had it. */
  readonly wakeUp: PacedHistogram;
}

export interface PacedCounts {
  /** That were due. */
  readonly due: number;
  /** Of those, sent. */
  readonly sent: number;
  /** Of those, answered. */
  readonly answered: number;
  /** Sent and lost, with their connection. */
  readonly lost: number;
}

export interface PacedLateRecord {
  /** How much later than due each that was sent left, also those that left in time. */
  readonly lateness: PacedHistogram;
  /** Later than 100 us, by what was in the way last: this program alone. */
  readonly byThread: number;
  /** A socket that took no more. */
  readonly bySocket: number;
  /** As many under way as may be. */
  readonly byAnswer: number;
}

/** Times, each counted with those within a thousandth of it. */
export interface PacedHistogram {
  /** How many. */
  readonly count: number;
  /** The shortest, ns; null of none. */
  readonly minNs: number | null;
  /** The longest, ns; null of none. */
  readonly maxNs: number | null;
  /** HdrHistogram's compressed format, version 2, base64: 1 ns to 1 h, three digits. */
  readonly encoded: string;
}

export interface PacedPartRecord {
  /** Its begin, ns after the start. */
  readonly fromAtNs: number;
  /** Probes due in it. */
  readonly due: number;
  /** Probes that were sent in it, whenever they were due. */
  readonly sent: number;
  /** Echoes that came in it. */
  readonly answered: number;
  /** Due and not sent at its end. */
  readonly backlog: number;
  /** Percentiles of the answered probes that were due in it, ns; null of none. */
  readonly response: PacedQuantiles | null;
  /** The same from their sending. */
  readonly service: PacedQuantiles | null;
}

/** Ns. */
export interface PacedQuantiles {
  /** The median. */
  readonly p50: number;
  /** The 90th percentile. */
  readonly p90: number;
  /** The 99th. */
  readonly p99: number;
  /** The longest. */
  readonly max: number;
}

export interface PacedShareRecord {
  /** Probes sent on it. */
  readonly sent: number;
  /** Of those answered. */
  readonly answered: number;
  /** Median of their service times, ns, to a hundredth of it; null of none. */
  readonly serviceP50Ns: number | null;
}

/** Each list has a value for each probe, in the order in which they were answered or lost. */
export interface PacedSamplesRecord {
  /** Connection, from 1. */
  readonly connection: readonly number[];
  /** When it was due, ns after the start. */
  readonly dueAtNs: readonly number[];
  /** When it was sent, ns after the start. */
  readonly sentAtNs: readonly number[];
  /** From its sending to its echo, ns; null for one that was lost. */
  readonly rttNs: readonly (number | null)[];
}
