/**
 * The record of a load, version 1, under the rules of `result.ts`: integer nanoseconds, and what is absent is null.
 * What was seen (`LoadRecording`) and what it means (`LoadStatistics`) are apart. Lists of one group have a value for
 * each of its moments or probes, in the order of time. The JSON schema in `docs/spec/` is generated from these types
 * and their comments.
 */
import type { Endpoint } from '../../facts/connection.ts';
import type { EngineName, EngineRequest } from '../../facts/engine.ts';
import type { ClockInfo } from '../../facts/instrument.ts';
import type { LoadDirection, LoadPhaseName } from '../../facts/load.ts';
import type { SocketRecord } from '../../facts/socket.ts';
import type { Envelope, Period, Place } from '../envelope.ts';
import type { ErrorRecord } from '../error-record.ts';
import type { AddressesRecord, HealthRecord, Outcome } from '../result.ts';
import type { LoadStatistics } from './load-statistics.ts';

export { LOAD_PHASES, type LoadDirection, type LoadPhaseName } from '../../facts/load.ts';

import type { TlsRecord } from '../../facts/tls.ts';

/** A load, as written by `echolot load --json`. */
export interface LoadResult extends LoadRecording {
  /** Derived from all the rest. */
  readonly statistics: LoadStatistics;
}

/** What was seen. */
export interface LoadRecording extends Envelope<'echolot-load', 1>, Place, Period {
  /** What carried the load. */
  readonly engine: LoadEngineInfo;
  /** What was asked for, with every default filled in. */
  readonly plan: LoadPlanRecord;
  /** What the server granted; null of an echo server, and where nothing was granted. */
  readonly granted: GrantRecord | null;
  /** How the name of the host became an address; null where it was given as one. */
  readonly addresses: AddressesRecord | null;
  /** The phases that began, in order. */
  readonly phases: readonly LoadPhaseRecord[];
  /** Connections that carried data, in the order of their opening. */
  readonly streams: readonly StreamRecord[];
  /** Probes on a connection of their own, beside the load. */
  readonly foreignProbes: ProbesRecord;
  /** From SYN to SYN-ACK of that connection as the kernel measured it, ns; null where the engine cannot read it. */
  readonly handshakeRttNs: number | null;
  /** TLS as that connection spoke it; absent where it spoke none. */
  readonly tls?: TlsRecord;
  /** How busy the threads were that carried the load. */
  readonly processors: LoadProcessorsRecord;
  /** What was observed of the client's process meanwhile; null when nothing was. */
  readonly health: HealthRecord | null;
  /** When the process went on after it had been stopped (SIGSTOP, Ctrl-Z), ns after the start. */
  readonly continuedAtNs: readonly number[];
  /** How the run ended; a cancelled or failed one keeps what was seen until then. */
  readonly outcome: Outcome;
}

export interface LoadEngineInfo {
  /** `node`: sockets of Node.js; `native`: system calls on threads of its own; `memory`: a pretend network in virtual time. */
  readonly name: EngineName;
  /** What was asked for: `auto` takes the native engine where there is one. */
  readonly requested: EngineRequest;
  /** Why `auto` did not take the native engine; null when it did, and when an engine was named. */
  readonly fallback: string | null;
  /** The clock of all times. */
  readonly clock: ClockInfo;
  /** Whether the kernel kept rates and bounded what waits unsent in a sender. */
  readonly hasTcp: boolean;
}

