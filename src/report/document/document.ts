/** What a report says, before it becomes a page or a text: sections of words, tables and places for pictures. */

export interface ReportTable {
  /** What the rows are; read out before them. */
  readonly caption: string;
  readonly header: readonly string[];
  /** The first cell names its row. */
  readonly rows: readonly (readonly string[])[];
  /** What its cells are. */
  readonly kind: 'figures' | 'words';
}

export interface Definition {
  readonly term: string;
  readonly text: string;
}

/** A number that is worth a place of its own. */
export interface KeyFigure {
  readonly name: string;
  readonly value: string;
  /** Its interval, or what it is of. */
  readonly detail: string;
}

/** Warnings of one kind with the same advice. */
export interface Doubt {
  readonly code: string;
  readonly advice: string;
  readonly cases: readonly DoubtCase[];
}

export interface DoubtCase {
  readonly message: string;
  readonly evidence: readonly string[];
}

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly table: ReportTable }
  | { readonly kind: 'key-figures'; readonly figures: readonly KeyFigure[] }
  | { readonly kind: 'doubts'; readonly doubts: readonly Doubt[] }
  | { readonly kind: 'definitions'; readonly definitions: readonly Definition[] }
  | { readonly kind: 'pictures' };

export interface Section {
  /** Stable, for links to it. */
  readonly id: string;
  readonly title: string;
  readonly parts: readonly Part[];
}

export interface ReportDocument {
  readonly title: string;
  /** Where, when and by what it was measured. */
  readonly byline: string;
  readonly sections: readonly Section[];
}

export const NONE = '–';

export function text(words: string): Part {
  return { kind: 'text', text: words };
}

export function table(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  kind: ReportTable['kind'] = 'figures',
): Part {
  return { kind: 'table', table: { caption, header, rows, kind } };
}
