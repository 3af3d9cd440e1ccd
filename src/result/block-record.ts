/** What one block of probes found: its samples, and the connection that carried them. */
import type { ResidenceSource } from '../core/wire/residence.ts';
import type { Endpoint, PathFacts, TerminationOutcome } from '../facts/connection.ts';
import type { GarbageCollectionsRecord, SchedulingRecord } from '../facts/instrument.ts';
import type { SocketRecord } from '../facts/socket.ts';
import type { ErrorRecord } from './error-record.ts';
import type { Measurement } from './plan-record.ts';

/** A block: consecutive probes of one size in a session of their own. */
export interface BlockRecord {
  /** Number of the run it belongs to, from 1. */
  readonly run: number;
  /** Number of the round in which it ran, from 1; 0 for a block before the first round. */
  readonly round: number;
  /** Whether its samples count, or the block was there to warm up both ends. */
  readonly kind: 'measured' | 'warm-up';
  /** `rtt` or `throughput`: what its session was announced as. */
  readonly measurement: Measurement;
  /** Payload of each probe, bytes. */
  readonly payloadBytes: number;
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
  /** Probes at the head of `rttNs` and `sentAtNs` that were warm-up and are in no statistic. */
  readonly warmupProbes: number;
  /** Probes left out of all lists: this process was stopped (SIGSTOP, Ctrl-Z) while they were under way. */
  readonly suspendedProbes: number;
  /** Round-trip time of each probe in the order of sending, ns: arrival of the echo's last byte less sending. */
  readonly rttNs: readonly number[];
  /** When each probe was sent, ns after the start of the run. */
  readonly sentAtNs: readonly number[];
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
  /** How the operating system treated the measuring thread; null where it does not tell. */
  readonly scheduling: SchedulingRecord | null;
  /** Garbage collections on the measuring thread; null where they cannot be seen. */
  readonly garbageCollections: GarbageCollectionsRecord | null;
  /** Mean number of reads in which an echo came; null when none came. */
  readonly readsPerEcho: number | null;
  /** What ended the block before all its probes were sent; null when nothing did. Older records lack it. */
  readonly error?: ErrorRecord | null;
}

/**
 * The parts of each round trip, at the index of its sample: RTT = send call + TCP wait + local queue + kernel RTT +
 * wake-up, and kernel RTT = network RTT + residence. Null where a stamp is missing.
 */
export interface LayersRecord {
  /**
   * Whose stamps the residence is made of: the server's kernel, or its application, which leaves the server's
   * wake-up in the network's part; null when the server tells no residence.
   */
  readonly residenceSource: ResidenceSource | null;
  /**
   * From just before the send call to its return, or to the last byte's entry into the local queue if that was
   * first; without `tcpWaitNs`, always to that entry; ns.
   */
  readonly sendCallNs: readonly (number | null)[];
  /**
   * From there to the last byte's entry into the local queue, ns: in TCP, which waits for a window, for room in the
   * send buffer, or for its pace. Absent in files of versions that did not part it from the send call.
   */
  readonly tcpWaitNs?: readonly (number | null)[];
  /** In the queue of the local interface, ns. */
  readonly localQueueNs: readonly (number | null)[];
  /**
   * From the hand-over to the driver to the kernel's receive stamp of the echo's last segment, ns. Where the echo had
   * to wait for a lost segment to be filled in, which no stamp tells, to its arrival in the program.
   */
  readonly kernelRttNs: readonly (number | null)[];
  /** From the kernel's receive stamp to the arrival in the program, ns. */
  readonly wakeUpNs: readonly (number | null)[];
  /** How long the server says it kept the probe, ns. */
  readonly residenceNs: readonly (number | null)[];
  /**
   * How much of the residence came after the send call of the server's program, ns: in its TCP, and in the queue of
   * its interface. Null where the server does not tell; absent in files of versions that did not ask.
   */
  readonly serverTcpWaitNs?: readonly (number | null)[];
}

/** TCP as the kernel saw it (TCP_INFO); null where this kernel does not tell. */
export interface PathRecord extends PathFacts {
  /** `congestionWindowSegments` before the first probe; absent in files of versions that did not record it. */
  readonly firstCongestionWindowSegments?: number | null;
  /** Name of the congestion control. */
  readonly congestionControl: string | null;
  /**
   * 8 x `peerWindowBytes` / median RTT of the block: one receive window in each round trip; null when one of
   * the two is not known.
   */
  readonly windowBoundBitsPerSecond: number | null;
}
