/**
 * Doubts about a result, as data: a closed union, each with its evidence and an advice. Where a `workload` is
 * named, the doubt is about one series; the evidence of others is about the whole run.
 */
import type { CheckName } from './checks.ts';
import type { Workload } from './workload.ts';

interface WarningBase {
  /** The check that raised it. */
  readonly check: CheckName;
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
}

interface SeriesWarningBase extends WarningBase {
  /** Of the series. */
  readonly workload: Workload;
}

/** Fewer probes than the ten the assignment asks for. */
export interface FewProbesWarning extends WarningBase {
  readonly code: 'few-probes';
  readonly check: 'samples';
  /** Samples of the series that has the fewest. */
  readonly probes: number;
}

/** Too few samples on the far side of a percentile in the report: it is little more than the extreme. */
export interface ThinTailWarning extends WarningBase {
  readonly code: 'thin-tail';
  readonly check: 'samples';
  /** Samples of the series that has the fewest. */
  readonly probes: number;
  readonly neededProbes: number;
}

/** Too few blocks for an interval. */
export interface FewBlocksWarning extends WarningBase {
  readonly code: 'few-blocks';
  readonly check: 'samples';
  /** Blocks of the series that has the fewest. */
  readonly blocks: number;
  readonly neededBlocks: number;
}

/** The blocks went to more than one address, whose figures are mixed. */
export interface SeveralAddressesWarning extends WarningBase {
  readonly code: 'several-addresses';
  readonly check: 'address';
  /** The series whose addresses differ most; null where each size went to one, and not all to the same. */
  readonly workload: Workload | null;
  /** Of that series, or of all blocks; in the order in which they were first met. */
  readonly remotes: readonly RemoteMedian[];
}

export interface RemoteMedian {
  /** Numeric address. */
  readonly address: string;
  /** Measured blocks that went there. */
  readonly blocks: number;
  /** Of their samples that count, together. */
  readonly medianNs: number;
}

/** The medians of the blocks rose or fell while the run went on. */
export interface DriftWarning extends SeriesWarningBase {
  readonly code: 'drift';
  readonly check: 'drift';
  /** Number of the run, from 1. */
  readonly run: number;
  /** Of the block medians of the first third of the run. */
  readonly firstMedianNs: number;
  /** Of those of the last third. */
  readonly lastMedianNs: number;
  /** Of the Mann-Kendall test. */
  readonly pValue: number;
}

/** Some blocks are far from the others, or few samples make up much of the mean. */
export interface OutliersWarning extends SeriesWarningBase {
  readonly code: 'outliers';
  readonly check: 'outliers';
  /** Blocks whose median has a modified z-score above 3.5 and is off by more than 25 % of the others' median. */
  readonly outlyingBlocks: number;
  readonly blocks: number;
  readonly meanNs: number;
  readonly medianNs: number;
  readonly largestNs: number;
}

/** The first tenth of each block is far above the rest. */
export interface ColdStartWarning extends SeriesWarningBase {
  readonly code: 'cold-start';
  readonly check: 'cold-start';
  /** Of the first tenths of all blocks together. */
  readonly firstMedianNs: number;
  /** Of what came after them. */
  readonly restMedianNs: number;
}

/** The measuring thread had to wait for a processor, or the host took time for other machines. */
export interface ProcessorContendedWarning extends WarningBase {
  readonly code: 'processor-contended';
  readonly check: 'processor';
  /** Share of the measured time in which the thread waited; null where it is not told. */
  readonly waitShare: number | null;
  /** How often the thread was made to give up its processor; null where it is not told. */
  readonly involuntarySwitches: number | null;
  /** Share of the time that the host took for other machines, the most of all runs; null where it is not told. */
  readonly stealShare: number | null;
  /** In how many of its periods a CPU quota stopped this program, the most of all runs; null where there is none. */
  readonly throttledPeriods?: number | null;
}

/** The event loop or the garbage collector held up the thread that measures. */
export interface StallsWarning extends WarningBase {
  readonly code: 'stalls';
  readonly check: 'stalls';
  /** Longest garbage collection while a block ran; null where they cannot be seen. */
  readonly longestCollectionNs: number | null;
  /** 99th percentile of the delays of the event loop that measured; null where none did. */
  readonly eventLoopP99Ns: number | null;
}

