/** What is known of the instrument itself: its clock, its own echo, and the threads that measure and answer. */

/** A clock, as it was found when a run started. */
export interface ClockInfo {
  /** The call that reads it. */
  readonly name: string;
  /** Smallest step seen, ns. */
  readonly resolutionNs: number;
  /** Mean cost of one reading in the cheapest of fifty batches, ns. */
  readonly readCostNs: number;
}

/** What an engine measures against an echo in its own process: both ends on one thread, and no path. */
export interface SelfTestRecord {
  /** Samples behind the two figures. */
  readonly probes: number;
  /** Smallest round-trip time, ns. */
  readonly minRttNs: number;
  /** Median round-trip time, ns. */
  readonly medianRttNs: number;
}

/** What the measuring thread met while its batches ran. */
export interface SchedulingRecord {
  /** Time in which the thread could have run but had to wait for a processor, ns; null where it is not told. */
  readonly processorWaitNs: number | null;
  /** How often the thread was made to give up its processor; null where it is not told. */
  readonly involuntarySwitches: number | null;
  /** Over how long both were counted, ns. */
  readonly measuredNs: number;
}

/** For how long the server's thread was busy with other clients while probes of this one lay there, as it says. */
export interface ServerBusyRecord {
  /** Of all probes of which it is told, warm-up included, ns. */
  readonly busyNs: number;
  /** Their round-trip times, together, ns. */
  readonly rttNs: number;
}

/** Collections on the measuring thread while its batches ran. */
export interface GarbageCollectionsRecord {
  /** How many there were. */
  readonly count: number;
  /** The longest, ns. */
  readonly longestNs: number;
  /** All together, ns. */
  readonly totalNs: number;
}
