/**
 * The seam between what is measured and how. Its unit is a batch of probes, not a byte stream: an engine
 * opens a session, runs batches of probes into preallocated samples, and closes it. An engine may run its
 * loop anywhere, since only batches of samples cross this seam.
 */

import type { MetEchoForm } from '../core/client/echo-matcher.ts';
import type { DialectName } from '../core/wire/dialects.ts';
import type { DelayUnit } from '../core/wire/grammar.ts';
import type { Setup } from '../core/wire/messages.ts';
import type { ResidenceSource } from '../core/wire/residence.ts';
import type { Endpoint, PathFacts, TerminationOutcome } from '../facts/connection.ts';
import type { EngineName, WaitMode } from '../facts/engine.ts';
import type {
  GarbageCollectionsRecord,
  SchedulingRecord,
  SelfTestRecord,
  ServerBusyRecord,
} from '../facts/instrument.ts';
import type { SocketOptions, SocketRecord } from '../facts/socket.ts';
import type { TlsRecord } from '../facts/tls.ts';
import type { HeldToken } from '../token/held-token.ts';
import type { DialOutcome, Target } from './dialer.ts';

export interface SessionPlan {
  /** A dialect of the measurement protocol, or `plain` for an echo server without one. */
  readonly protocol: DialectName | 'plain';
  readonly setup: Setup;
  /** The unit in which the server reads the delay of the setup; default that of the dialect. */
  readonly delayUnit?: DelayUnit | undefined;
  /** To be shown after the setup, by a dialect that knows tokens; default none. Signed at once, on the thread of the lane. */
  readonly token?: HeldToken | undefined;
  /** How long any one answer may take, ns. */
  readonly timeoutNs: number;
  /** How long the answer to the setup may take, ns; default `timeoutNs`. Looking up and connecting have that in full. */
  readonly openTimeoutNs?: number;
  /**
   * Whether to listen for a short while before anything is said: only then is a refusal one of the connection, by a
   * server that is full, and not of the setup. Default false.
   */
  readonly listensFirst?: boolean;
  /** Whether the setup asks for something that only echolot knows, so that a server of it says why it refuses; default false. */
  readonly asksWhy?: boolean;
  /** Whether to take kernel stamps, and the server's where it has them; default true. */
  readonly stamps?: boolean;
  /** Default `adaptive`; an engine that knows one way only ignores it. */
  readonly wait?: WaitMode;
  readonly socket?: SocketOptions;
}

/**
 * The parts of each round trip, ns, at the index of its sample; NaN where a stamp is missing. Their sum is the
 * round-trip time: rtt = sendCall + tcpWait + localQueue + kernelRtt + wakeUp. The network's part is kernelRtt less
 * residence.
 */
export interface LayerBuffer {
  /** From just before the send call to its return, or to SCHED of the last byte, whichever was first. */
  readonly sendCallNs: Float64Array;
  /**
   * From there to the last byte's entry into the local queue (kernel stamp SCHED): in TCP, which waits for a window,
   * for room in the send buffer, or for its pace.
   */
  readonly tcpWaitNs: Float64Array;
  /** In the queue of the local interface: from SCHED to the hand-over to its driver (kernel stamp SND). */
  readonly localQueueNs: Float64Array;
  /** From SND to the kernel's receive stamp of the echo's last segment. */
  readonly kernelRttNs: Float64Array;
  /** From the receive stamp to the application's. */
  readonly wakeUpNs: Float64Array;
  /** What the server says it kept the probe: from its receive stamp to its send stamp. */
  readonly residenceNs: Float64Array;
  /** How much of it came after its program's send call: in its TCP, and in the queue of its interface. */
  readonly serverTcpWaitNs: Float64Array;
}

/** Samples of one session, preallocated; `count` of each array are filled. */
export interface SampleBuffer {
  /** Round-trip time of each probe, ns. */
  readonly rttNs: Float64Array;
  /** When each probe was sent, ns after the run's epoch. */
  readonly sentNs: Float64Array;
  /** Filled by an engine that has kernel stamps; left as it is by others. */
  readonly layers?: LayerBuffer;
  count: number;
}

export interface BatchPlan {
  /** Run at most this many probes. */
  readonly probes: number;
  /** End the batch early at the first echo after this long, ns. */
  readonly budgetNs: number;
  /** Instead of the session's own, ns. */
  readonly timeoutNs?: number;
}

