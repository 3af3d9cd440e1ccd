/** Results for people: the answer first, then tables and every doubt, in lines of a terminal. */
import type { Result } from '../result/result.ts';
import { WIDTH } from '../text/lines.ts';
import type { Depth, ReportDocument } from './document/document.ts';
import { reportDocument } from './document/measurement/report.ts';
import { type Piece, plainText } from './terminal/spans.ts';
import { terminalPieces } from './terminal/terminal.ts';

/** How a reader wants it. */
export interface Reading {
  readonly depth: Depth;
  /** Of the lines, in characters. */
  readonly width: number;
}

/** For whoever said nothing: what most want to see, on any terminal. */
export const USUAL: Reading = { depth: 'usual', width: WIDTH };

/** @param results at least one; several are shown side by side */
export function reportPieces(results: readonly Result[], { depth, width }: Reading): Iterable<Piece> {
  return terminalPieces(reportDocument(results, depth), width);
}

/** Any document as lines without tones. */
export function documentText(document: ReportDocument, width: number = WIDTH): string {
  return plainText(terminalPieces(document, width));
}

/** A result as such. */
export function humanReport(result: Result, reading: Reading = USUAL): string {
  return plainText(reportPieces([result], reading));
}
