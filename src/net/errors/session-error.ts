/** Errors of a session, as all who wait for its outcome have them: the caller's own end of it, and where it ended. */
import { EcholotError, type ErrorPhase } from '../../core/errors.ts';

/** Not a failure of anybody: whoever started the run has ended it. */
export function cancelled(): EcholotError {
  return new EcholotError('cancelled', 'the run was cancelled');
}

/** The same error; one that does not know yet in which phase it happened is told. */
export function inPhase<E>(error: E, phase: ErrorPhase): E {
  if (error instanceof EcholotError) error.phase ??= phase;
  return error;
}
