/**
 * What a load means, derived from its recording: goodput, latency idle and loaded, whose queue the difference is, what
 * limited the data, and how far all that can be trusted. All values of time in ns, rates in bit/s of payload, shares
 * from 0 to 1.
 */
import type { LoadDirection, LoadPhaseName } from '../../facts/load.ts';
import type { IntervalMethod, Refusal } from '../../stats/quantile/estimate.ts';

/** A value with its 95 % interval, or why there is none. */
export interface LoadEstimate {
  /** The value. */
  readonly value: number;
  /** Its interval; null when it could not be had. */
  readonly interval: LoadInterval | null;
  /** Why there is no interval; null when there is one. */
  readonly refused: Refusal | null;
}

export interface LoadInterval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** How it was made. */
  readonly method: IntervalMethod | 'difference';
}

export interface LoadStatistics {
  /** Round trips of foreign probes before any load; null where there was no idle phase or no answer in it. */
  readonly idle: LatencyStatistics | null;
  /** The same after all load. */
  readonly recovery: LatencyStatistics | null;
  /** Of each phase that carried data, in order. */
  readonly loaded: readonly LoadedPhaseStatistics[];
  /** By the worse direction's median increase; null when it cannot be given. */
  readonly grade: Grade | null;
  /** Why there is no grade; null when there is one. */
  readonly noGrade: 'no-idle' | 'no-load' | 'not-settled' | 'no-interval' | null;
  /** Quality of Outcome for the profile that was named: of idle, and of each phase that settled; null without a profile. */
  readonly qoo: readonly QooStatistics[] | null;
  /** What makes these figures doubtful. */
  readonly doubts: readonly LoadDoubt[];
}

export interface LatencyStatistics {
  /** Probes that were sent. */
  readonly probes: number;
  /** Those of them that were never answered. */
  readonly unanswered: number;
  /** Median round-trip time of the answered ones. */
  readonly p50: LoadEstimate;
  /** Their 99th percentile. */
  readonly p99: LoadEstimate;
  /** The shortest. */
  readonly min: number;
  /** The longest. */
  readonly max: number;
  /** Seconds that the intervals rest on, or fifths of the time where it is shorter. */
  readonly seconds: number;
}

export interface LoadedPhaseStatistics {
  /** Which phase. */
  readonly phase: LoadPhaseName;
  /** When the load had settled, ns after the start; null when it never did. What came before is in no figure. */
  readonly settledAtNs: number | null;
  /** Until when it held, ns after the start. */
  readonly toAtNs: number;
  /** Of each direction that carried data. */
  readonly directions: readonly DirectionStatistics[];
  /** Foreign probes while the load had settled; null when none was answered. */
  readonly latency: LatencyStatistics | null;
  /** Probes within the data, from their sending; null without. */
  readonly ownLatency: LatencyStatistics | null;
  /** Median and 99th percentile against idle, of foreign probes; null without either. */
  readonly increase: IncreaseStatistics | null;
  /** The same of the probes within the data, against idle. */
  readonly ownIncrease: IncreaseStatistics | null;
  /** Whose queue the increase of the foreign median is; null without stamps or without idle. */
  readonly queues: QueueShares | null;
  /** What the two kinds of probe say together. */
  readonly pair: PairMeaning;
  /** draft-ietf-ippm-responsiveness, by the samples of this phase; null where they do not suffice. */
  readonly responsiveness: Responsiveness | null;
}

export interface DirectionStatistics {
  /** Which way. */
  readonly direction: LoadDirection;
  /** Counted by the receiver: the median of whole intervals of the settled time. */
  readonly goodput: LoadEstimate;
  /** 10th percentile of the intervals. */
  readonly p10: number;
  /** Their 90th percentile. */
  readonly p90: number;
  /** How many they are. */
  readonly intervals: number;
  /** Their length, ns. */
  readonly intervalNs: number;
  /** Data received from the begin of the phase to its end, bytes. */
  readonly receivedBytes: number;
  /** Connections that carried it at the end. */
  readonly streams: number;
  /** Of each stream, its share of the settled goodput. */
  readonly shares: readonly number[];
  /** Jain's index of the shares: 1 when all are equal, 1/n when one has everything. */
  readonly fairness: number;
  /** Of the payload sent, what was sent again, where the sender's kernel tells; null for the other direction. */
  readonly retransmittedShare: number | null;
  /** What held it, with the share of the settled time, the largest first. */
  readonly limits: readonly LimitShare[];
  /** RFC 6349; null where it cannot be. */
  readonly rfc6349: Rfc6349 | null;
}

