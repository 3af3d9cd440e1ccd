/**
 * The record of a series of handshakes, version 1, under the rules of `result.ts`: integer nanoseconds, and
 * what is absent is null. The JSON schema in `docs/spec/` is generated from these types and their comments.
 */

import type { Endpoint } from '../facts/connection.ts';
import type { EngineName, EngineRequest } from '../facts/engine.ts';
import type { ClockInfo } from '../facts/instrument.ts';
import type { SocketRecord } from '../facts/socket.ts';
import type { TlsTerms } from '../facts/tls.ts';
import type { Summary } from '../stats/summary.ts';
import type { Envelope, Period, Place } from './envelope.ts';
import type { AddressesRecord, ErrorRecord, Outcome } from './result.ts';

/** A series of TCP handshakes with one port, as written by `echolot ping --json`. */
export interface PingResult extends Envelope<'echolot-ping', 1>, Place, Period {
  /** What made the handshakes. */
  readonly engine: PingEngineInfo;
  /** What was asked for, with every default filled in. */
  readonly plan: PingPlanRecord;
  /** Options of the socket in effect, as read back from the first connection; null where the engine cannot read them. */
  readonly socket: SocketRecord | null;
  /** What TLS of the first connection agreed on; absent where TLS was not asked for. */
  readonly tls?: TlsTerms | null;
  /** How the name of the host became an address; null where it was given as one. */
  readonly addresses?: AddressesRecord | null;
  /** Handshakes that were answered, in the order in which they ran. */
  readonly replies: readonly PingReply[];
  /** Handshakes that failed, in the order in which they ran. */
  readonly failures: readonly PingFailure[];
  /**
   * Handshakes for which this machine could not send a SYN (local ports, descriptors or memory used up, no route or
   * one that forbids it, no address of that family): no loss of the path. Absent in records of older versions.
   */
  readonly unsent?: readonly PingFailure[] | null;
  /** Starts left out because the handshake before was still under way, or this program was stopped (SIGSTOP, Ctrl-Z). */
  readonly missedSlots: number;
  /** Derived from replies and failures. */
  readonly statistics: PingStatistics;
  /** How the run ended; `cancelled` is how one without a count ends. */
  readonly outcome: Outcome;
}

export interface PingEngineInfo {
  /** `node`: sockets of Node.js; `native`: system calls on a thread of its own; `memory`: a pretend network in virtual time. */
  readonly name: EngineName;
  /** What was asked for: `auto` takes the native engine where there is one. */
  readonly requested: EngineRequest;
  /** Why `auto` did not take the native engine; null when it did, and when an engine was named. */
  readonly fallback: string | null;
  /** The clock that keeps the schedule. */
  readonly clock: ClockInfo;
}

export interface PingPlanRecord {
  /** Name or address of the host, as given. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Endpoint family asked for; null for whatever the name resolves to. */
  readonly family: 4 | 6 | null;
  /** From the start of one handshake to the start of the next, ns. */
  readonly intervalNs: number;
  /** Handshakes asked for; null for as many as come until it is cancelled. */
  readonly count: number | null;
  /** How long any one handshake may take, ns. */
  readonly timeoutNs: number;
  /** The engine asked for. */
  readonly engine: EngineRequest;
  /** What was asked of the socket of each connection; null where it was left to the system. */
  readonly socket: SocketRecord;
}

export interface PingReply {
  /** Number of the handshake, from 1; all of them share the numbers, whatever became of them. */
  readonly sequence: number;
  /** When it was started, ns after the start of the run. */
  readonly atNs: number;
  /** The host's side of the connection. */
  readonly remote: Endpoint;
  /** This side of the connection. */
  readonly local: Endpoint;
  /**
   * From SYN to SYN-ACK as the kernel measured it, ns, in whole microseconds; null where the engine cannot read
   * it, and when the SYN was sent again: which of them was answered is not known.
   */
  readonly handshakeRttNs: number | null;
  /** How often the SYN was sent again; null where the engine cannot read it. */
  readonly resentSyns: number | null;
  /**
   * From just before the SYN to the news that the connection stands, as the application saw it, ns; null when
   * this program was stopped (SIGSTOP, Ctrl-Z) meanwhile.
   */
  readonly connectNs: number | null;
  /**
   * From the news that the TCP connection stands to the news that it is secured, as the application saw it, ns: always a full
   * handshake. Null when this program was stopped meanwhile; absent where TLS was not asked for.
   */
  readonly tlsHandshakeNs?: number | null;
}

export interface PingFailure {
  /** Number of the handshake, from 1; all of them share the numbers, whatever became of them. */
  readonly sequence: number;
  /** When it was started, ns after the start of the run. */
  readonly atNs: number;
  /** What happened instead of a reply. */
  readonly error: ErrorRecord;
}

/** Quantiles are interpolated linearly between order statistics (Hyndman and Fan, type 7). */
export interface PingStatistics {
  /** Number of replies. */
  readonly answered: number;
  /** Number of failures. */
  readonly failed: number;
  /** Number of handshakes for which this machine could not send a SYN; absent in records of older versions. */
  readonly unsent?: number | null;
  /** Replies without the application's figure: this program was stopped meanwhile. */
  readonly suspended: number;
  /** Of the kernel's figures, ns; null when there is none. */
  readonly handshakeRttNs: Summary | null;
  /** Of the application's figures, ns; null when there is none. */
  readonly connectNs: Summary | null;
  /** Of the TLS handshakes, ns; absent where TLS was not asked for, null when there is none. */
  readonly tlsHandshakeNs?: Summary | null;
}
