/** What was asked for, as the record of a run has it: every default filled in. */
import type { DelayUnit } from '../core/wire/grammar.ts';
import type { EngineRequest, WaitMode } from '../facts/engine.ts';
import type { SocketRecord } from '../facts/socket.ts';

import type { Workload } from './workload.ts';

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
  readonly workloads: readonly Workload[];
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
  readonly delayUnit?: DelayUnit | null;
  /** How long any one answer may take beyond the server delay, ns. */
  readonly timeoutNs: number;
  /** The engine asked for. */
  readonly engine: EngineRequest;
  /** How to wait for an echo. */
  readonly wait: WaitMode;
  /** Whether kernel stamps were wanted; the engine `node` has none. */
  readonly stamps: boolean;
  /** What was asked of the socket; null where it was left to the system. */
  readonly socket: SocketRecord;
}
