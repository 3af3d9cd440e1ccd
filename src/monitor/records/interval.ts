/**
 * What became of one interval of a target: the unit of everything that a monitor keeps, shows and judges. An interval as it
 * was measured has one run; those of longer steps are sums of them, and have as many as fell into their time.
 */
import type { NanosecondHistogram } from '../../stats/histogram.ts';

/**
 * Whose time it is. Of echoes: `application` from the moment at which a probe was due to its echo, `kernel` from the
 * kernel's send stamp to its receive stamp, `residence` what of that the server says it kept the probe, `network` the rest where
 * the server's stamps are those of its kernel. Of connections: `handshake` from SYN to SYN-ACK as the kernel measured it, `connect`
 * the same as the program saw it, `tls` from there until it was secured.
 */
export const LAYERS = [
  'application',
  'kernel',
  'network',
  'residence',
  'handshake',
  'connect',
  'tls',
] as const;
export type Layer = (typeof LAYERS)[number];

/**
 * Why there was no answer. `name`: nobody knows the host; `unreachable`: the network says so; `refused`: nothing listens;
 * `reset`: the connection was lost, and what was under way with it; `timeout`: silence; `tls`: no secure connection; `peer`: it answered otherwise than the protocol
 * asks; `declined`: an echolot server does not serve this client; `here`: this machine could not send, which is no fault of the path.
 */
export const FAILURE_REASONS = [
  'name',
  'unreachable',
  'refused',
  'reset',
  'timeout',
  'tls',
  'peer',
  'declined',
  'here',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** Why an interval was not measured although it was its time: `busy`, the run before it was under way; `suspended` this program or machine was stopped; `clock` the wall clock was set. */
export const SKIP_REASONS = ['busy', 'suspended', 'clock'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** How often each was met; what is absent was not. */
export type Counts<K extends string> = Readonly<Partial<Record<K, number>>>;

/** What a load carried, bits per second of payload; null for a direction that was not asked for. */
export interface LoadFigures {
  readonly upBitsPerSecond: number | null;
  readonly downBitsPerSecond: number | null;
  /** Median answer under load less that without, ns; null where it is not known. */
  readonly increaseNs: number | null;
}

export interface Interval {
  /** Unix time, ms, whole. */
  readonly fromMs: number;
  /** Not itself in it. */
  readonly toMs: number;
  /** Runs that began in it. Without a run there is a reason in `skipped`. */
  readonly runs: number;
  /** Runs with one answer at least. */
  readonly answeredRuns: number;
  /** Runs that say nothing of the path, since this machine could not send; these are in `runs`, too. */
  readonly unsentRuns: number;
  /** Probes that were due, whatever became of them; none of a run that got no connection. */
  readonly probes: number;
  /** Of those, answered. */
  readonly answered: number;
  /** Probes by why they were not answered; a connection that could not be had, or was lost with nothing under way, counts once. */
  readonly failures: Counts<FailureReason>;
  /** Starts that were left out. */
  readonly skipped: Counts<SkipReason>;
  /** Names of doubts, and in how many runs. */
  readonly doubts: Counts<string>;
  /** Of answered probes. A layer that was not measured is absent. */
  readonly layers: Readonly<Partial<Record<Layer, NanosecondHistogram>>>;
  /** Of the last load in it; absent of other kinds. */
  readonly load?: LoadFigures;
}

/** Percentiles of a layer, ns: what is kept beside a histogram, so that a year is looked through without unpacking any. */
export interface LayerSummary {
  readonly count: number;
  readonly minNs: number;
  readonly p5Ns: number;
  readonly p25Ns: number;
  readonly p50Ns: number;
  readonly p75Ns: number;
  readonly p90Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}

/** An interval without its histograms. */
export interface IntervalSummary extends Omit<Interval, 'layers'> {
  readonly layers: Readonly<Partial<Record<Layer, LayerSummary>>>;
}
