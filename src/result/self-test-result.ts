/**
 * The record of a self-test, version 1, under the rules of `result.ts`: integer nanoseconds, shares from 0 to 1,
 * and what is absent is null. The JSON schema in `docs/spec/` is generated from these types and their comments.
 */
import type { ResidenceSource } from '../core/wire/residence.ts';
import type { EngineName, WaitMode } from '../facts/engine.ts';
import type { ClockInfo, GarbageCollectionsRecord, SelfTestRecord } from '../facts/instrument.ts';
import type { QuotaRecord } from '../facts/machine.ts';
import type { Envelope, Period, Place } from './envelope.ts';

/** What the instrument measures of itself, here and now, as written by `echolot selftest --json`. */
export interface SelfTestResult extends Envelope<'echolot-selftest', 1>, Place, Period {
  /** The clock of all round-trip times. */
  readonly clock: ClockInfo;
  /** Why there is no native engine here; null where there is one. */
  readonly notNative: string | null;
  /** The engines that can run here, the more exact one first. */
  readonly engines: readonly TestedEngine[];
  /** The server on the loopback path: on a thread of its own, as a server for others would run. */
  readonly server: TestServer;
  /** One for each engine and way to wait: what it measures where there is no path to speak of. */
  readonly floors: readonly Floor[];
  /** Which stamps this kernel gives. */
  readonly stamps: StampCounts;
  /** The state of the client during the whole test. */
  readonly health: SelfTestHealth;
  /** Reasons to doubt the figures, each with evidence and advice. */
  readonly doubts: readonly SelfTestDoubt[];
}

export interface TestedEngine {
  /** `node`: sockets of Node.js; `native`: system calls on a thread of its own; `memory`: a pretend network in virtual time. */
  readonly name: EngineName;
  /** An echo with both ends on the engine's own thread; null when it could not be had. */
  readonly ownEcho: SelfTestRecord | null;
  /** How late its sleeps end; null when it has none of its own. */
  readonly sleeps: SleepLateness | null;
}

/** Of sleeps that were all asked to be of one length; below zero for those that ended early. */
export interface SleepLateness {
  /** How long each was asked to last, ns. */
  readonly askedNs: number;
  /** Number of sleeps. */
  readonly n: number;
  /** Median, ns. */
  readonly medianNs: number;
  /** 99th percentile, ns. */
  readonly p99Ns: number;
  /** The latest, ns. */
  readonly maxNs: number;
}

export interface TestServer {
  /** The engine it ran on. */
  readonly engine: EngineName;
  /** Payload of each probe, bytes. */
  readonly payloadBytes: number;
}

/** All figures are without the first batch, in which code was still cold. */
export interface Floor {
  /** The client's engine. */
  readonly engine: EngineName;
  /** How it waited for an echo; the engine `node` knows `adaptive` alone, in a way of its own. */
  readonly wait: WaitMode;
  /** Name of the congestion control; null where the engine cannot read it. */
  readonly congestionControl: string | null;
  /** The round-trip time that a program sees. */
  readonly application: FloorFigure;
  /** Without the client's send call and wake-up, by kernel stamps; null where there are none. */
  readonly kernel: FloorFigure | null;
  /** Without the server's part as well; null where either end has no stamps. */
  readonly network: FloorFigure | null;
  /** Whose stamps the server's part is made of; null when it told none. */
  readonly residenceSource: ResidenceSource | null;
  /** CPU time of the measuring thread over the time it measured; null where it is not known. */
  readonly cpuShare: number | null;
  /** Of that time, the share in which the thread was ready to run and waited for a processor; null where the system does not tell. */
  readonly processorWaitShare: number | null;
  /** How often the scheduler took the processor away from it; null where the system does not tell. */
  readonly involuntarySwitches: number | null;
  /** Garbage collections on it; null where they are not known. */
  readonly collections: GarbageCollectionsRecord | null;
}

export interface FloorFigure {
  /** Number of samples. */
  readonly n: number;
  /** The smallest, ns. */
  readonly minNs: number;
  /** Median, ns. */
  readonly medianNs: number;
  /** 99th percentile, ns. */
  readonly p99Ns: number;
  /** The instrument's own part of such a figure: the largest of the floor's median, its spread from median to p99, and the step of the clock, ns. */
  readonly ownNs: number;
  /** Which of the three it is. */
  readonly boundBy: 'median' | 'spread' | 'clock';
  /** From here on the own part is a tenth of what is measured at most, ns. */
  readonly within10PercentNs: number;
  /** From here on it is a hundredth at most, ns. */
  readonly within1PercentNs: number;
}

/** Of the probes behind all floors of the native engine. */
export interface StampCounts {
  /** Number of probes; 0 without that engine. */
  readonly probes: number;
  /** Probes with all stamps of this kernel: entry into the local queue (SCHED), hand-over to the interface (SND), arrival of the echo (RX). */
  readonly kernelProbes: number;
  /** Probes of which the server told how long it kept them. */
  readonly serverProbes: number;
  /** Why there are none of this kernel; null where there are. */
  readonly reason: string | null;
}

export interface SelfTestHealth {
  /** How much later than asked the event loop of the main thread came round; null when it never did. */
  readonly eventLoopDelay: EventLoopDelay | null;
  /** Largest step of the wall clock between two looks, ns; 0 for none. */
  readonly wallClockStepNs: number;
  /** Time of all processors of the machine together; null where the system does not tell. */
  readonly processors: ProcessorShares | null;
  /** The CPU quota that stopped this process most (cgroup); null where there is none, absent in older records. */
  readonly quota?: QuotaRecord | null;
}

export interface EventLoopDelay {
  /** 99th percentile, ns. */
  readonly p99Ns: number;
  /** The latest, ns. */
  readonly maxNs: number;
}

export interface ProcessorShares {
  /** Spent in programs and the kernel, this one included. */
  readonly busyShare: number;
  /** Given to others by the host of a virtual machine. */
  readonly stealShare: number;
}

interface DoubtBase {
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
}

/** Others had the processor while the instrument wanted it. */
export interface ContendedDoubt extends DoubtBase {
  readonly code: 'contended';
  /** The largest of all floors; null where the system does not tell. */
  readonly processorWaitShare: number | null;
  /** What the host of a virtual machine gave to others; null where the system does not tell. */
  readonly stealShare: number | null;
}

/** The clock cannot tell short round trips apart. */
export interface CoarseClockDoubt extends DoubtBase {
  readonly code: 'coarse-clock';
  /** Smallest step seen, or the time of one reading where that is longer. */
  readonly stepNs: number;
}

/** Only the portable engine can run here. */
export interface NoNativeEngineDoubt extends DoubtBase {
  readonly code: 'no-native-engine';
  readonly reason: string;
}

/** More than one probe in a hundred lacks a stamp of this kernel. */
export interface NoStampsDoubt extends DoubtBase {
  readonly code: 'no-stamps';
  readonly probes: number;
  readonly stampedProbes: number;
}

export type SelfTestDoubt = ContendedDoubt | CoarseClockDoubt | NoNativeEngineDoubt | NoStampsDoubt;