export interface LoadPlanRecord {
  /** Name or address of the server, as given. */
  readonly host: string;
  /** Port of the server. */
  readonly port: number;
  /** Address family asked for; null for whatever the name resolves to. */
  readonly family: 4 | 6 | null;
  /** `load`, or `echo` for a server that only echoes. */
  readonly protocol: 'load' | 'echo';
  /** In the order in which they run. */
  readonly phases: readonly PlannedPhaseRecord[];
  /** Connections that carry data; null for as many as goodput rises with, `maxStreams` at most. */
  readonly streams: number | null;
  /** Most connections where their number was left open. */
  readonly maxStreams: number;
  /** Bound asked for in each direction, bit/s of payload; null for none. */
  readonly bitsPerSecond: number | null;
  /** Data after which a phase ends in each direction, bytes; null for none. */
  readonly bytes: number | null;
  /** Whether a phase with data ends once goodput and responsiveness are stable; a stream more each second until then. */
  readonly untilStable: boolean;
  /** What an application needs, for its Quality of Outcome; null where none was named. */
  readonly qoo: QooProfileRecord | null;
  /** From one foreign probe to the next, ns. */
  readonly probeIntervalNs: number;
  /** How long connecting and any one answer may take, ns. */
  readonly timeoutNs: number;
  /** The engine asked for. */
  readonly engine: EngineRequest;
  /** What was asked of the sockets; null where it was left to the system. */
  readonly socket: SocketRecord;
}

/** What an application needs, by draft-ietf-ippm-qoo-11, 3.2. */
export interface QooProfileRecord {
  /** What it is called. */
  readonly name: string;
  /** Least rate, bit/s. */
  readonly bitsPerSecond: number;
  /** Of round trips; at least one. */
  readonly latencies: readonly QooLatencyRecord[];
  /** Of probes that are not answered. */
  readonly loss: QooLossRecord;
}

/** The requirement for optimal performance (ROP), and the point of unacceptable performance (CPUP), of a percentile. */
export interface QooLatencyRecord {
  /** Which one, as a share: 0.99 for the 99th. */
  readonly p: number;
  /** All that the application can use, ns. */
  readonly optimalNs: number;
  /** Of no use to it, ns. */
  readonly unacceptableNs: number;
}

/** Shares from 0 to 1. */
export interface QooLossRecord {
  /** What the application does not notice. */
  readonly optimal: number;
  /** Of no use to it. */
  readonly unacceptable: number;
}

export interface PlannedPhaseRecord {
  /** Which one. */
  readonly name: LoadPhaseName;
  /** How long it was to last, ns: from the end of the search for the number of streams, where that was left open. */
  readonly durationNs: number;
}

export interface GrantRecord {
  /** Most time for the whole load, ns. */
  readonly durationNs: number;
  /** Bound in each direction, bit/s of payload; null for none. */
  readonly bitsPerSecond: number | null;
  /** Most connections that carry data at once. */
  readonly streams: number;
}

export interface LoadPhaseRecord {
  /** Which one. */
  readonly name: LoadPhaseName;
  /** When it began, ns after the start: when its data was asked for, connections standing. */
  readonly fromAtNs: number;
  /** When it was told to end, ns after the start. */
  readonly toAtNs: number;
  /** Whether it ran to its planned end, its planned bytes, or until it was stable, and the server was still there then. */
  readonly isComplete: boolean;
  /** When it was known how many streams goodput rises with, ns after the start; null where that was not asked, or never known. */
  readonly streamsFoundAtNs: number | null;
  /** When goodput and responsiveness were both found stable, which ended it, ns after the start; null where they did not. */
  readonly stableAtNs: number | null;
}

export interface StreamRecord {
  /** From 1. */
  readonly number: number;
  /** In which phase it carried data. */
  readonly phase: LoadPhaseName;
  /** Which way; an echo's data goes both ways. */
  readonly direction: LoadDirection | 'both';
  /** This side of the connection. */
  readonly local: Endpoint;
  /** The server's side. */
  readonly remote: Endpoint;
  /** Options of the socket in effect; null where the engine cannot read them. */
  readonly socket: SocketRecord | null;
  /** When its data was asked for, ns after the start. */
  readonly fromAtNs: number;
  /** How far it was, by what this side saw. */
  readonly tallies: TalliesRecord;
  /** How far it was, by what the server told; empty of an echo. */
  readonly reports: ReportsRecord;
  /** Probes within it, in the order of their numbers. */
  readonly ownProbes: ProbesRecord;
  /** How much data the server says it has sent in all, bytes; null when it did not say. */
  readonly peerSentBytes: number | null;
  /** Why it ended before it was told to; null when it did not. */
  readonly error: ErrorRecord | null;
}

