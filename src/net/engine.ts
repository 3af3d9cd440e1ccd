/**
 * The seam between what is measured and how. Its unit is a block of probes, not a byte stream: an engine
 * opens a session, runs blocks of probes into preallocated samples, and closes it. An engine may run its
 * loop anywhere, since only batches of samples cross this seam.
 */
import type { DialectName } from '../core/dialects.ts';
import type { MetEchoForm } from '../core/echo-matcher.ts';
import type { Setup } from '../core/messages.ts';
import type { Endpoint } from './connection.ts';
import type { Target } from './dialer.ts';

export type EngineName = 'node' | 'memory';

export interface SessionPlan {
  /** A dialect of the measurement protocol, or `plain` for an echo server without one. */
  readonly protocol: DialectName | 'plain';
  readonly setup: Setup;
  /** How long any one answer may take, ns. */
  readonly timeoutNs: number;
  /** How long the connection and the answer to the setup may take, ns; default `timeoutNs`. */
  readonly openTimeoutNs?: number;
}

/** Samples of one session, preallocated; `count` of each array are filled. */
export interface SampleBuffer {
  /** Round-trip time of each probe, ns. */
  readonly rttNs: Float64Array;
  /** When each probe was sent, ns after the run's epoch. */
  readonly sentNs: Float64Array;
  count: number;
}

export interface BlockPlan {
  /** Run at most this many probes. */
  readonly probes: number;
  /** End the block early at the first echo after this long, ns. */
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
  /** Called for each message; costs time beside the probes, so only when asked for. */
  readonly trace?: ((message: TracedMessage) => void) | undefined;
}

export interface SessionFacts {
  readonly connectNs: number;
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

export type TerminationOutcome = 'answered' | 'refused' | 'unanswered' | 'none';

export interface EngineSession {
  readonly facts: SessionFacts;
  /** Known after the first echo. */
  readonly echoForm: MetEchoForm | undefined;
  /** The server's words at setup; undefined in plain echo. */
  readonly readyText: string | undefined;
  /** Size of a probe message on the wire, bytes; known after the first probe. */
  readonly messageBytes: number;
  /**
   * Runs probes into `samples` from its `count` on.
   * @throws EcholotError; what was measured before stays in `samples`, and the session is over.
   */
  runBlock(block: BlockPlan, samples: SampleBuffer): Promise<void>;
  /** Terminates as the protocol asks, even after a failure where it can; never throws. */
  close(): Promise<TerminationOutcome>;
}

/** What the engine measures against an echo in its own process: both ends on one thread, and no path. */
export interface SelfTest {
  readonly probes: number;
  readonly minRttNs: number;
  readonly medianRttNs: number;
}

export interface Engine {
  readonly name: EngineName;
  /** Makes the engine's code hot before anything is measured, and tells what it found of itself. */
  prepare(): Promise<SelfTest | undefined>;
  /** Connects and sets up. @throws EcholotError */
  open(target: Target, plan: SessionPlan, options: SessionOptions): Promise<EngineSession>;
}
