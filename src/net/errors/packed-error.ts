/** Errors on their way between threads, which keep no classes: the one way to take one apart and to put it together. */
import { EcholotError, type ErrorCode, type ErrorPhase } from '../../core/errors.ts';

export interface PackedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string | undefined;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly speaksOtherwise: boolean;
  readonly phase: ErrorPhase | undefined;
  readonly nothingSent: boolean;
  readonly details: readonly string[];
  readonly stack: string | undefined;
}

export function packError(error: unknown): PackedError {
  const known =
    error instanceof EcholotError
      ? error
      : new EcholotError('internal', error instanceof Error ? error.message : String(error));
  const { code, message, advice, expected, received, speaksOtherwise, phase, nothingSent, details } = known;
  const stack = error instanceof Error ? error.stack : undefined;
  return { code, message, advice, expected, received, speaksOtherwise, phase, nothingSent, details, stack };
}

export function unpackError(packed: PackedError): EcholotError {
  const { code, message, advice, expected, received, speaksOtherwise, phase, nothingSent, details, stack } =
    packed;
  const error = new EcholotError(code, message, {
    speaksOtherwise,
    ...(advice === undefined ? {} : { advice }),
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
  });
  error.phase = phase;
  error.nothingSent = nothingSent;
  error.details = details;
  if (stack !== undefined) error.stack = stack;
  return error;
}