export interface LimitShare {
  /** What it was; `unknown` for the time that nothing accounts for. */
  readonly by:
    | 'congestion-window'
    | 'receive-window'
    | 'send-buffer'
    | 'own-processor'
    | 'server-processor'
    | 'server-cap'
    | 'asked-rate'
    | 'unknown';
  /** Of the settled time. */
  readonly share: number;
}

/** RFC 6349, 4.1; only of the direction whose sender is here. */
export interface Rfc6349 {
  /** Actual over ideal time of transfer, of the asked rate or the greatest goodput of an interval. */
  readonly transferTimeRatio: number | null;
  /** Payload sent less what was sent again, over payload sent. */
  readonly efficiency: number;
  /** (Mean loaded RTT - least RTT) over least RTT. */
  readonly bufferDelay: number | null;
}

export interface IncreaseStatistics {
  /** Of the median. */
  readonly p50: LoadEstimate;
  /** Of the 99th percentile. */
  readonly p99: LoadEstimate;
}

/** Where the increase of the foreign median was spent, ns; they need not add up, as each is a difference of medians. */
export interface QueueShares {
  /** In this machine: send call, TCP, the queue of its interface, wake-up. */
  readonly ownMachine: number;
  /** On the way, beyond both kernels. */
  readonly network: number;
  /** In the server: its program, and the queue of its interface. */
  readonly server: number;
  /** Which of them has most of it, and the most of it; null where the increase is none. */
  readonly largest: 'own-machine' | 'network' | 'server' | null;
  /** Of the increase of those probes that have all stamps, the share of the largest. */
  readonly largestShare: number | null;
  /** Which way the data went that fills a queue of the network; null where it went both ways. */
  readonly direction: LoadDirection | null;
}

/**
 * `shared`: others wait as long as the data itself; `own-flow`: only the data waits, in a queue of its own (a fair
 * queue, or its own congestion window); `none`: nobody waits; `unknown`: the intervals are too wide to tell, or one
 * kind is missing.
 */
export type PairMeaning = 'shared' | 'own-flow' | 'none' | 'unknown';

/** draft-ietf-ippm-responsiveness-09, 5.3.1: round trips a minute. */
export interface Responsiveness {
  /** By foreign and own probes together, equal weight (TCP only formula). */
  readonly rpm: number;
  /** By foreign probes alone. */
  readonly foreignRpm: number | null;
  /** By own probes alone. */
  readonly ownRpm: number | null;
  /** The draft's word. */
  readonly confidence: 'low' | 'medium' | 'high';
}

/**
 * draft-ietf-ippm-qoo-11, 3.3: how far foreign probes and goodput are from what an application needs, between 100 (all
 * that it can use) and 0 (of no use to it).
 */
export interface QooStatistics {
  /** Which phase: idle, or one that carried data. */
  readonly phase: LoadPhaseName;
  /** The least of the three others. */
  readonly score: number;
  /** By the percentile that is the farthest off. */
  readonly latency: number;
  /** By the share of probes that were not answered. */
  readonly loss: number;
  /** By the goodput of the phase, 0 or 100; null of idle, in which nothing is carried. */
  readonly throughput: number | null;
  /** Of the score, by the intervals of the percentiles; null where one of them has none. */
  readonly interval: QooInterval | null;
  /** Which percentile decides the part of latency, as a share. */
  readonly decidedBy: number;
  /** Probes behind it. */
  readonly probes: number;
}

export interface QooInterval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** Bounds of the worse direction's median increase: 5, 30, 60, 200, 400 ms. */
export interface Grade {
  /** `A+`, `A`, `B`, `C`, `D`, `F`. */
  readonly best: string;
  /** Another one where the interval straddles a bound; else the same. */
  readonly worst: string;
  /** Whose increase it rests on. */
  readonly phase: LoadPhaseName;
}

export type LoadDoubtCode =
  | 'not-settled'
  | 'sender-busy'
  | 'receiver-busy'
  | 'probes-late'
  | 'probes-lost'
  | 'streams-unfair'
  | 'server-capped'
  | 'stream-lost'
  | 'nothing-carried'
  | 'path-silent'
  | 'end-missing'
  | 'residence-impossible'
  | 'bbr-on-loopback'
  | 'clock-stepped'
  | 'too-short'
  | 'suspended'
  | 'reports-impossible'
  | 'reports-missing'
  | 'reports-late'
  | 'rate-exceeded'
  | 'engine-fell-back'
  | 'sender-backlog'
  | 'processors-shared';

export interface LoadDoubt {
  /** Its stable name. */
  readonly code: LoadDoubtCode;
  /** Which phase it is of; null for the whole. */
  readonly phase: LoadPhaseName | null;
  /** The number it rests on, in the unit its sentence gives. */
  readonly value: number | null;
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
}
