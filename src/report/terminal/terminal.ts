/** A document for a terminal: lines of its width, the answer first, with tones for what must be seen. */

import { wrapped } from '../../text/lines.ts';
import type {
  Doubt,
  DoubtCase,
  KeyFigure,
  Part,
  ReportDocument,
  Section,
  Verdict,
} from '../document/document.ts';
import { verdictLines } from '../verdict-lines.ts';
import type { Piece } from './spans.ts';
import { tableText } from './table.ts';

const INDENT = '  ';
/** Of the longest verdict, `not run`. */
const VERDICT_COLUMNS = 7;
/** Below this a name and its figure do not share a line with what is of them. */
const LEAST_DETAIL = 24;
const MOST_BESIDE = 2;

/** @param width of its lines, in characters */
export function* terminalPieces(
  { title, byline, sections }: ReportDocument,
  width: number,
): Generator<Piece> {
  yield { text: wrapped(title, INDENT, width), tone: 'strong' };
  yield wrapped(byline, INDENT, width);
  for (const section of sections) yield* sectionPieces(section, width);
}

function* sectionPieces({ title, parts }: Section, width: number): Generator<Piece> {
  const shown = parts.filter(({ kind }) => kind !== 'pictures');
  const [first] = shown;
  if (first === undefined) return;
  yield '\n';
  if (needsTitle(first)) yield { text: `${title}\n`, tone: 'strong' };
  for (const [i, part] of shown.entries()) {
    if (isParted(shown[i - 1], part)) yield '\n';
    yield* partPieces(part, width);
  }
}

/** Whether there is a blank line between two parts of a section. */
function isParted(before: Part | undefined, part: Part): boolean {
  if (before === undefined || before.kind === 'heading') return false;
  return (
    part.kind === 'table' ||
    part.kind === 'heading' ||
    (before.kind !== part.kind && part.kind !== 'list' && before.kind !== 'doubts')
  );
}

/** Tables have captions, and figures names; a list of verdicts has neither. */
function needsTitle({ kind }: Part): boolean {
  return kind === 'definitions' || kind === 'verdicts';
}

function* partPieces(part: Part, width: number): Generator<Piece> {
  switch (part.kind) {
    case 'text':
      yield wrapped(part.text, INDENT, width);
      return;
    case 'heading':
      yield { text: wrapped(part.text, INDENT, width), tone: 'strong' };
      return;
    case 'list':
      for (const item of part.items) yield wrapped(item, INDENT, width);
      return;
    case 'table':
      yield { text: wrapped(part.table.caption, INDENT, width), tone: 'strong' };
      yield `\n${tableText(part.table, width)}`;
      return;
    case 'key-figures':
      yield* figurePieces(part.figures, width);
      return;
    case 'doubts':
      for (const doubt of part.doubts) yield* doubtPieces(doubt, width);
      return;
    case 'definitions':
      for (const { term, text } of part.definitions) yield wrapped(`${term}: ${text}`, INDENT, width);
      return;
    case 'verdicts':
      for (const verdict of part.verdicts) yield* verdictPieces(verdict, width);
      return;
    case 'pictures':
      return;
  }
}

function* verdictPieces({ word, tone, name, text, details }: Verdict, width: number): Generator<Piece> {
  const head = `${word.padEnd(VERDICT_COLUMNS)}${INDENT}`;
  yield { text: head, tone };
  const rest = wrapped(`${name}: ${text}`, ' '.repeat(head.length), width - head.length);
  yield rest;
  const indent = ' '.repeat(head.length);
  for (const line of verdictLines(details, width - head.length)) yield `${indent}${line}\n`;
}

/** A name, its figure, and what is of it, each in a column of its own. */
function* figurePieces(shown: readonly KeyFigure[], width: number): Generator<Piece> {
  const widthOf = (text: (figure: KeyFigure) => string): number =>
    Math.max(0, ...shown.map((figure) => text(figure).length));
  const nameWidth = widthOf(({ name }) => name);
  const valueWidth = widthOf(({ value }) => value);
  const head = nameWidth + valueWidth + 2 * INDENT.length;
  for (const { name, value, detail } of shown) {
    const beside = wrapped(detail, '', Math.max(1, width - head))
      .trimEnd()
      .split('\n');
    // Many short lines beside it would take more of a screen than what they say is worth.
    const isBeside = width - head >= LEAST_DETAIL && beside.length <= MOST_BESIDE;
    yield `${name.padEnd(nameWidth)}${INDENT}`;
    yield { text: value, tone: 'strong' };
    if (detail === '') yield '\n';
    else if (isBeside) {
      const gap = ' '.repeat(valueWidth - value.length + INDENT.length);
      const [first = '', ...others] = beside;
      yield `${gap}${first}\n`;
      for (const line of others) yield `${' '.repeat(head)}${line}\n`;
    } else {
      for (const line of wrapped(detail, '', width - INDENT.length)
        .trimEnd()
        .split('\n')) {
        yield `${line === '' ? '' : '\n'}${INDENT}${line}`;
      }
      yield '\n';
    }
  }
}

function* doubtPieces({ cases, advice }: Doubt, width: number): Generator<Piece> {
  const label = 'doubt:';
  const words = [...cases.map(caseText), ...advice.slice(0, 1)].join('; ');
  const lines = wrapped(`${label} ${words}`, INDENT, width);
  yield { text: label, tone: 'doubt' };
  yield lines.slice(label.length);
}

function caseText({ message, others }: DoubtCase): string {
  return others === '' ? message : `${message}, and likewise ${others}`;
}