/** Each list has a value for each moment. */
export interface TalliesRecord {
  /** Moments, ns after the start. */
  readonly atNs: readonly number[];
  /** Payload handed to this kernel until then, bytes. */
  readonly sentBytes: readonly number[];
  /** Payload received until then, bytes. */
  readonly receivedBytes: readonly number[];
  /** What this kernel knew then; null where the engine cannot see it. */
  readonly tcp: TcpTalliesRecord | null;
}

/** Each list has a value for each moment of the tallies; null where the kernel did not tell. */
export interface TcpTalliesRecord {
  /** Congestion window, segments. */
  readonly congestionWindowSegments: readonly (number | null)[];
  /** The kernel's smoothed round-trip time, ns. */
  readonly smoothedRttNs: readonly (number | null)[];
  /** Payload sent, what was sent again counted each time, bytes. */
  readonly sentBytes: readonly (number | null)[];
  /** Payload sent again, bytes. */
  readonly retransmittedBytes: readonly (number | null)[];
  /** Payload that waits in the send buffer, bytes. */
  readonly unsentBytes: readonly (number | null)[];
  /** Time in which there was something to send or to be acknowledged, ns. */
  readonly busyNs: readonly (number | null)[];
  /** The part of it in which the peer's receive window was in the way, ns. */
  readonly receiveWindowLimitedNs: readonly (number | null)[];
  /** The part of it in which the own send buffer was in the way, ns. */
  readonly sendBufferLimitedNs: readonly (number | null)[];
}

/** Each list has a value for each report. */
export interface ReportsRecord {
  /** When it came, ns after the start. */
  readonly atNs: readonly number[];
  /** Payload that the server had received, bytes. */
  readonly receivedBytes: readonly number[];
  /** The server's clock then, ns from an origin of its own. */
  readonly peerClockNs: readonly number[];
  /** Share of one processor that the server's thread had used since the report before, 0 to 1. */
  readonly peerCpuShare: readonly number[];
}

/** Each list has a value for each probe; null where it is not known, as of a probe that was never answered. */
export interface ProbesRecord {
  /** When it was due by the schedule, ns after the start. */
  readonly dueAtNs: readonly number[];
  /** When it was sent, ns after the start. */
  readonly sentAtNs: readonly (number | null)[];
  /** From its sending to its answer, ns. */
  readonly rttNs: readonly (number | null)[];
  /** How long the server kept it, ns. */
  readonly residenceNs: readonly (number | null)[];
  /** How much of that came after its program had written the answer, ns. */
  readonly peerWaitNs: readonly (number | null)[];
  /** The round trip taken apart by the kernel's stamps; null when there are none. */
  readonly layers: ProbeLayersRecord | null;
}

/** Each list has a value for each probe, ns; null where a stamp is missing. */
export interface ProbeLayersRecord {
  /** In the send call. */
  readonly sendCallNs: readonly (number | null)[];
  /** In TCP, before the queue of the interface. */
  readonly tcpWaitNs: readonly (number | null)[];
  /** In the queue of the own interface. */
  readonly localQueueNs: readonly (number | null)[];
  /** From there to the arrival of the answer at this kernel. */
  readonly kernelRttNs: readonly (number | null)[];
  /** From there to the program. */
  readonly wakeUpNs: readonly (number | null)[];
}

/** Each list of shares has a value for each moment. */
export interface LoadProcessorsRecord {
  /** Moments, ns after the start. */
  readonly atNs: readonly number[];
  /** Of one processor, what the thread that carries data has used since the moment before; null where nobody knows. */
  readonly dataShare: readonly (number | null)[];
  /** The same of the thread of the foreign probes. */
  readonly probeShare: readonly (number | null)[];
}