export interface TracedMessage {
  readonly direction: 'sent' | 'received';
  /** On the engine's clock, ns after the run's epoch. */
  readonly atNs: number;
  /** The first bytes of what was written or read at once, and the last ones where it is longer. */
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly bytes: number;
}

export interface SessionOptions {
  /** All times of the session count from here, on the engine's clock. */
  readonly epochNs: bigint;
  readonly signal?: AbortSignal | undefined;
  /** Told which addresses were tried, before the setup is sent, or when there is no connection. */
  readonly onDialed?: ((outcome: DialOutcome) => void) | undefined;
  /** Called for each message; costs time beside the probes, so only when asked for. */
  readonly trace?: ((message: TracedMessage) => void) | undefined;
}

export interface SessionFacts {
  readonly connectNs: number;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** From SYN to SYN-ACK as the kernel measured it, ns; resolution 1 us. */
  readonly handshakeRttNs?: number;
  /** What the socket turned out to have. */
  readonly socket?: SocketRecord;
  /** Where TLS is spoken. */
  readonly tls?: TlsRecord;
}

/** What the kernel knows of a session's connection. */
export interface SessionPath extends PathFacts {
  /** `congestionWindowSegments` when the session had been set up, before its first probe. */
  readonly firstCongestionWindowSegments: number | null;
}

export interface EngineSession {
  readonly facts: SessionFacts;
  /** Known after the first echo. */
  readonly echoForm: MetEchoForm | undefined;
  /** The number in the first echo of a server that counts for itself; undefined for all others. */
  readonly firstEchoNumber?: number | undefined;
  /** The server's words at setup; undefined in plain echo. */
  readonly readyText: string | undefined;
  /** Size of a probe message on the wire, bytes; known after the first probe. */
  readonly messageBytes: number;
  /** As of the end of the last batch; absent where the engine cannot see it. */
  readonly path?: SessionPath | undefined;
  /** Whose stamps the server's residence is made of; known after the first batch, absent when it tells none. */
  readonly residenceSource?: ResidenceSource | undefined;
  /** Over all batches so far, what the server says of its work for others; absent when it tells nothing. */
  readonly serverBusy?: ServerBusyRecord | undefined;
  /** CPU time of the measuring thread over the time of all batches, 0 to 1. */
  readonly cpuShare?: number | undefined;
  /** Over all batches of the session; absent before the first, and where there is no thread to speak of. */
  readonly scheduling?: SchedulingRecord | undefined;
  readonly garbageCollections?: GarbageCollectionsRecord | undefined;
  /** Mean number of reads that an echo came in; absent before the first echo. */
  readonly readsPerEcho?: number | undefined;
  /**
   * Runs probes into `samples` from its `count` on.
   * @throws EcholotError; what was measured before stays in `samples`, and the session is over.
   */
  runBatch(batch: BatchPlan, samples: SampleBuffer): Promise<void>;
  /** Terminates as the protocol asks, even after a failure where it can; never throws. */
  close(): Promise<TerminationOutcome>;
}

export interface SleepPlan {
  /** How long each sleep is to last, ns; below a second. */
  readonly askedNs: number;
  /** How long to go on, ns. */
  readonly budgetNs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where sessions run. The native engine gives each lane a thread, so that no probe of one waits for the work of another;
 * sessions of one lane take turns, batch by batch. In node and in memory all lanes are one loop, and take turns with
 * each echo.
 */
export interface Lane {
  /** Makes the lane's code hot before anything is measured, and tells what it found of itself. */
  prepare(): Promise<SelfTestRecord | undefined>;
  /** Why that found nothing, once it is over: what this machine lacked for it, a measurement need not lack. */
  readonly selfTestSkipped?: string | undefined;
  /** Connects and sets up. @throws EcholotError */
  open(target: Target, plan: SessionPlan, options: SessionOptions): Promise<EngineSession>;
  /**
   * How late this lane's sleeps end: sleeps of one length, one after the other, until the time is over.
   * @returns of each, ns; below zero for one that ended early
   */
  oversleep?(plan: SleepPlan): Promise<Float64Array>;
  /** Lets go of what the lane holds beyond its sessions, such as a thread, without which they are over. */
  close?(): Promise<void>;
}

/** A way to the wire. It is itself its first lane, which is all that one measurement after the other needs. */
export interface Engine extends Lane {
  readonly name: EngineName;
  /** A further lane, to be closed by itself or with the engine. */
  openLane(): Lane;
  /** Closes all lanes. */
  close?(): Promise<void>;
}
