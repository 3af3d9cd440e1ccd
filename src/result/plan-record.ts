/** What was asked for, as the record of a run has it: every default filled in. */

export type Measurement = 'rtt' | 'throughput';

export interface PlanRecord {
  /** Name or address of the server, as given. */
  readonly host: string;
  /** Port of the server. */
  readonly port: number;
  /** Address family asked for; null for whatever the name resolves to. */
  readonly family: 4 | 6 | null;
  /** `auto`, the name of a dialect, or `plain` for an echo server without a protocol. */
  readonly protocol: string;
  /** What to measure, in the order of the report; each round goes through them in an order of its own. */
  readonly measurements: readonly PlannedMeasurement[];
  /** Blocks for each size, each a session of its own; null when they go on until the precision is reached. */
  readonly blocks: number | null;
  /** Probes measured for each size, all blocks together; null for as many as the path allows in reasonable time. */
  readonly probes: number | null;
  /** Probes at the head of each block that are left out of the statistics; null for as many as fit into 2 ms. */
  readonly warmupProbes: number | null;
  /**
   * The rounds of blocks begin at random moments of equal shares of this time, ns, the first at once; later where the
   * blocks take longer.
   */
  readonly spreadNs: number;
  /**
   * Half-width asked of the interval of each median, as a share of the median: 0.02 for 2 %; null when the
   * number of blocks was given.
   */
  readonly precision: number | null;
  /** No round begins after this time, ns; null where nothing but the number of blocks ends the run. */
  readonly maxTimeNs: number | null;
  /** About how long the run might take, ns, by fewer blocks on a far path; null for as long as it takes. Older records lack it. */
  readonly budgetNs?: number | null;
  /** Seed of the order and the times of the blocks, and of the bootstrap. */
  readonly seed: number;
  /** Delay the server is asked to add before each echo, ns. It is part of every sample. */
  readonly serverDelayNs: number;
  /** The unit in which it was written; null for that of the dialect. Older records lack it. */
  readonly delayUnit?: 'seconds' | 'milliseconds' | 'inferred' | null;
  /** How long any one answer may take beyond the server delay, ns. */
  readonly timeoutNs: number;
  /** The engine asked for. */
  readonly engine: 'auto' | 'native' | 'node';
  /** How to wait for an echo. */
  readonly wait: 'spin' | 'adaptive' | 'block';
  /** Whether kernel stamps were wanted; the engine `node` has none. */
  readonly stamps: boolean;
  /** What was asked of the socket; null where it was left to the system. */
  readonly socket: SocketRecord;
}

/** Options of a TCP socket: in the plan as asked for, in a session as read back from the kernel. */
export interface SocketRecord {
  /** Name of the congestion control. */
  readonly congestionControl: string | null;
  /** Byte of the IPv4 TOS or the IPv6 traffic class; its upper six bits are the DSCP. */
  readonly trafficClass: number | null;
  /** Largest segment to send and to announce, bytes. */
  readonly maxSegmentBytes: number | null;
  /** Send buffer, bytes; Linux reads back twice what was asked for, with room for its own records. */
  readonly sendBufferBytes: number | null;
  /** Receive buffer, bytes; Linux reads back twice what was asked for, with room for its own records. */
  readonly receiveBufferBytes: number | null;
  /** Whether small messages leave at once (TCP_NODELAY) instead of waiting for more (Nagle's algorithm). */
  readonly noDelay: boolean | null;
  /** Whether segments are acknowledged at once (TCP_QUICKACK). */
  readonly quickAck: boolean | null;
  /** Multipath TCP: in the plan whether it was asked for, in a session whether it is spoken. */
  readonly multipath: boolean | null;
  /** Address of the client to send from. */
  readonly bindAddress: string | null;
  /** Network interface to send through. */
  readonly device: string | null;
}

export interface PlannedMeasurement {
  /** `rtt` or `throughput`. */
  readonly measurement: Measurement;
  /** Payload of each probe, bytes (K = 1024). */
  readonly payloadBytes: number;
}
