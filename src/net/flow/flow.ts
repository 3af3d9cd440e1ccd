/**
 * The second seam between what is measured and how: connections that carry much, and the probes beside and within
 * them. Where an engine's session counts probes, a flow counts bytes. What it sees crosses the seam in portions a few
 * times a second, so that a flow may run anywhere; all times are on the engine's clock, ns after the run's epoch.
 */

import type { EcholotError } from '../../core/errors.ts';
import type { LoadVerdict } from '../../core/load/load-greeting.ts';
import type { LoadEnd, LoadQuestion, LoadTurn } from '../../core/load/load-messages.ts';
import type { Endpoint } from '../../facts/connection.ts';
import type { EngineName } from '../../facts/engine.ts';
import type { SocketOptions, SocketRecord } from '../../facts/socket.ts';
import type { TcpFacts } from '../../facts/tcp.ts';
import type { TlsRecord } from '../../facts/tls.ts';
import type { HeldToken } from '../../token/held-token.ts';
import type { DialOutcome, Target } from '../dialer.ts';

/**
 * What a flow speaks: the load of an echolot server, or to any echo server its own bytes, of which so many at most are
 * under way at once. Its owner, as that of a load, is the connection that tells whether the server is there.
 */
export type FlowProtocol =
  | {
      readonly kind: 'load';
      readonly question: LoadQuestion;
      /** To be shown before the question; default none. */
      readonly token?: HeldToken | undefined;
    }
  | { readonly kind: 'echo'; readonly bytesUnderWay: number; readonly isOwner: boolean };

export interface FlowPlan {
  readonly protocol: FlowProtocol;
  /** How long connecting and opening may take, ns; a wait for a turn not counted. */
  readonly timeoutNs: number;
  /** Whether to take the kernel's stamps of markers; only the connection of foreign probes does. */
  readonly stamps: boolean;
  readonly socket: SocketOptions;
  /** Of connections that follow later: what the kernel refuses of them is refused now, where it can be known. */
  readonly laterSocket?: SocketOptions;
}

/** What a flow does from now on. */
export type FlowCommand =
  /** Sends data, or goes on at another rate; 0 bit/s for as fast as can be. */
  | { readonly kind: 'send'; readonly bitsPerSecond: number }
  /** Has the peer send data. */
  | { readonly kind: 'receive'; readonly bitsPerSecond: number }
  /** Sends a marker every so often from `startNs` on, whether or not the last one was answered. */
  | { readonly kind: 'probe'; readonly startNs: number; readonly intervalNs: number }
  /** Sends no more markers; those under way are waited for. */
  | { readonly kind: 'rest' }
  /** Ends the data in both directions; `onEnded` follows when both sides have said how much it was. */
  | { readonly kind: 'stop' };

/** How far the data of a flow has come. */
export interface FlowTally {
  readonly atNs: number;
  /** Payload of data handed to the kernel since the flow began, bytes. */
  readonly sentBytes: number;
  /** Payload of data received since the flow began, bytes; of an echo what came back. */
  readonly receivedBytes: number;
  /** Absent where the engine cannot see it. */
  readonly tcp?: TcpFacts | undefined;
}

/** What the peer has told of the flow. */
export interface FlowReport {
  readonly atNs: number;
  readonly receivedBytes: number;
  /** On the peer's clock. */
  readonly peerClockNs: number;
  readonly peerCpuMillionths: number;
}

/** Probes that were answered, or given up, since the last portion; NaN where something is not known. */
export interface FlowProbes {
  readonly count: number;
  /** When each was due. */
  readonly dueNs: Float64Array;
  /** When it was sent: later, where the own program or the data before it was in the way; NaN for one that never was. */
  readonly sentNs: Float64Array;
  /** From its sending to its answer; NaN for one that was never answered. */
  readonly rttNs: Float64Array;
  /** How long the peer kept it: by its kernel's stamps, else by its program's. */
  readonly residenceNs: Float64Array;
  /** How much of that came after its program had written the answer. */
  readonly peerWaitNs: Float64Array;
  /** The layers of the round trip, as in `engine.ts`. */
  readonly sendCallNs: Float64Array;
  readonly tcpWaitNs: Float64Array;
  readonly localQueueNs: Float64Array;
  readonly kernelRttNs: Float64Array;
  readonly wakeUpNs: Float64Array;
}

/** How a flow came to its end. */
export interface FlowEnd {
  /** Undefined for one that ended as it was told to. */
  readonly error: EcholotError | undefined;
  /** What the peer gave as its reason; undefined when it gave none. */
  readonly reason: LoadEnd | undefined;
  /** How much data the peer says it has sent; undefined when it did not. */
  readonly peerSentBytes: number | undefined;
}

/** Whoever hears what a flow sees. None of it is called before {@link FlowLane.open} has returned. */
export interface FlowListener {
  onTally(tally: FlowTally): void;
  onReport(report: FlowReport): void;
  onProbes(probes: FlowProbes): void;
  /**
   * The data is over in both directions, as it was told to or because the flow is lost: once, and the last but for
   * probes.
   */
  onEnded(end: FlowEnd): void;
}

export interface FlowOptions {
  readonly epochNs: bigint;
  readonly signal?: AbortSignal | undefined;
  readonly onDialed?: ((outcome: DialOutcome) => void) | undefined;
  /** How long it is until the flow's turn: while it waits, each second. */
  readonly onTurn?: ((turn: LoadTurn) => void) | undefined;
}

export interface Flow {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** From SYN to SYN-ACK as the kernel measured it, ns. */
  readonly handshakeRttNs?: number | undefined;
  readonly socket?: SocketRecord | undefined;
  readonly tls?: TlsRecord | undefined;
  /** What the server grants; undefined of an echo. One to which nothing was granted is closed already. */
  readonly answer: LoadVerdict | undefined;
  command(command: FlowCommand): void;
  /** Tells a last portion, and closes the connection, whatever is under way; never throws. No `onEnded` follows. */
  close(): Promise<void>;
}

/** Where flows run: in the native engine a thread of its own, which no work of another lane delays. */
export interface FlowLane {
  /** Connects and asks. @throws EcholotError */
  open(target: Target, plan: FlowPlan, listener: FlowListener, options: FlowOptions): Promise<Flow>;
  /** Of one processor, what the lane's thread has used since the last call, 0 to 1; undefined where nobody knows. */
  cpuShare(): number | undefined;
  /** Closes its flows, and lets go of its thread. */
  close(): Promise<void>;
}

export interface FlowEngine {
  readonly name: EngineName;
  /** Whether a sender's backlog is bounded and its rate is kept by the kernel (`ConnectionTcp`). */
  readonly hasTcp: boolean;
  openFlowLane(): FlowLane;
  /** Closes all lanes. */
  close(): Promise<void>;
}

/** How often a flow tells its tallies and probes, ns. */
export const PORTION_NS = 50_000_000;
