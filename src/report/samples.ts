/** Samples one by one: what rows of CSV and lines of JSON have of each, and the latter, which are written as it happens. */
import type { BlockRecord } from '../result/block-record.ts';
import type { LayersRecord } from '../result/samples.ts';
import type { Workload } from '../result/workload.ts';
import { goodputBitsPerSecond } from '../stats/goodput.ts';

/** The layers that come sample by sample. */
type Layers = Omit<LayersRecord, 'residenceSource'>;

/** A batch of samples of one block. */
export interface SampleBatch {
  /** Number of the run within the record, from 1. */
  readonly run: number;
  /** Number of the block within the record, from 1, in the order in which they ran. */
  readonly block: number;
  /** Number of the round within the run, from 1; 0 for a block before the first one. */
  readonly round: number;
  readonly kind: BlockRecord['kind'];
  readonly workload: Workload;
  /** Number of the batch's first sample within its block, from 0. */
  readonly first: number;
  /** How many samples at the head of the block are warm-up. */
  readonly warmupProbes: number;
  readonly rttNs: readonly number[];
  readonly sentAtNs: readonly number[];
  /** Null where there are no stamps. */
  readonly layers: Layers | null;
}

/** What a sample is written as: its value in each column, in their order. */
type Row = readonly (number | string | boolean | null)[];

/** Names in CSV, and in JSON. */
export const COLUMNS: readonly (readonly [csv: string, json: string])[] = [
  ['run', 'run'],
  ['block', 'block'],
  ['round', 'round'],
  ['measurement', 'measurement'],
  ['payload_bytes', 'payloadBytes'],
  // Counts from 1 within its block.
  ['probe', 'probe'],
  // Whether no statistic has it: of a warm-up block, or at the head of another.
  ['warmup', 'warmup'],
  ['sent_at_ns', 'sentAtNs'],
  ['rtt_ns', 'rttNs'],
  // Null where the clock was too coarse to see a round-trip time.
  ['goodput_bits_per_second', 'goodputBitsPerSecond'],
];
export const LAYER_COLUMNS: readonly (readonly [csv: string, json: keyof Layers])[] = [
  ['send_call_ns', 'sendCallNs'],
  ['local_queue_ns', 'localQueueNs'],
  ['kernel_rtt_ns', 'kernelRttNs'],
  ['wake_up_ns', 'wakeUpNs'],
  ['residence_ns', 'residenceNs'],
  ['tcp_wait_ns', 'tcpWaitNs'],
  ['server_tcp_wait_ns', 'serverTcpWaitNs'],
];
export const ROWS_AT_ONCE = 1_024;

/** Which samples: those of warm-up are in no statistic, and left out where nobody asks for them. */
export interface SampleChoice {
  readonly withWarmUp?: boolean;
}

/** A batch of samples as lines of JSON. */
export function ndjsonLines(batch: SampleBatch, choice: SampleChoice = {}): string {
  const layered = batch.layers !== null;
  const columns = layered ? [...COLUMNS, ...LAYER_COLUMNS] : COLUMNS;
  const line = (row: Row): string =>
    `{${columns.map(([, name], i) => `"${name}":${JSON.stringify(row[i])}`).join(',')}}`;
  let lines = '';
  for (let from = 0; from < batch.rttNs.length; from += ROWS_AT_ONCE) {
    lines += linesOf(batch, layered, from, choice, line);
  }
  return lines;
}

export function linesOf(
  batch: SampleBatch,
  layered: boolean,
  from: number,
  { withWarmUp = false }: SampleChoice,
  line: (row: Row) => string,
): string {
  let lines = '';
  const to = Math.min(from + ROWS_AT_ONCE, batch.rttNs.length);
  for (let i = from; i < to; i++) {
    if (withWarmUp || !isWarmUp(batch, i)) lines += `${line(rowOf(batch, layered, i))}\n`;
  }
  return lines;
}

function isWarmUp({ kind, first, warmupProbes }: SampleBatch, i: number): boolean {
  return kind === 'warm-up' || first + i < warmupProbes;
}

function rowOf(batch: SampleBatch, layered: boolean, i: number): Row {
  const { run, block, round, workload, first, layers } = batch;
  const { kind: measurement, payloadBytes } = workload;
  const rttNs = batch.rttNs[i] ?? 0;
  return [
    run,
    block,
    round,
    measurement,
    payloadBytes,
    first + i + 1,
    isWarmUp(batch, i),
    batch.sentAtNs[i] ?? 0,
    rttNs,
    rttNs > 0 ? Math.round(goodputBitsPerSecond(payloadBytes, rttNs)) : null,
    ...(layered ? LAYER_COLUMNS.map(([, name]) => layers?.[name]?.[i] ?? null) : []),
  ];
}
