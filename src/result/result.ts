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
  /** What was asked for: `auto` takes the native engine where there is one. */
  readonly requested: 'auto' | 'native' | 'node';
  /** Why `auto` did not take the native engine; null when it did, and when an engine was named. */
  readonly fallback: string | null;
  /**
   * How the client waited for an echo: `spin` asks the socket without pause, `block` sleeps in the kernel,
   * `adaptive` sleeps until shortly before the echo is due and spins from there. The engine `node` knows
   * `adaptive` alone, in a way of its own.
   */
  readonly wait: 'spin' | 'adaptive' | 'block';
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
  /** The engine asked for. */
  readonly engine: 'auto' | 'native' | 'node';
  /** How to wait for an echo. */
  readonly wait: 'spin' | 'adaptive' | 'block';
  /** Whether kernel stamps were wanted; the engine `node` has none. */
  readonly stamps: boolean;
  /** What was asked of the socket; null where it was left to the system. */
  readonly socket: SocketRecord;
}

/** Options of a TCP socket: in the plan as asked for, in a session as read back from the kernel. */
export interface SocketRecord {
  /** Name of the congestion control. */
  readonly congestionControl: string | null;
  /** Byte of the IPv4 TOS or the IPv6 traffic class; its upper six bits are the DSCP. */
  readonly trafficClass: number | null;
  /** Largest segment to send and to announce, bytes. */
  readonly maxSegmentBytes: number | null;
  /** Send buffer, bytes; Linux reads back twice what was asked for, with room for its own records. */
  readonly sendBufferBytes: number | null;
  /** Receive buffer, bytes; Linux reads back twice what was asked for, with room for its own records. */
  readonly receiveBufferBytes: number | null;
  /** Whether small messages leave at once (TCP_NODELAY) instead of waiting for more (Nagle's algorithm). */
  readonly noDelay: boolean | null;
  /** Whether segments are acknowledged at once (TCP_QUICKACK). */
  readonly quickAck: boolean | null;
  /** Multipath TCP: in the plan whether it was asked for, in a session whether it is spoken. */
  readonly multipath: boolean | null;
  /** Address of the client to send from. */
  readonly bindAddress: string | null;
  /** Network interface to send through. */
  readonly device: string | null;
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
  /** From SYN to SYN-ACK as the kernel measured it, ns, in steps of 1,000; null where the engine cannot see it. */
  readonly handshakeRttNs: number | null;
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
  /** Probes left out of all lists: this process was stopped (SIGSTOP, Ctrl-Z) while they were under way. */
  readonly suspendedProbes: number;
  /** Round-trip time of each probe in the order of sending, ns: arrival of the echo's last byte less sending. */
  readonly rttNs: readonly number[];
  /** When each probe was sent, ns after the start of the run. */
  readonly sentAtNs: readonly number[];
  /** Derived from `rttNs`, warm-up left out; null when no probe was measured. */
  readonly statistics: SessionStatistics | null;
  /**
   * Each round trip taken apart by kernel stamps; null when there is none: stamps were not wanted, or neither
   * the engine nor the kernel has any.
   */
  readonly layers: LayersRecord | null;
  /** What the kernel knew of the connection after the last probe; null where the engine cannot see it. */
  readonly path: PathRecord | null;
  /** Options of the socket in effect; null where the engine cannot read them. */
  readonly socket: SocketRecord | null;
  /** CPU time of the measuring thread over the time it measured, 0 to 1; null where it is not known. */
  readonly clientCpuShare: number | null;
}

/**
 * The parts of each round trip, at the index of its sample: RTT = send call + local queue + kernel RTT +
 * wake-up, and kernel RTT = network RTT + residence. Null where a stamp is missing.
 */
export interface LayersRecord {
  /**
   * Whose stamps the residence is made of: the server's kernel, or its application, which leaves the server's
   * wake-up in the network's part; null when the server tells no residence.
   */
  readonly residenceSource: 'kernel' | 'application' | null;
  /** From just before the send call to the packet's entry into the local queue, ns. */
  readonly sendCallNs: readonly (number | null)[];
  /** In the queue of the local interface, ns. */
  readonly localQueueNs: readonly (number | null)[];
  /** From the hand-over to the driver to the kernel's receive stamp of the echo's last segment, ns. */
  readonly kernelRttNs: readonly (number | null)[];
  /** From the kernel's receive stamp to the arrival in the program, ns. */
  readonly wakeUpNs: readonly (number | null)[];
  /** How long the server says it kept the probe, ns. */
  readonly residenceNs: readonly (number | null)[];
  /** How many probes after the warm-up lack a stamp. */
  readonly missing: MissingStamps;
  /** Derived from the lists, warm-up left out. */
  readonly statistics: LayerStatistics;
}

export interface MissingStamps {
  /** Probes that lack a stamp of the client. */
  readonly client: number;
  /**
   * Probes without a residence, or with one longer than the kernel RTT that contains it; null when the server
   * tells none.
   */
  readonly server: number | null;
}

/** Each over the values that are there; null when there is none. */
export interface LayerStatistics {
  /** Of the send calls, ns. */
  readonly sendCallNs: Summary | null;
  /** Of the times in the local queue, ns. */
  readonly localQueueNs: Summary | null;
  /** Of the kernel round-trip times, ns. */
  readonly kernelRttNs: Summary | null;
  /** Of the wake-ups, ns. */
  readonly wakeUpNs: Summary | null;
  /** Of the residences, ns. */
  readonly residenceNs: Summary | null;
  /** Of the differences kernel RTT - residence, one for each probe that has both, ns; negative ones left out. */
  readonly networkRttNs: Summary | null;
}

/** TCP as the kernel saw it (TCP_INFO); null where this kernel does not tell. */
export interface PathRecord {
  /** Smallest of the kernel's own samples, ns, in steps of 1,000; any acknowledgement ends one. */
  readonly minRttNs: number | null;
  /** Their moving average, ns, in steps of 1,000. */
  readonly smoothedRttNs: number | null;
  /** Segments sent again. */
  readonly retransmittedSegments: number | null;
  /** How many segments may be under way (cwnd). */
  readonly congestionWindowSegments: number | null;
  /** Name of the congestion control. */
  readonly congestionControl: string | null;
  /** Payload of the largest segment sent, bytes. */
  readonly sendMssBytes: number | null;
  /** Largest packet the path takes, as far as known, bytes. */
  readonly pathMtuBytes: number | null;
  /** Receive window of the peer: what it lets us send ahead of its acknowledgements, bytes. */
  readonly peerWindowBytes: number | null;
  /** What we let the peer send, bytes. */
  readonly ownWindowBytes: number | null;
  /**
   * 8 x `peerWindowBytes` / median RTT of the probes: one receive window in each round trip; null when one of
   * the two is not known.
   */
  readonly windowBoundBitsPerSecond: number | null;
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
