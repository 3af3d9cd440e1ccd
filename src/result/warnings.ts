/** Doubts about a result, as data: a closed union, each with its evidence and an advice. */

interface WarningBase {
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
}

/** Fewer probes than the ten the assignment asks for. */
export interface FewProbesWarning extends WarningBase {
  readonly code: 'few-probes';
  readonly probes: number;
}

/** Too few samples on the far side of the 1st or 99th percentile: it is little more than the extreme. */
export interface ThinTailWarning extends WarningBase {
  readonly code: 'thin-tail';
  /** Samples of the session that has the fewest. */
  readonly probes: number;
  readonly neededProbes: number;
}

/** Every sample contains a delay that the server was asked to add. */
export interface ServerDelayWarning extends WarningBase {
  readonly code: 'server-delay';
  readonly serverDelayNs: number;
}

/** A delay of about 40 ms on a short path: one side holds an acknowledgement back while the other waits for it. */
export interface DelayedAckWarning extends WarningBase {
  readonly code: 'delayed-ack';
  readonly payloadBytes: number;
  readonly affectedProbes: number;
  readonly medianAffectedNs: number;
}

/** The server did not speak what was tried first. */
export interface OtherDialectWarning extends WarningBase {
  readonly code: 'other-dialect';
  readonly spoken: string;
}

/** The median of the first tenth of a session is far above the rest: something was still cold. */
export interface ColdStartWarning extends WarningBase {
  readonly code: 'cold-start';
  readonly payloadBytes: number;
  readonly firstMedianNs: number;
  readonly restMedianNs: number;
}

/** This process was stopped (SIGSTOP, Ctrl-Z) while probes were under way; they are not in the result. */
export interface SuspendedWarning extends WarningBase {
  readonly code: 'suspended';
  readonly suspendedProbes: number;
}

/** More than one probe in a hundred lacks a stamp, so the layers are those of the others. */
export interface MissingStampsWarning extends WarningBase {
  readonly code: 'missing-stamps';
  /** Of all sessions, warm-up left out. */
  readonly probes: number;
  readonly clientMissingProbes: number;
  readonly serverMissingProbes: number;
}

/** The server kept probes far longer than the others of their size: it was stopped, or got no processor. */
export interface ServerStalledWarning extends WarningBase {
  readonly code: 'server-stalled';
  readonly payloadBytes: number;
  readonly stalledProbes: number;
  readonly longestResidenceNs: number;
  readonly medianResidenceNs: number;
}

/** No engine was named, and the native one could not be had. */
export interface EngineFellBackWarning extends WarningBase {
  readonly code: 'engine-fell-back';
  readonly reason: string;
}

export type Warning =
  | FewProbesWarning
  | ThinTailWarning
  | ServerDelayWarning
  | DelayedAckWarning
  | OtherDialectWarning
  | ColdStartWarning
  | SuspendedWarning
  | MissingStampsWarning
  | ServerStalledWarning
  | EngineFellBackWarning;
