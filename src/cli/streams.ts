/**
 * Standard output and standard error: one line for an error, and peace when nobody reads any more. What is lost there
 * costs neither a file nor an exit code.
 */
import { inspect, styleText } from 'node:util';
import { EcholotError } from '../core/errors.ts';
import { asEcholotError } from '../measure/outcome.ts';
import type { Piece, Tone } from '../report/terminal/spans.ts';
import { harmless } from '../text/printable.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { leave } from './leave.ts';
import { PROGRAM_NAME } from './program.ts';
import { visible } from './visible.ts';

/** A text, or its pieces where it is too long for one. */
export type Text = string | Iterable<Piece>;

/** What to do once standard output takes no more: the program ends, unless it has more to do. */
let whenLost: ((code: number) => void) | undefined = leave;
/** Whether standard output takes no more. */
let lost = false;

const STYLES = {
  strong: 'bold',
  faint: 'dim',
  doubt: 'yellow',
  good: 'green',
  bad: 'red',
} as const satisfies Record<Tone, string>;

/** What a terminal line or two hold. */
const MAX_DETAIL = 160;

/**
 * What to do when nobody reads any more: `echolot measure ... | head -1` ends without a word, a server goes on
 * serving, and a lost standard error stops nothing. A full disk is an error.
 */
export function watchStreams(command: string | undefined): void {
  process.stderr.on('error', () => {});
  // Its clients, its page and its store matter more than whoever looks on.
  if (command === 'serve' || command === 'monitor') {
    process.stdout.on('error', () => {});
    return;
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (lost) return;
    lost = true;
    const code = isGone(error) ? EXIT.done : reportError(lostOutput(error), false);
    // What the program found otherwise counts more, and may be known already.
    process.exitCode ||= code;
    whenLost?.(Number(process.exitCode));
  });
}

/** From here on there is more to do than to print: a reader that leaves does not end the program. */
export function outliveReader(): void {
  whenLost = undefined;
}

/** Instead of ending the program. */
export function whenReaderLeaves(action: () => void): void {
  whenLost = action;
}

/** Writes to standard output as fast as it is read. Never throws: what cannot be printed is lost, and what was
 * written by others is shown, and not obeyed. */
export async function print(text: Text): Promise<void> {
  for (const piece of typeof text === 'string' ? [text] : text) {
    if (lost) return;
    if (!process.stdout.write(coloured(piece))) await drained();
  }
}

/** Where standard output is a terminal that has colours, or colours were asked for (NO_COLOR, FORCE_COLOR). */
function coloured(piece: Piece): string {
  if (typeof piece === 'string') return harmless(piece);
  return styleText(STYLES[piece.tone], harmless(piece.text), { stream: process.stdout });
}

function drained(): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      process.stdout.off('drain', go);
      process.stdout.off('error', go);
      resolve();
    };
    process.stdout.on('drain', go);
    process.stdout.on('error', go);
  });
}

/** A pipe without a reader, or a terminal that was hung up. */
function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ECONNRESET' || (code === 'EIO' && process.stdout.isTTY);
}

function lostOutput(error: Error): EcholotError {
  return new EcholotError('limit', `cannot write to standard output: ${error.message}`, { cause: error });
}

/** Writes to standard error. What was written by others is shown, and not obeyed. */
export function complain(text: string): void {
  process.stderr.write(harmless(text));
}

/** Prints what happened, whose fault it was and what to try, in one line, and what led to it below. @returns the exit code */
export function reportError(thrown: unknown, debug: boolean): number {
  const error = asEcholotError(thrown);
  const advice = error.advice === undefined ? '' : `; ${error.advice}`;
  const line = `${error.code}: ${error.message}${evidenceOf(error)}${advice}`;
  complain(`${PROGRAM_NAME}: ${visible(line, Number.POSITIVE_INFINITY)}\n`);
  for (const detail of error.details) complain(`  ${visible(detail, MAX_DETAIL)}\n`);
  if (debug) complain(`${inspect(error)}\n`);
  return exitCodeOf(error.code);
}

function evidenceOf({ message, expected, received }: EcholotError): string {
  // A refusal with a reason is told in the sentence.
  if (received === undefined || expected === undefined || message.includes(received)) return '';
  const came = received === 'nothing' ? 'nothing' : `"${received}"`;
  return ` (expected "${expected}", received ${came})`;
}
