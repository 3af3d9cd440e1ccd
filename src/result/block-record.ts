/** What one block of probes found: its samples, and the connection that carried them. */
import type { Endpoint, PathFacts, TerminationOutcome } from '../facts/connection.ts';
import type { GarbageCollectionsRecord, SchedulingRecord, ServerBusyRecord } from '../facts/instrument.ts';
import type { SocketRecord } from '../facts/socket.ts';
import type { TlsRecord } from '../facts/tls.ts';
import type { ErrorRecord } from './error-record.ts';
import type { RawSamples, SamplesRecord } from './samples.ts';
import type { Workload } from './workload.ts';

/** A block: consecutive probes of one size in a session of their own. */
export interface BlockRecord {
  /** Number of the run it belongs to, from 1. */
  readonly run: number;
  /** Number of the round in which it ran, from 1; 0 for a block before the first round. */
  readonly round: number;
  /** Whether its samples count, or the block was there to warm up both ends. */
  readonly kind: 'measured' | 'warm-up';
  /** What its session did. */
  readonly workload: Workload;
  /** Size of the last probe message on the wire, with its frame, bytes. */
  readonly messageBytes: number;
  /** This side of the connection. */
  readonly local: Endpoint;
  /** The server's side of the connection. */
  readonly remote: Endpoint;
  /** From just before the SYN to the news that the connection stands, as the application sees it, ns. */
  readonly connectNs: number;
  /** From SYN to SYN-ACK as the kernel measured it, ns, in steps of 1,000; null where the engine cannot see it. */
  readonly handshakeRttNs: number | null;
  /** The server's words at setup; null in plain echo. */
  readonly readyText: string | null;
  /**
   * Form of the echo: `message` (the whole message), `message-suffixed`, `message-crlf`, `payload-line`,
   * `payload` or `renumbered`; null when no echo came.
   */
  readonly echoForm: string | null;
  /** The number in the first echo of a server that counts for itself (`renumbered`); null for all others. Older records lack it. */
  readonly firstEchoNumber?: number | null;
  /**
   * What became of the termination message: `answered`, `refused`, or said and `unanswered`; `none` where none is due
   * (plain echo), and after a failure, when it is said where it can be and nobody waits for an answer.
   */
  readonly termination: TerminationOutcome;
  /** Probes left out of `samples`: this process was stopped (SIGSTOP, Ctrl-Z) while they were under way. */
  readonly suspendedProbes: number;
  /** What became of its probes. */
  readonly samples: SamplesRecord;
  /** What the kernel knew of the connection after the last probe; null where the engine cannot see it. */
  readonly path: PathRecord | null;
  /** Options of the socket in effect; null where the engine cannot read them. */
  readonly socket: SocketRecord | null;
  /** TLS as its connection spoke it; absent where it spoke none. */
  readonly tls?: TlsRecord;
  /** CPU time of the measuring thread over the time it measured, 0 to 1; null where it is not known. */
  readonly clientCpuShare: number | null;
  /** How the operating system treated the measuring thread; null where it does not tell. */
  readonly scheduling: SchedulingRecord | null;
  /** Garbage collections on the measuring thread; null where they cannot be seen. */
  readonly garbageCollections: GarbageCollectionsRecord | null;
  /** Mean number of reads in which an echo came; null when none came. */
  readonly readsPerEcho: number | null;
  /**
   * For how long the server's thread was busy with other clients while probes of this block lay there; null where the
   * server does not tell. Older records lack it.
   */
  readonly serverBusy?: ServerBusyRecord | null;
  /** What ended the block before all its probes were sent; null when nothing did. Older records lack it. */
  readonly error?: ErrorRecord | null;
}

/** One of which each probe is kept. */
export interface RawBlock extends BlockRecord {
  readonly samples: RawSamples;
}

/** TCP as the kernel saw it (TCP_INFO); null where this kernel does not tell. */
export interface PathRecord extends PathFacts {
  /** `congestionWindowSegments` before the first probe; absent in files of versions that did not record it. */
  readonly firstCongestionWindowSegments?: number | null;
  /** Name of the congestion control. */
  readonly congestionControl: string | null;
}
