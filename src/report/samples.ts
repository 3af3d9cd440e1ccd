/** Samples one by one: rows of CSV and lines of JSON with the same fields. */
import type { BlockRecord, LayersRecord } from '../result/block-record.ts';
import type { Measurement } from '../result/plan-record.ts';
import type { Recording } from '../result/result.ts';
import { goodputBitsPerSecond } from '../stats/goodput.ts';

/** The layers that come sample by sample, in the order of their columns. */
const LAYERS = ['sendCallNs', 'localQueueNs', 'kernelRttNs', 'wakeUpNs', 'residenceNs'] as const;

type Layers = Pick<LayersRecord, (typeof LAYERS)[number]>;

/** A batch of samples of one block. */
export interface SampleBatch {
  /** Number of the run within the record, from 1. */
  readonly run: number;
  /** Number of the block within the record, from 1, in the order in which they ran. */
  readonly block: number;
  /** Number of the round within the run, from 1; 0 for a block before the first one. */
  readonly round: number;
  readonly kind: BlockRecord['kind'];
  readonly measurement: Measurement;
  readonly payloadBytes: number;
  /** Number of the batch's first sample within its block, from 0. */
  readonly first: number;
  /** How many samples at the head of the block are warm-up. */
  readonly warmupProbes: number;
  readonly rttNs: readonly number[];
  readonly sentAtNs: readonly number[];
  /** Null where there are no stamps. */
  readonly layers: Layers | null;
}

interface SampleRow extends Partial<Record<keyof Layers, number | null>> {
  readonly run: number;
  readonly block: number;
  readonly round: number;
  readonly measurement: Measurement;
  readonly payloadBytes: number;
  /** Counts from 1 within its block. */
  readonly probe: number;
  /** Whether no statistic has it: of a warm-up block, or at the head of another. */
  readonly warmup: boolean;
  readonly sentAtNs: number;
  readonly rttNs: number;
  /** Null where the clock was too coarse to see a round-trip time. */
  readonly goodputBitsPerSecond: number | null;
}

const COLUMNS =
  'run,block,round,measurement,payload_bytes,probe,warmup,sent_at_ns,rtt_ns,goodput_bits_per_second';
const LAYER_COLUMNS = 'send_call_ns,local_queue_ns,kernel_rtt_ns,wake_up_ns,residence_ns';

/** Every sample of a result, one row each (RFC 4180 but for LF line ends). */
export function csvReport({ blocks }: Pick<Recording, 'blocks'>): string {
  // All rows have the same columns, also those of a block without stamps.
  const layered = blocks.some(({ layers }) => layers !== null);
  const header = layered ? `${COLUMNS},${LAYER_COLUMNS}` : COLUMNS;
  const rows = blocks.flatMap((block, i) => rowsOf({ ...block, block: i + 1, first: 0 }, layered));
  return `${header}\n${rows.map((row) => `${Object.values(row).join(',')}\n`).join('')}`;
}

/** A batch of samples as lines of JSON. */
export function ndjsonLines(batch: SampleBatch): string {
  return rowsOf(batch, batch.layers !== null)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
}

function rowsOf(batch: SampleBatch, layered: boolean): SampleRow[] {
  const { run, block, round, kind, measurement, payloadBytes } = batch;
  const { first, warmupProbes, rttNs, sentAtNs, layers } = batch;
  return rttNs.map((rtt, i) => ({
    run,
    block,
    round,
    measurement,
    payloadBytes,
    probe: first + i + 1,
    warmup: kind === 'warm-up' || first + i < warmupProbes,
    sentAtNs: sentAtNs[i] ?? 0,
    rttNs: rtt,
    goodputBitsPerSecond: rtt > 0 ? Math.round(goodputBitsPerSecond(payloadBytes, rtt)) : null,
    ...(layered ? layersAt(layers, i) : {}),
  }));
}

function layersAt(layers: Layers | null, i: number): Partial<Record<keyof Layers, number | null>> {
  return Object.fromEntries(LAYERS.map((name) => [name, layers?.[name][i] ?? null]));
}