/** The step of the clock is a good part of what it measures. */
export interface CoarseClockWarning extends WarningBase {
  readonly code: 'coarse-clock';
  readonly check: 'clock';
  readonly resolutionNs: number;
  /** Of the series with the smallest one. */
  readonly medianNs: number;
}

/** A round-trip time that is below what the engine needs for an echo with itself. */
export interface BelowNoiseFloorWarning extends WarningBase {
  readonly code: 'below-noise-floor';
  readonly check: 'clock';
  readonly noiseFloorNs: number;
  /** Of the series with the smallest one. */
  readonly medianNs: number;
}

/** The wall clock moved against the monotonic one: dates and kernel stamps may be wrong, round-trip times are not. */
export interface ClockSteppedWarning extends WarningBase {
  readonly code: 'clock-stepped';
  readonly check: 'wall-clock';
  readonly stepNs: number;
}

/** This process was stopped (SIGSTOP, Ctrl-Z) while probes were under way; they are not in the result. */
export interface SuspendedWarning extends WarningBase {
  readonly code: 'suspended';
  readonly check: 'suspension';
  readonly suspendedProbes: number;
}

/** A delay of about 40 ms on a short path: one side holds an acknowledgement back while the other waits for it. */
export interface DelayedAckWarning extends SeriesWarningBase {
  readonly code: 'delayed-ack';
  readonly check: 'delayed-ack';
  readonly affectedProbes: number;
  readonly medianAffectedNs: number;
}

/**
 * An echo takes far longer than the handshake: something between ends the connection in place of the server, or the
 * server takes that long. Neither handshake RTT nor window bound stand for the path then.
 */
export interface SomethingBetweenWarning extends WarningBase {
  readonly code: 'something-between';
  readonly check: 'something-between';
  /** Whether the server tells that it did not keep the probes, so that it cannot be what takes long. */
  readonly certain: boolean;
  /** Median over the blocks of the smallest size. */
  readonly handshakeRttNs: number;
  /** The least time of an echo of the smallest size: without the residence where it is told, the server delay otherwise. */
  readonly echoNs: number;
}

/** Single probes took far longer than all others of their size. */
export interface LoneDelayWarning extends SeriesWarningBase {
  readonly code: 'lone-delay';
  readonly check: 'lone-delays';
  /** How many of them. */
  readonly probes: number;
  /** The longest of them. */
  readonly longestNs: number;
  /** Number of its run, from 1. */
  readonly run: number;
  /** When it was sent, after the start of that run. */
  readonly sentAtNs: number;
  /** Whether it was warm-up at the head of a block, and is in no figure. */
  readonly warmUp: boolean;
  /** 99th percentile of the other probes of its size. */
  readonly othersP99Ns: number;
  /**
   * What held the longest, where it is proven: `server`, by the residence that it tells; `network`, by stamps of both
   * kernels; `garbage-collection` or `processor-wait` of the measuring thread; `client`, by stamps, for another reason;
   * `retransmission`, of its connection. Null where nothing is proven.
   */
  readonly cause:
    | 'server'
    | 'network'
    | 'garbage-collection'
    | 'processor-wait'
    | 'client'
    | 'retransmission'
    | null;
}

/** The server sends an echo in far more pieces than the path makes of it. */
export interface EchoInPiecesWarning extends SeriesWarningBase {
  readonly code: 'echo-in-pieces';
  readonly check: 'pieces';
  readonly readsPerEcho: number;
}

/** The server sends back something else than the message it got, in a dialect in which it should. */
export interface EchoFormWarning extends WarningBase {
  readonly code: 'echo-form';
  readonly check: 'echo-form';
  /** As in a block: `message-suffixed`, `message-crlf`, `payload-line`, `payload` or `renumbered`. */
  readonly echoForm: string;
  /** The number in the first echo; null where the server does not count for itself. */
  readonly firstEchoNumber: number | null;
}

/** The server answered sooner or far later than it was asked to. */
export interface ServerDelayNotHonouredWarning extends SeriesWarningBase {
  readonly code: 'server-delay-not-honoured';
  readonly check: 'server-delay';
  readonly serverDelayNs: number;
  /**
   * What was seen of the delay: `residence`, the median of what the server tells; `rtt`, the least round-trip time,
   * which is below the delay; `rtt-less-path`, the median round-trip time less that of a connect.
   */
  readonly observed: 'residence' | 'rtt' | 'rtt-less-path';
  readonly observedNs: number;
}

