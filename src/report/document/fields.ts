/** Tables whose columns say how their cells are made; those that would say nothing in any row are left out. */
import { type Column, NONE, type Part, table } from './document.ts';

export interface Field<R> {
  readonly column: Column;
  readonly cell: (row: R) => string;
}

export function fieldTable<R>(
  caption: string,
  rows: readonly R[],
  fields: readonly Field<R>[],
  legend = '',
): Part {
  const told = fields.filter(({ cell }) => rows.some((row) => ![NONE, ''].includes(cell(row))));
  return table(
    caption,
    told.map(({ column }) => column),
    rows.map((row) => told.map(({ cell }) => cell(row))),
    legend,
  );
}

/** Figures that stand to the right. @param spare as of a column */
export function figureField<R>(name: string, cell: (row: R) => string, spare?: number): Field<R> {
  return { column: { name, kind: 'figures', ...(spare === undefined ? {} : { spare }) }, cell };
}

export function wordField<R>(name: string, cell: (row: R) => string, spare?: number): Field<R> {
  return { column: { name, kind: 'words', ...(spare === undefined ? {} : { spare }) }, cell };
}
