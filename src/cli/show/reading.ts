/** How wide the lines of a report are: as the terminal, within reason, and as any terminal where there is none. */
import type { Depth, ReportDocument } from '../../report/document/document.ts';
import type { Reading } from '../../report/human.ts';
import type { Piece } from '../../report/terminal/spans.ts';
import { terminalPieces } from '../../report/terminal/terminal.ts';
import { WIDTH } from '../../text/lines.ts';

const LEAST = 50;
const MOST = 200;

/** @param isForFile whether the lines go to a file, which may be read anywhere */
export function readingOf(depth: Depth, isForFile: boolean): Reading {
  const { isTTY, columns } = process.stdout;
  const width = isForFile || !isTTY || !columns ? WIDTH : Math.min(MOST, Math.max(LEAST, columns));
  return { depth, width };
}

/** A document in lines of the terminal. */
export function documentPieces(document: ReportDocument, isForFile = false): Iterable<Piece> {
  return terminalPieces(document, readingOf('usual', isForFile).width);
}
