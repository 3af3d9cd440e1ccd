/** Standard output and standard error: one line for an error, and peace when a pipe's reader leaves. */
import { asEcholotError } from '../measure/outcome.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { PROGRAM_NAME } from './options.ts';

/** `echolot measure ... | head -1` ends without a word when head has had enough. */
export function dieQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.done);
      throw error;
    });
  }
}

/** Prints what happened, whose fault it was and what to try, in one line. @returns the exit code */
export function reportError(thrown: unknown, debug: boolean): number {
  const error = asEcholotError(thrown);
  const evidence =
    error.received === undefined || error.message.includes(error.received)
      ? ''
      : ` (expected "${error.expected ?? ''}", received "${error.received}")`;
  const advice = error.advice === undefined ? '' : `; ${error.advice}`;
  process.stderr.write(`${PROGRAM_NAME}: ${error.code}: ${error.message}${evidence}${advice}\n`);
  if (debug && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
  return exitCodeOf(error.code);
}
