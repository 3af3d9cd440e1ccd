/**
 * Options that have nothing to act on beside others. They are refused before anything is measured or written: what is
 * passed over in silence looks as if it had been done.
 */
import { EcholotError } from '../../core/errors.ts';
import type { Depth } from '../../report/document/document.ts';

interface Printed {
  readonly depth: Depth;
  /** `human` for the report. */
  readonly form: string;
  /** Undefined for standard output. */
  readonly output: string | undefined;
}

/** How deep the report is goes with a report: there is none where standard output is for programs. */
export function requireReport({ depth, form, output }: Printed): void {
  if (form === 'human' || output !== undefined) return;
  refuseDepth(
    depth,
    `--${form}`,
    'leave one of them out, or add --output FILE, which prints the report, too',
  );
}

/**
 * @param beside the option that leaves no report to be brief or full
 * @throws EcholotError `usage` when a depth was asked for
 */
export function refuseDepth(depth: Depth, beside: string, advice: string): void {
  if (depth === 'usual') return;
  throw new EcholotError('usage', `--${depth} is of the report, and ${beside} prints none`, { advice });
}

/** Rows of samples are the only ones that may have those of the warm-up. */
export function requireRows({
  form,
  withWarmUp,
}: {
  readonly form: string;
  readonly withWarmUp: boolean;
}): void {
  if (!withWarmUp || form === 'csv' || form === 'ndjson') return;
  throw new EcholotError('usage', '--with-warmup is of rows of samples, and none are printed', {
    advice: 'add --csv or --ndjson; --json has them always',
  });
}

/** Histograms are of a record, and hold no probe by itself. */
export function requireSummed({
  histograms,
  form,
  withWarmUp,
}: {
  readonly histograms: boolean;
  readonly form: string;
  readonly withWarmUp: boolean;
}): void {
  if (!histograms) return;
  if (withWarmUp) {
    throw new EcholotError('usage', '--histograms keeps nothing of the warm-up, so there are no rows of it', {
      advice: 'leave out --with-warmup or --histograms',
    });
  }
  if (form === 'json' || form === 'csv') return;
  const written = form === 'ndjson' ? '--ndjson writes each probe' : 'none is written';
  throw new EcholotError('usage', `--histograms is of the record, and ${written}`, {
    advice: 'add --json or --csv, or an --output of such a name',
  });
}
