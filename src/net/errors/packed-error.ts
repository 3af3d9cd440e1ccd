/** Errors on their way between threads, which keep no classes: the one way to take one apart and to put it together. */
import { EcholotError, type ErrorCode, type ErrorPhase, factsOf } from '../../core/errors.ts';
import type { RefusalReason } from '../../core/wire/refusals.ts';

export interface PackedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string | undefined;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly speaksOtherwise: boolean;
  readonly refusal: RefusalReason | undefined;
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
  const { code, message, advice, expected, received, speaksOtherwise, refusal } = known;
  const { phase, nothingSent, details } = known;
  const stack = error instanceof Error ? error.stack : undefined;
  const told = { code, message, advice, expected, received, speaksOtherwise, refusal };
  return { ...told, phase, nothingSent, details, stack };
}

export function unpackError(packed: PackedError): EcholotError {
  const { code, message, advice, phase, nothingSent, details, stack } = packed;
  const error = new EcholotError(code, message, {
    ...factsOf(packed),
    ...(advice === undefined ? {} : { advice }),
  });
  error.phase = phase;
  error.nothingSent = nothingSent;
  error.details = details;
  if (stack !== undefined) error.stack = stack;
  return error;
}
