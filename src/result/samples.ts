/** The samples of a block: each probe, or what is left of them in a record that keeps histograms. */

export type SamplesRecord = RawSamples | HistogramSamples;

/** Every probe, in the order of sending. */
export interface RawSamples {
  /** Tells that each probe is there. */
  readonly form: 'raw';
  /** Probes at the head of all lists that were warm-up and are in no statistic. */
  readonly warmupProbes: number;
  /** Round-trip time of each probe in the order of sending, ns: arrival of the echo's last byte less sending. */
  readonly rttNs: readonly number[];
  /** When each probe was sent, ns after the start of the run. */
  readonly sentAtNs: readonly number[];
  /**
   * Each round trip taken apart by kernel stamps; null when there is none: stamps were not wanted, or neither
   * the engine nor the kernel has any.
   */
  readonly layers: LayersRecord | null;
}

/** Round-trip times that count, ns, in the order of sending: the one place that leaves out warm-up. */
export function countedRttNs({ rttNs, warmupProbes }: RawSamples): readonly number[] {
  return warmupProbes === 0 ? rttNs : rttNs.slice(warmupProbes);
}

/** How often each time was met, second by second: a record whose size does not grow with its probes. */
export interface HistogramSamples {
  /** Tells that histograms are all there is of the probes. */
  readonly form: 'histograms';
  /** Probes before those of the first interval that were warm-up, of which nothing is kept. */
  readonly warmupProbes: number;
  /** Whose stamps the residence is made of, as in {@link LayersRecord}; null also without stamps. */
  readonly residenceSource: 'kernel' | 'application' | null;
  /** A row for each second of the run in which a probe that counts was sent, ascending. */
  readonly intervals: readonly IntervalRow[];
}

/** What was sent within one interval of the run. */
export interface IntervalRow {
  /** Its begin, ns after the start of the run. */
  readonly fromAtNs: number;
  /** Its end, which is not in it, ns after the start of the run. */
  readonly toAtNs: number;
  /** Probes that were sent in it and answered, warm-up left out. */
  readonly probes: number;
  /**
   * Of their round-trip times, ns: HdrHistogram with three significant digits in its compressed encoding (V2),
   * base64.
   */
  readonly rttNs: string;
  /** Of the parts of their round trips; null where there are no stamps. */
  readonly layers: IntervalLayers | null;
}

/** Histograms of the layers, encoded as `rttNs`, each over the values that are there; null where there is none. */
export interface IntervalLayers {
  /** Probes that lack a stamp of the client. */
  readonly missingClientProbes: number;
  /** Probes without a residence, or with one longer than the kernel RTT that contains it. */
  readonly missingServerProbes: number;
  /** Of the send calls; below 0 counts as 0. */
  readonly sendCallNs: string | null;
  /** Of the waits in TCP. */
  readonly tcpWaitNs: string | null;
  /** Of the times in the local queue. */
  readonly localQueueNs: string | null;
  /** Of the kernel round-trip times. */
  readonly kernelRttNs: string | null;
  /** Of the wake-ups; below 0 counts as 0. */
  readonly wakeUpNs: string | null;
  /** Of the residences. */
  readonly residenceNs: string | null;
  /** Of the residences less the waits in the server's TCP where those are known. */
  readonly serverNs: string | null;
  /** Of the waits in the server's TCP. */
  readonly serverTcpWaitNs: string | null;
  /** Of the differences kernel RTT - residence, one for each probe that has both. */
  readonly networkRttNs: string | null;
}

/**
 * The parts of each round trip, at the index of its sample: RTT = send call + TCP wait + local queue + kernel RTT +
 * wake-up, and kernel RTT = network RTT + residence. Null where a stamp is missing.
 */
export interface LayersRecord {
  /**
   * Whose stamps the residence is made of: the server's kernel, or its application, which leaves the server's
   * wake-up in the network's part; null when the server tells no residence.
   */
  readonly residenceSource: 'kernel' | 'application' | null;
  /**
   * From just before the send call to its return, or to the last byte's entry into the local queue if that was
   * first; without `tcpWaitNs`, always to that entry; ns.
   */
  readonly sendCallNs: readonly (number | null)[];
  /**
   * From there to the last byte's entry into the local queue, ns: in TCP, which waits for a window, for room in the
   * send buffer, or for its pace. Absent in files of versions that did not part it from the send call.
   */
  readonly tcpWaitNs?: readonly (number | null)[];
  /** In the queue of the local interface, ns. */
  readonly localQueueNs: readonly (number | null)[];
  /**
   * From the hand-over to the driver to the kernel's receive stamp of the echo's last segment, ns. Where the echo had
   * to wait for a lost segment to be filled in, which no stamp tells, to its arrival in the program.
   */
  readonly kernelRttNs: readonly (number | null)[];
  /** From the kernel's receive stamp to the arrival in the program, ns. */
  readonly wakeUpNs: readonly (number | null)[];
  /** How long the server says it kept the probe, ns. */
  readonly residenceNs: readonly (number | null)[];
  /**
   * How much of the residence came after the send call of the server's program, ns: in its TCP, and in the queue of
   * its interface. Null where the server does not tell; absent in files of versions that did not ask.
   */
  readonly serverTcpWaitNs?: readonly (number | null)[];
}
