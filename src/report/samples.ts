/** Samples one by one: rows of CSV and lines of JSON with the same fields. */
import type { LayersRecord, Measurement, Result } from '../result/result.ts';
import { goodputBitsPerSecond } from '../stats/goodput.ts';

/** The layers that come sample by sample, in the order of their columns. */
const LAYERS = ['sendCallNs', 'localQueueNs', 'kernelRttNs', 'wakeUpNs', 'residenceNs'] as const;

type Layers = Pick<LayersRecord, (typeof LAYERS)[number]>;

/** A batch of samples of one session. */
export interface SampleBatch {
  /** Number of the session within the run, from 1. */
  readonly session: number;
  readonly measurement: Measurement;
  readonly payloadBytes: number;
  /** Number of the batch's first sample within its session, from 0. */
  readonly first: number;
  /** How many samples at the head of the session are warm-up. */
  readonly warmupProbes: number;
  readonly rttNs: readonly number[];
  readonly sentAtNs: readonly number[];
  /** Null where there are no stamps. */
  readonly layers: Layers | null;
}

interface SampleRow extends Partial<Record<keyof Layers, number | null>> {
  readonly session: number;
  readonly measurement: Measurement;
  readonly payloadBytes: number;
  /** Counts from 1 within its session. */
  readonly probe: number;
  readonly warmup: boolean;
  readonly sentAtNs: number;
  readonly rttNs: number;
  /** Null where the clock was too coarse to see a round-trip time. */
  readonly goodputBitsPerSecond: number | null;
}

const COLUMNS = 'session,measurement,payload_bytes,probe,warmup,sent_at_ns,rtt_ns,goodput_bits_per_second';
const LAYER_COLUMNS = 'send_call_ns,local_queue_ns,kernel_rtt_ns,wake_up_ns,residence_ns';

/** Every sample of a result, one row each (RFC 4180 but for LF line ends). */
export function csvReport({ sessions }: Result): string {
  // All rows have the same columns, also those of a session without stamps.
  const layered = sessions.some(({ layers }) => layers !== null);
  const header = layered ? `${COLUMNS},${LAYER_COLUMNS}` : COLUMNS;
  const rows = sessions.flatMap((session, i) => rowsOf({ ...session, session: i + 1, first: 0 }, layered));
  return `${header}\n${rows.map((row) => `${Object.values(row).join(',')}\n`).join('')}`;
}

/** A batch of samples as lines of JSON. */
export function ndjsonLines(batch: SampleBatch): string {
  return rowsOf(batch, batch.layers !== null)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
}

function rowsOf(batch: SampleBatch, layered: boolean): SampleRow[] {
  const { session, measurement, payloadBytes, first, warmupProbes, rttNs, sentAtNs, layers } = batch;
  return rttNs.map((rtt, i) => ({
    session,
    measurement,
    payloadBytes,
    probe: first + i + 1,
    warmup: first + i < warmupProbes,
    sentAtNs: sentAtNs[i] ?? 0,
    rttNs: rtt,
    goodputBitsPerSecond: rtt > 0 ? Math.round(goodputBitsPerSecond(payloadBytes, rtt)) : null,
    ...(layered ? layersAt(layers, i) : {}),
  }));
}

function layersAt(layers: Layers | null, i: number): Partial<Record<keyof Layers, number | null>> {
  return Object.fromEntries(LAYERS.map((name) => [name, layers?.[name][i] ?? null]));
}
