/** Rows of the table of intervals, to and from what a store keeps. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { LAYERS, type Layer } from '../../records/interval.ts';
import type { PackedInterval } from '../packed/packed-interval.ts';
import type { Row } from '../packed/row.ts';
import { SUMMARY_COLUMNS } from './schema.ts';

export type Columns = Readonly<Record<string, SQLOutputValue>>;

const COUNTED = ['to_ms', 'runs', 'answered_runs', 'unsent_runs', 'probes', 'answered', 'rest'] as const;
const KEY = ['series_id', 'step_ms', 'from_ms', 'fingerprint'] as const;
const ALL: readonly string[] = [...KEY, ...COUNTED, ...SUMMARY_COLUMNS, ...LAYERS];

/** @param ifThere what becomes of one with the same key */
export function insertInterval(ifThere: 'IGNORE' | 'REPLACE'): string {
  return `INSERT OR ${ifThere} INTO interval (${ALL.join(', ')}) VALUES (${ALL.map(() => '?').join(', ')})`;
}

export const SUMMARY_SELECTION: string = ['from_ms', ...COUNTED, ...SUMMARY_COLUMNS].join(', ');

export function intervalSelection(layers: readonly Layer[]): string {
  return ['from_ms', ...COUNTED, ...layers].join(', ');
}

export function valuesOf(seriesId: number, stepMs: number, fingerprint: number, row: Row): SQLInputValue[] {
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
  return { ...countedOf(columns), summaries: bytesByLayer(columns, (layer) => `${layer}_summary`) };
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
