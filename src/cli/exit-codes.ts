/** Exit codes of the program. */
import type { ErrorCode } from '../core/errors.ts';

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** A condition of --fail-if is fulfilled. */
  threshold: 3,
  interrupted: 130,
} as const;

export function exitCodeOf(code: ErrorCode): number {
  if (code === 'usage') return EXIT.usage;
  return code === 'cancelled' ? EXIT.interrupted : EXIT.failed;
}
