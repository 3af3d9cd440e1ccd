/**
 * What a record of paced probes means: of each rate what was sent and answered, how long a request took from when it was
 * due (response) and from when it was sent (service), and how far that can be trusted. Times in ns, shares from 0 to 1.
 */
import type { IntervalMethod, Refusal } from '../../stats/quantile/estimate.ts';

export const PACED_PERCENTILES = ['p50', 'p90', 'p99', 'p99_9', 'p99_99'] as const;
export type PacedPercentile = (typeof PACED_PERCENTILES)[number];

/** Share of the probes that are not longer. */
export const PACED_SHARES: Readonly<Record<PacedPercentile, number>> = {
  p50: 0.5,
  p90: 0.9,
  p99: 0.99,
  p99_9: 0.999,
  p99_99: 0.9999,
};

export interface PacedStatistics {
  /** Of each step, in order. */
  readonly steps: readonly PacedStepStatistics[];
  /** What makes these figures doubtful. */
  readonly doubts: readonly PacedDoubt[];
}

export interface PacedStepStatistics {
  /** As in the step; null for a closed loop. */
  readonly askedPerSecond: number | null;
  /** Probes due a second, by the length of the step. */
  readonly duePerSecond: number;
  /** Sent within it, a second. */
  readonly sentPerSecond: number;
  /** Echoes that came within it, a second. */
  readonly answeredPerSecond: PacedEstimate;
  /** Due and not sent at its end. */
  readonly backlog: number;
  /** Probes that were lost, or never sent: for a percentile they count as longer than all others. */
  readonly missing: number;
  /** From due; null where nothing was answered. */
  readonly response: PacedTimes | null;
  /** From sent; null where nothing was answered. */
  readonly service: PacedTimes | null;
  /** Where round trips were spent; null where no kernel stamps tell. */
  readonly layers: PacedLayerStatistics | null;
  /** Share of the probes sent that left more than 100 us late. */
  readonly lateShare: number;
  /** How late the median probe left. */
  readonly lateP50: number | null;
  /** The 99th percentile. */
  readonly lateP99: number | null;
  /** The worst. */
  readonly lateMax: number | null;
  /** Whether the backlog, or the response time, went on growing: its percentiles are of this length of time only. */
  readonly isSaturated: boolean;
}

/** Ns. */
export interface PacedTimes {
  /** The shortest. */
  readonly min: number;
  /** The longest of those that were answered. */
  readonly max: number;
  /** The median. */
  readonly p50: PacedEstimate;
  /** The 90th percentile. */
  readonly p90: PacedEstimate;
  /** The 99th. */
  readonly p99: PacedEstimate;
  /** What one in 1,000 took longer than. */
  readonly p99_9: PacedEstimate;
  /** What one in 10,000 took longer than. */
  readonly p99_99: PacedEstimate;
}

/** In the order in which a probe passes them. */
export const PACED_LAYER_KEYS = ['sendCall', 'tcpWait', 'localQueue', 'kernelRtt', 'wakeUp'] as const;

/** In the order in which a probe passes them; medians of parts need not add up to the median of the whole. */
export interface PacedLayerStatistics {
  /** Until the kernel had it. */
  readonly sendCall: PacedLayerTimes;
  /** Until it entered the local queue. */
  readonly tcpWait: PacedLayerTimes;
  /** Until it had left. */
  readonly localQueue: PacedLayerTimes;
  /** Until the echo had come: the network, and the server. */
  readonly kernelRtt: PacedLayerTimes;
  /** Until this program had it. */
  readonly wakeUp: PacedLayerTimes;
}

/** Ns. */
export interface PacedLayerTimes {
  /** How many round trips. */
  readonly count: number;
  /** The median. */
  readonly p50: number;
  /** The 99th percentile. */
  readonly p99: number;
}

/** A value with its 95 % interval, or why there is none. */
export interface PacedEstimate {
  /** The value; null where it is among the missing, longer than all that were answered. */
  readonly value: number | null;
  /** Its 95 % interval; null where there is none. */
  readonly interval: PacedInterval | null;
  /** Why there is no interval; null when there is one. */
  readonly refused: PacedRefusal | null;
}

/** `missing`: probes that were lost or never sent may lie on either side of it; `far-out`: parts do not tell such a percentile. */
export type PacedRefusal = Refusal | 'missing' | 'far-out';

export interface PacedInterval {
  /** Its lower end. */
  readonly low: number;
  /** Its upper end. */
  readonly high: number;
  /** What it is made of: the parts of a step are its units. */
  readonly method: IntervalMethod;
}

export type PacedDoubt =
  /** This program was stopped (SIGSTOP, Ctrl-Z): what was due meanwhile waited for it. */
  | { readonly kind: 'suspended'; readonly times: number }
  /** This program sent late, so many of the probes. */
  | {
      readonly kind: 'generator-late';
      readonly step: number;
      readonly lateShare: number;
      /** How late, in the 99th percentile of all that were sent; null where others were late for another reason. */
      readonly p99Ns: number | null;
    }
  /** Fewer were sent than asked for. */
  | {
      readonly kind: 'rate-not-kept';
      readonly step: number;
      readonly askedPerSecond: number;
      readonly sentPerSecond: number;
    }
  /** The queue grew to the end. */
  | { readonly kind: 'saturated'; readonly step: number; readonly backlog: number }
  /** As many under way as may be, so that probes waited for answers. */
  | {
      readonly kind: 'in-flight-limit';
      readonly step: number;
      readonly inFlight: number;
      readonly share: number;
    }
  /** The protocol takes one after the other. */
  | { readonly kind: 'no-pipelining'; readonly asked: number }
  /** Connections differ. */
  | { readonly kind: 'uneven'; readonly step: number; readonly fewest: number; readonly most: number }
  /** A connection was lost, and probes with it. */
  | { readonly kind: 'connection-lost'; readonly connections: number; readonly probes: number }
  /** Too few probes were due for any percentile. */
  | { readonly kind: 'few-probes'; readonly step: number; readonly probes: number };
