/** Errors as records of a result, and the error that carries what was measured before it. */
import { EcholotError, factsOf } from '../core/errors.ts';
import { limitError } from '../net/errors/network-error.ts';
import type { CapacityResult } from '../result/capacity/capacity-result.ts';
import type { CheckResult } from '../result/check-result.ts';
import type { Comparison } from '../result/comparison.ts';
import type { LoadComparison } from '../result/load/load-comparison.ts';
import type { LoadResult } from '../result/load/load-result.ts';
import type { PacedComparison } from '../result/paced/paced-comparison.ts';
import type { PacedResult } from '../result/paced/paced-result.ts';
import type { PingResult } from '../result/ping-result.ts';
import type { ErrorRecord, Outcome, Result } from '../result/result.ts';

/** A run that ended early; `result` holds what was measured until then. */
class RunError<R> extends EcholotError {
  readonly result: R;

  constructor(error: EcholotError, result: R) {
    const { code, message, advice } = error;
    super(code, message, {
      ...factsOf(error),
      cause: error,
      ...(advice === undefined ? {} : { advice }),
    });
    this.phase = error.phase;
    this.details = error.details;
    this.result = result;
  }
}

/** A measurement that failed or was cancelled; `result` holds what was measured until then. */
export class MeasureError extends RunError<Result> {}

/** What a comparison found, and the results that were compared. */
export interface ComparisonOutcome {
  readonly comparison: Comparison;
  readonly a: Result;
  readonly b: Result;
}

/** A comparison that failed or was cancelled; `result` is undefined when no round of it was completed. */
export class CompareError extends RunError<ComparisonOutcome | undefined> {}

/** What a comparison of loads found, and the loads of complete rounds, in their order. */
export interface LoadComparisonOutcome {
  readonly comparison: LoadComparison;
  readonly a: readonly LoadResult[];
  readonly b: readonly LoadResult[];
}

/** A comparison of loads that failed or was cancelled; `result` is undefined when no round of it was completed. */
export class CompareLoadsError extends RunError<LoadComparisonOutcome | undefined> {}

/** What a comparison of paced probes found, and the runs of complete rounds, in their order. */
export interface PacedComparisonOutcome {
  readonly comparison: PacedComparison;
  readonly a: readonly PacedResult[];
  readonly b: readonly PacedResult[];
}

/** A comparison of paced probes that failed or was cancelled; `result` is undefined when no round of it was completed. */
export class ComparePacedError extends RunError<PacedComparisonOutcome | undefined> {}

/** A check that could not go on; `result` holds what was found until then. */
export class CheckError extends RunError<CheckResult> {}

/** A load that failed or was cancelled; `result` holds what was seen until then. */
export class LoadError extends RunError<LoadResult> {}

/** A run of paced probes that failed or was cancelled; `result` holds what was seen until then. */
export class PacedError extends RunError<PacedResult> {}

/** A search for a capacity that failed or was cancelled; `result` holds what was known until then. */
export class CapacityError extends RunError<CapacityResult> {}

/** A series of handshakes that could not go on; `result` holds what was measured until then. */
export class PingError extends RunError<PingResult> {}

export function errorRecord(error: EcholotError): ErrorRecord {
  const { code, message, advice, expected, received, phase } = error;
  return {
    code,
    message,
    advice: advice ?? null,
    expected: expected ?? null,
    received: received ?? null,
    phase: phase ?? null,
  };
}

export function outcomeOf(error: EcholotError | undefined): Outcome {
  if (error === undefined) return { status: 'complete', error: null };
  return { status: error.code === 'cancelled' ? 'cancelled' : 'failed', error: errorRecord(error) };
}

/** Whatever was thrown, as an EcholotError; what is none, and no limit of this machine, is a fault of echolot. */
export function asEcholotError(error: unknown): EcholotError {
  if (error instanceof EcholotError) return error;
  const limit = limitError(error);
  if (limit !== undefined) return limit;
  const message = error instanceof Error ? error.message : String(error);
  return new EcholotError('internal', message, { cause: error, advice: 'please report this as a bug' });
}
