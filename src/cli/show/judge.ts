/** The conditions of `--fail-if` on their way out: to standard error, to a file for CI, and into the exit code. */

import { EcholotError } from '../../core/errors.ts';
import type { AnyThreshold } from '../../options.ts';
import { EXIT } from '../exit-codes.ts';
import { openOutput } from '../output.ts';
import { complain } from '../streams.ts';
import type { Judged } from './junit.ts';

/** Tells what became of the conditions. @returns the exit code, that of success where there are none */
export type Judge = (judged: readonly Judged[]) => Promise<number>;

/**
 * Before anything is measured, so that a file that cannot be written is found in time.
 * @throws EcholotError `usage` for a file without conditions, or one that cannot be written
 */
export function prepareJudge({ failIf, junit }: JudgeOptions): Judge {
  if (junit !== undefined && failIf.length === 0) {
    throw new EcholotError('usage', '--junit tells what became of conditions, and there are none', {
      advice: 'give one or several with --fail-if',
    });
  }
  const file = junit === undefined ? undefined : openOutput(junit);
  return async (judged) => {
    // Loaded once there is something to judge: what prepares a run is not kept waiting.
    const { junitReport } = await import('./junit.ts');
    const { thresholdExitCode, thresholdReport } = await import('./threshold-report.ts');
    for (const { name, findings } of judged) {
      complain(thresholdReport(findings, judged.length > 1 ? `${name}: ` : ''));
    }
    await file?.write(junitReport(judged));
    file?.commit();
    const codes = judged.map(({ findings }) => thresholdExitCode(findings));
    if (codes.includes(EXIT.threshold)) return EXIT.threshold;
    return codes.find((code) => code !== EXIT.done) ?? EXIT.done;
  };
}

export interface JudgeOptions {
  readonly failIf: readonly AnyThreshold[];
  /** Undefined for none. */
  readonly junit: string | undefined;
}