/** The server kept probes far longer than the others of their size: it was stopped or busy, or got no processor. */
export interface ServerStalledWarning extends SeriesWarningBase {
  readonly code: 'server-stalled';
  readonly check: 'server-stalls';
  readonly stalledProbes: number;
  readonly longestResidenceNs: number;
  readonly medianResidenceNs: number;
}

/** Probes waited while the server's thread was busy with other clients: all of which it tells, warm-up included. */
export interface ServerBusyWarning extends WarningBase {
  readonly code: 'server-busy';
  readonly check: 'server-busy';
  /** Of their round-trip times, 0 to 1. */
  readonly busyShare: number;
  readonly busyNs: number;
}

/** A window or buffer, not the path, set the pace. */
export interface WindowLimitedWarning extends SeriesWarningBase {
  readonly code: 'window-limited';
  readonly check: 'window';
  /** `receive-window`: the server's; `send-buffer`: our own; `congestion-window`: either end's, or its pace. */
  readonly limit: 'receive-window' | 'send-buffer' | 'congestion-window';
  /**
   * Share of the busy time, for `congestion-window` of the round-trip times, 0 to 1; null where a message is larger
   * than the window, whatever the times say.
   */
  readonly limitedShare: number | null;
  /** Mean wait in the own TCP, ns; only for `congestion-window`, where there are stamps. */
  readonly tcpWaitNs?: number;
  /** Mean wait in the server's TCP, ns; null where it does not tell. */
  readonly serverTcpWaitNs?: number | null;
  /** How many round trips of the path a probe and its echo take together, on average. */
  readonly roundTrips?: number;
}

/** Segments were sent again: round-trip times may contain a time-out or a recovery. */
export interface RetransmissionsWarning extends WarningBase {
  readonly code: 'retransmissions';
  readonly check: 'retransmissions';
  readonly retransmittedSegments: number;
  /** Probes sent in all blocks of which it is known, warm-up included. */
  readonly probes: number;
}

/** A session ended at the other side before all its probes were sent. */
export interface ClosedEarlyWarning extends SeriesWarningBase {
  readonly code: 'closed-early';
  readonly check: 'closed-early';
  /** Probes of this session that were answered, warm-up included. */
  readonly answeredProbes: number;
}

/** More than one probe in a hundred lacks a stamp, so the layers are those of the others. */
export interface MissingStampsWarning extends WarningBase {
  readonly code: 'missing-stamps';
  readonly check: 'stamps';
  /** Of all blocks, warm-up left out. */
  readonly probes: number;
  readonly clientMissingProbes: number;
  readonly serverMissingProbes: number;
}

/** No engine was named, and the native one could not be had. */
export interface EngineFellBackWarning extends WarningBase {
  readonly code: 'engine-fell-back';
  readonly check: 'engine';
  readonly reason: string;
}

/** The run ended before its intervals were as narrow as asked. */
export interface PrecisionNotReachedWarning extends WarningBase {
  readonly code: 'precision-not-reached';
  readonly check: 'precision';
  readonly askedPrecision: number;
  /** Null when there were too few blocks for an interval. */
  readonly achievedPrecision: number | null;
}

export type Warning =
  | FewProbesWarning
  | ThinTailWarning
  | FewBlocksWarning
  | SeveralAddressesWarning
  | DriftWarning
  | OutliersWarning
  | ColdStartWarning
  | ProcessorContendedWarning
  | StallsWarning
  | CoarseClockWarning
  | BelowNoiseFloorWarning
  | ClockSteppedWarning
  | SuspendedWarning
  | DelayedAckWarning
  | EchoInPiecesWarning
  | EchoFormWarning
  | SomethingBetweenWarning
  | LoneDelayWarning
  | ServerDelayNotHonouredWarning
  | ServerStalledWarning
  | ServerBusyWarning
  | WindowLimitedWarning
  | RetransmissionsWarning
  | ClosedEarlyWarning
  | MissingStampsWarning
  | EngineFellBackWarning
  | PrecisionNotReachedWarning;
