/**
 * The third seam between what is measured and how: probes that do not wait for each other, over several connections.
 * They are sent when they are due, or, without a pace, as many are kept under way as may be. What is seen crosses the
 * seam in portions a few times a second, so that it may run anywhere; all times are on the engine's clock, ns after the
 * run's epoch.
 */
import type { PaceSpec } from '../../clock/pace.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { ResidenceSource } from '../../core/wire/residence.ts';
import type { EngineName } from '../../facts/engine.ts';
import type { Target } from '../dialer.ts';
import type { SessionFacts, SessionOptions, SessionPlan } from '../engine.ts';

export interface PacedPlan {
  /** Of each connection. */
  readonly session: SessionPlan;
  /** From 1 to {@link MOST_CONNECTIONS}. */
  readonly connections: number;
  /**
   * Most probes under way on one connection, from 1 to {@link MOST_IN_FLIGHT}, and no more than {@link MOST_IN_ALL} on all
   * of them; the protocol may allow fewer, see {@link PacedSession.inFlight}.
   */
  readonly inFlight: number;
  /** Whether to ask the server to keep how long it had each probe, for {@link PacedSession.residences}; default false. */
  readonly residences?: boolean;
}

/** Its number is told with each sample. */
export const MOST_CONNECTIONS = 65_536;
/** Memory for what is under way is there before the first probe: 17 bytes each. */
export const MOST_IN_FLIGHT = 65_536;
export const MOST_IN_ALL = 1_048_576;

/** A time in which probes are sent; several may follow each other. */
export interface Stretch {
  /** Probes may be due from here on. */
  readonly startNs: number;
  /**
   * None is due this long after, or later. What is due by then and cannot leave is not sent; those under way are waited
   * for.
   */
  readonly durationNs: number;
  /** When they are due; undefined for each as soon as another one is answered. */
  readonly pace: PaceSpec | undefined;
  /** How often what is seen is told, ns; default {@link PACED_PORTION_NS}, and without end when it is over. */
  readonly portionNs?: number;
}

/** Why a probe left later than it was due. */
export const HINDRANCES = ['none', 'thread', 'socket', 'answer'] as const;
/**
 * `none`: it left when it was due, or less than {@link ON_TIME_NS} later; `thread`: only this program was late; `socket`:
 * some connections had not sent all of what was written before; `answer`: on all of them as many were under way as may be.
 */
export type Hindrance = (typeof HINDRANCES)[number];
/** Waking up takes as long on an idle machine. */
export const ON_TIME_NS = 50_000;

/** Probes that were answered, or lost, since the last portion, in that order. */
export interface PacedSamples {
  readonly count: number;
  /** Which connection, from 0. */
  readonly connection: Uint16Array;
  /** When it was due; without a pace when it was sent. */
  readonly dueNs: Float64Array;
  /** When it was handed over, whole or in part. */
  readonly sentNs: Float64Array;
  /** From its sending to the last byte of its echo; NaN for one that was lost with its connection. */
  readonly rttNs: Float64Array;
  /** Index in {@link HINDRANCES} of what was last in its way. */
  readonly hindrance: Uint8Array;
  /** Of some of them, one after the other: when it was sent, and its layers in the order of {@link PACED_LAYERS}. */
  readonly layers: Float64Array;
}

/** In the order in which a probe passes them. */
export const PACED_LAYERS = ['sendCallNs', 'tcpWaitNs', 'localQueueNs', 'kernelRttNs', 'wakeUpNs'] as const;
/** Numbers in {@link PacedSamples.layers} of one probe. */
export const LAYER_COLUMNS: number = 1 + PACED_LAYERS.length;

/** How far a stretch has come. */
export interface PacedTally {
  readonly atNs: number;
  /** Due since the stretch began, sent, answered and lost; what is due and not sent is the backlog. */
  readonly dueCount: number;
  readonly sentCount: number;
  readonly answeredCount: number;
  readonly lostCount: number;
}

/** What a server tells of probes that it has echoed, beside what is known of them here; at one index one probe, NaN where nothing is known. */
export interface PacedResidences {
  readonly source: ResidenceSource;
  readonly residenceNs: Float64Array;
  readonly rttNs: Float64Array;
  readonly kernelRttNs: Float64Array;
}

export interface PacedListener {
  onSamples(samples: PacedSamples): void;
  /** With each portion, also an empty one. */
  onTally(tally: PacedTally): void;
  /** A connection is gone, and what was under way on it with it; the others go on. */
  onLost(connection: number, error: EcholotError): void;
}

export interface PacedSession {
  /** Of each connection, in order. */
  readonly connections: readonly SessionFacts[];
  /** Most that are under way on one connection: less than asked for where the protocol takes one after the other. */
  readonly inFlight: number;
  /** The server's words at setup; undefined in plain echo. */
  readonly readyText: string | undefined;
  /** Size of a probe message on the wire, bytes. */
  readonly messageBytes: number;
  /**
   * One at a time.
   * @returns the last tally, when the stretch is over and all that were sent are answered or lost
   * @throws EcholotError when no connection is left, or the run was aborted; what was seen has been told
   */
  run(stretch: Stretch): Promise<PacedTally>;
  /**
   * Asks, on each connection that stands, how long the server kept the probes since the last question, `MAX_KEPT_RESIDENCES` of
   * them at most. Only between two stretches, so that no probe waits for it.
   * @param timeoutNs how long an answer may take
   * @returns undefined where the server has not agreed to tell, or no probe was echoed
   * @throws EcholotError when an answer is late or wrong; that connection is gone
   */
  residences(timeoutNs: number): Promise<PacedResidences | undefined>;
  /** Terminates as the protocol asks, on each connection that stands; never throws. */
  close(): Promise<void>;
}

/** Where sessions run: in the native engine a thread of its own. */
export interface PacedLane {
  /**
   * Connects all, sets them up, and sends one probe on each, which settles the form of its echoes and is no sample.
   * @throws EcholotError when any of them fails
   */
  open(
    target: Target,
    plan: PacedPlan,
    listener: PacedListener,
    options: SessionOptions,
  ): Promise<PacedSession>;
  /** Of one processor, what the lane's thread has used since the last call, 0 to 1; undefined where nobody knows. */
  cpuShare(): number | undefined;
  close(): Promise<void>;
}

export interface PacedEngine {
  readonly name: EngineName;
  openPacedLane(): PacedLane;
  close(): Promise<void>;
}

/** How often a session tells what it saw where nobody says otherwise, ns. */
export const PACED_PORTION_NS = 50_000_000;
