/**
 * Rows of tables, to and from what a store keeps. Databases have the same columns under the same names; which statement writes or
 * finds them, and what a number looks like in its answers, is theirs.
 */
import type { StoredEvent } from '../../records/event.ts';
import { LAYERS, type Layer } from '../../records/interval.ts';
import type { Series } from '../../records/series.ts';
import type { PackedInterval } from '../packed/packed-interval.ts';
import type { Row } from '../packed/row.ts';

/** As a database gives them: whole numbers may be texts, bytes are a Uint8Array. */
export type Columns = Readonly<Record<string, unknown>>;
/** As a database takes them. */
export type Cell = number | string | Uint8Array | null;

/** In the order of columns: percentiles lie before histograms, and are read without them. */
const SUMMARY_COLUMNS: readonly string[] = LAYERS.map(summaryColumn);
const COUNTED = ['to_ms', 'runs', 'answered_runs', 'unsent_runs', 'probes', 'answered', 'rest'] as const;
const KEY = ['series_id', 'step_ms', 'from_ms', 'fingerprint'] as const;
/** Of a row of intervals, in the order of {@link valuesOf}. */
export const INTERVAL_COLUMNS: readonly string[] = [...KEY, ...COUNTED, ...SUMMARY_COLUMNS, ...LAYERS];

export function summarySelection(layers: readonly Layer[]): string {
  return ['from_ms', ...COUNTED, ...layers.map(summaryColumn)].join(', ');
}

export function intervalSelection(layers: readonly Layer[]): string {
  return ['from_ms', ...COUNTED, ...layers].join(', ');
}

export function valuesOf(seriesId: number, stepMs: number, fingerprint: number, row: Row): Cell[] {
  return [
    seriesId,
    stepMs,
    row.fromMs,
    fingerprint,
    row.toMs,
    row.runs,
    row.answeredRuns,
    row.unsentRuns,
    row.probes,
    row.answered,
    row.rest,
    ...LAYERS.map((layer) => row.summaries[layer] ?? null),
    ...LAYERS.map((layer) => row.layers[layer] ?? null),
  ];
}

export function packedOf(columns: Columns): PackedInterval {
  return { ...countedOf(columns), layers: bytesByLayer(columns, (layer) => layer) };
}

export function withoutHistograms(columns: Columns): Omit<Row, 'layers'> {
  return { ...countedOf(columns), summaries: bytesByLayer(columns, summaryColumn) };
}

export function seriesOf(row: Columns): Series {
  return {
    id: Number(row['id']),
    target: String(row['target']),
    kind: String(row['kind']) as Series['kind'],
    address: String(row['address']),
    port: Number(row['port']),
    workload: String(row['workload']),
    firstMs: Number(row['first_ms']),
    lastMs: Number(row['last_ms']),
    labels: JSON.parse(String(row['labels'])),
  };
}

export function eventOf(row: Columns): StoredEvent {
  return {
    id: Number(row['id']),
    atMs: Number(row['at_ms']),
    kind: String(row['kind']) as StoredEvent['kind'],
    target: row['target'] === null ? null : String(row['target']),
    text: String(row['text']),
    facts: JSON.parse(String(row['facts'])),
  };
}

function summaryColumn(layer: Layer): string {
  return `${layer}_summary`;
}

function countedOf(columns: Columns): Omit<PackedInterval, 'layers'> {
  return {
    fromMs: Number(columns['from_ms']),
    toMs: Number(columns['to_ms']),
    runs: Number(columns['runs']),
    answeredRuns: Number(columns['answered_runs']),
    unsentRuns: Number(columns['unsent_runs']),
    probes: Number(columns['probes']),
    answered: Number(columns['answered']),
    rest: columns['rest'] === null ? null : String(columns['rest']),
  };
}

function bytesByLayer(
  columns: Columns,
  nameOf: (layer: Layer) => string,
): Partial<Record<Layer, Uint8Array>> {
  const bytes: Partial<Record<Layer, Uint8Array>> = {};
  for (const layer of LAYERS) {
    const value = columns[nameOf(layer)];
    if (value instanceof Uint8Array) bytes[layer] = value;
  }
  return bytes;
}
