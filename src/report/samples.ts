/** Samples one by one: rows of CSV and lines of JSON with the same fields. */
import type { Measurement, Result } from '../result/result.ts';
import { goodputBitsPerSecond } from '../stats/goodput.ts';

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
}

interface SampleRow {
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

const CSV_HEADER =
  'session,measurement,payload_bytes,probe,warmup,sent_at_ns,rtt_ns,goodput_bits_per_second\n';

/** Every sample of a result, one row each (RFC 4180 but for LF line ends). */
export function csvReport({ sessions }: Result): string {
  const rows = sessions.flatMap((session, i) => rowsOf({ ...session, session: i + 1, first: 0 }));
  return CSV_HEADER + rows.map((row) => `${Object.values(row).join(',')}\n`).join('');
}

/** A batch of samples as lines of JSON. */
export function ndjsonLines(batch: SampleBatch): string {
  return rowsOf(batch)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
}

function rowsOf({
  session,
  measurement,
  payloadBytes,
  first,
  warmupProbes,
  rttNs,
  sentAtNs,
}: SampleBatch): SampleRow[] {
  return rttNs.map((rtt, i) => ({
    session,
    measurement,
    payloadBytes,
    probe: first + i + 1,
    warmup: first + i < warmupProbes,
    sentAtNs: sentAtNs[i] ?? 0,
    rttNs: rtt,
    goodputBitsPerSecond: rtt > 0 ? Math.round(goodputBitsPerSecond(payloadBytes, rtt)) : null,
  }));
}
