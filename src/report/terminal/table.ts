/**
 * Tables in characters. Where a line is too short for all columns, those that can be spared go, and it is said which;
 * columns of words become narrower, their cells of several lines.
 */

import { wrapped } from '../../text/lines.ts';
import type { Column, ReportTable } from '../document/document.ts';

const INDENT = '  ';
const GAP = '  ';
/** @returns lines, without the caption */
export function tableText(shown: ReportTable, width: number): string {
  const { columns, left } = fitting(shown, width - INDENT.length);
  const kept = columns.map((column) => shown.columns.indexOf(column));
  const rows = shown.rows.map((row) => kept.map((i) => row[i] ?? ''));
  const widths = narrowed(columns, rows, width - INDENT.length);
  const head = lineOf(
    columns,
    columns.map(({ name }) => name),
    widths,
  );
  const body = rows.map((row) => lineOf(columns, row, widths)).join('');
  const legend = [shown.legend, left].filter((words) => words !== '').join('; ');
  return `${head}${body}${legend === '' ? '' : wrapped(legend, INDENT, width)}`;
}

/** The columns that there is room for, and which are not shown. */
function fitting(shown: ReportTable, width: number): { columns: readonly Column[]; left: string } {
  const left: string[] = [];
  let columns = shown.columns;
  while (leastWidth(shown, columns) > width) {
    const spare = columns
      .filter((column) => column.spare !== undefined)
      .toSorted((a, b) => (a.spare ?? 0) - (b.spare ?? 0))[0];
    if (spare === undefined) break;
    columns = columns.filter((column) => column !== spare);
    left.push(spare.name);
  }
  const names = [...new Set(left)].join(', ');
  return { columns, left: names === '' ? '' : `no room for ${names}` };
}

/** What the columns need at least. */
function leastWidth(shown: ReportTable, columns: readonly Column[]): number {
  const kept = columns.map((column) => shown.columns.indexOf(column));
  const rows = shown.rows.map((row) => kept.map((i) => row[i] ?? ''));
  return sumOf(leastWidths(columns, rows));
}

function naturalWidths(columns: readonly Column[], rows: readonly (readonly string[])[]): number[] {
  return columns.map(({ name }, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length)));
}

/** Words can be parted, but no word within. */
function leastWidths(columns: readonly Column[], rows: readonly (readonly string[])[]): number[] {
  const natural = naturalWidths(columns, rows);
  return columns.map(({ name, kind }, i) => {
    if (kind === 'figures') return natural[i] ?? 0;
    const lines = [name, ...rows.map((row) => row[i] ?? '')].flatMap((cell) =>
      wrapped(cell, '', 1).split('\n'),
    );
    return Math.max(...lines.map((line) => line.length));
  });
}

/** The widest columns of words give way until the line is short enough. */
function narrowed(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): number[] {
  const widths = naturalWidths(columns, rows);
  const least = leastWidths(columns, rows);
  let excess = sumOf(widths) - width;
  while (excess > 0) {
    const candidates = [...widths.keys()].filter((i) => (widths[i] ?? 0) > (least[i] ?? 0));
    const [widest] = candidates.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

function sumOf(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, 0) + GAP.length * Math.max(0, widths.length - 1);
}

function lineOf(columns: readonly Column[], cells: readonly string[], widths: readonly number[]): string {
  const lineups = cells.map((cell, i) => {
    const width = widths[i] ?? 0;
    return cell.length <= width ? [cell] : wrapped(cell, '', width).trimEnd().split('\n');
  });
  const height = Math.max(1, ...lineups.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, at) =>
    columns
      .map(({ kind }, i) => {
        const cell = lineups[i]?.[at] ?? '';
        const width = widths[i] ?? 0;
        return kind === 'words' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(GAP)
      .trimEnd(),
  );
  return lines.map((line) => `${INDENT}${line}\n`).join('');
}
