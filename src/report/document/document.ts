/** What a report says, before it becomes lines, a page or Markdown: sections of words, tables and places for pictures. */

/** How much of it: the answer alone, what most readers want, or all there is. */
export type Depth = 'brief' | 'usual' | 'full';

export interface Column {
  readonly name: string;
  /** Figures stand to the right, words to the left. */
  readonly kind: 'figures' | 'words';
  /** Where lines are too short for all columns, that with the least number goes first; those without one stay. */
  readonly spare?: number;
}

export interface ReportTable {
  /** What the rows are; read out before them. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell names its row. */
  readonly rows: readonly (readonly string[])[];
  /** What its marks mean, and what is missing; '' where all is plain. */
  readonly legend: string;
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

/** What speaks against the figures for one reason, whatever it was seen by. */
export interface Doubt {
  /** The reason in a word or two. */
  readonly cause: string;
  /** One of a kind, the most telling first. */
  readonly cases: readonly DoubtCase[];
  /** What to do, the most helpful first. */
  readonly advice: readonly string[];
}

/** Warnings of one kind. */
export interface DoubtCase {
  readonly code: string;
  /** Of the first of them. */
  readonly message: string;
  readonly evidence: readonly string[];
  /** The series that the others are of: `RTT of 100 B, 200 B`; '' where there are none. */
  readonly others: string;
}

/** What became of one demand. */
export interface Verdict {
  /** `pass`, `fail`, or another word for it. */
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'doubt' | 'faint';
  /** Of the demand. */
  readonly name: string;
  readonly text: string;
  /** What stands below it. */
  readonly details: readonly Detail[];
}

/** A message on the wire, its beginning and, where it is longer, its end; or something with a name. */
export type Detail =
  | {
      readonly kind: 'message';
      readonly direction: 'sent' | 'received';
      readonly head: string;
      readonly tail: string;
      readonly bytes: number;
    }
  | { readonly kind: 'fact'; readonly term: string; readonly text: string };

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly table: ReportTable }
  | { readonly kind: 'key-figures'; readonly figures: readonly KeyFigure[] }
  | { readonly kind: 'doubts'; readonly doubts: readonly Doubt[] }
  | { readonly kind: 'definitions'; readonly definitions: readonly Definition[] }
  | { readonly kind: 'verdicts'; readonly verdicts: readonly Verdict[] }
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

/** A column of figures that stays, whatever the width. */
export function figures(name: string, spare?: number): Column {
  return { name, kind: 'figures', ...(spare === undefined ? {} : { spare }) };
}

export function words(name: string): Column {
  return { name, kind: 'words' };
}

export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  legend = '',
): Part {
  return { kind: 'table', table: { caption, columns, rows, legend } };
}
