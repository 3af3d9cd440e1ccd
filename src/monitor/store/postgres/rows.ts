/**
 * Rows as they go to a database: many as one text of JSON, which a statement makes rows of a table from. However many there are, it is the
 * same statement, and one answer to wait for.
 */
import type { Row } from '../packed/row.ts';
import { type Cell, INTERVAL_COLUMNS, valuesOf } from '../tables/columns.ts';

export type Cells = Readonly<Record<string, Cell>>;

export function rowsText(rows: readonly Cells[]): string {
  return JSON.stringify(rows, (_, cell) => (cell instanceof Uint8Array ? bytesText(cell) : cell));
}

export function intervalCells(seriesId: number, stepMs: number, fingerprint: number, row: Row): Cells {
  const cells = valuesOf(seriesId, stepMs, fingerprint, row);
  return Object.fromEntries(INTERVAL_COLUMNS.map((column, i) => [column, cells[i] ?? null]));
}

/** A text as PostgreSQL can keep it: it has neither the character NUL nor halves of others, which texts of peers may. */
export function keepable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u2400');
}

/** Unix ms as a whole number that fits: spans may have parts, or no end. */
export function wholeMs(ms: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(ms)));
}

function bytesText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}
