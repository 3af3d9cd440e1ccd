/**
 * What stands below a verdict, in lines of a width: messages on the wire as a ladder, the client on the left, and facts with
 * their names.
 */
import { WIDTH, wrapped } from '../text/lines.ts';
import type { Detail } from './document/document.ts';

/** Of what a client sends, beside what it receives; more is no easier to read. */
const COLUMN = 34;
const ARROW = ' --> ';
/** Below this there is no room for two columns. */
const LEAST_LADDER = 60;
const GAP = ' ... ';
/** The end of a message tells as much as its beginning: number, line end. */
const TAIL_CHARACTERS = 8;

export function verdictLines(details: readonly Detail[], width: number = WIDTH): string[] {
  const termWidth = Math.max(
    0,
    ...details.map((detail) => (detail.kind === 'fact' ? detail.term.length : 0)),
  );
  return details.flatMap((detail) =>
    detail.kind === 'fact' ? factLines(detail, termWidth, width) : [messageLine(detail, width)],
  );
}

function factLines(
  { term, text }: Extract<Detail, { kind: 'fact' }>,
  termWidth: number,
  width: number,
): string[] {
  const head = `${term.padEnd(termWidth)}  `;
  return wrapped(head + text, ' '.repeat(head.length), width)
    .trimEnd()
    .split('\n');
}

function messageLine(message: Extract<Detail, { kind: 'message' }>, width: number): string {
  const isSent = message.direction === 'sent';
  if (width < LEAST_LADDER) return `${isSent ? '-->' : '<--'} ${shortened(message, width - 4)}`;
  const column = Math.min(COLUMN, Math.floor((width - ARROW.length) / 2));
  const content = shortened(message, column);
  return isSent ? `${content.padEnd(column)} -->` : `${' '.repeat(column)} <-- ${content}`;
}

/** The message from both ends, as much as a column holds, and its size. */
function shortened({ head, tail, bytes }: Extract<Detail, { kind: 'message' }>, columns: number): string {
  const size = ` (${bytes} B)`;
  const room = columns - size.length;
  if (tail === '' && head.length <= room) return head + size;
  const end = (tail === '' ? head : tail).slice(-TAIL_CHARACTERS);
  return `${head.slice(0, Math.max(1, room - GAP.length - end.length))}${GAP}${end}${size}`;
}
