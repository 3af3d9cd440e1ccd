/** Standard output and standard error: one line for an error, and peace when a pipe's reader leaves. */
import { inspect } from 'node:util';
import { EcholotError } from '../core/errors.ts';
import { asEcholotError } from '../measure/outcome.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { PROGRAM_NAME } from './program.ts';
import { visible } from './visible.ts';

/**
 * What to do when nobody reads any more: `echolot measure ... | head -1` ends without a word, a server goes on
 * serving, and a lost standard error stops nothing. A full disk is an error.
 */
export function watchStreams(command: string | undefined): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      const failure = new EcholotError('limit', `cannot write the output: ${error.message}`, {
        cause: error,
      });
      process.exit(reportError(failure, false));
    }
    if (command !== 'serve') process.exit(EXIT.done);
  });
  process.stderr.on('error', () => {});
}

/** Prints what happened, whose fault it was and what to try, in one line. @returns the exit code */
export function reportError(thrown: unknown, debug: boolean): number {
  const error = asEcholotError(thrown);
  const advice = error.advice === undefined ? '' : `; ${error.advice}`;
  const line = `${error.code}: ${error.message}${evidenceOf(error)}${advice}`;
  process.stderr.write(`${PROGRAM_NAME}: ${visible(line, Number.POSITIVE_INFINITY)}\n`);
  if (debug) process.stderr.write(`${inspect(error)}\n`);
  return exitCodeOf(error.code);
}

function evidenceOf({ message, expected, received }: EcholotError): string {
  if (received === undefined || message.includes(received)) return '';
  const came = received === 'nothing' ? 'nothing' : `"${received}"`;
  return ` (expected "${expected ?? ''}", received ${came})`;
}
