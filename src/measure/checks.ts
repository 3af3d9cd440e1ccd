/** Values that a caller may get wrong, and the words for it. */
import { EcholotError } from '../core/errors.ts';

/** @returns `value` @throws EcholotError `usage` */
export function checkInteger(what: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw usage(`the ${what} cannot be ${value}`, `choose a whole number from ${min} to ${max}`);
}

/** @throws EcholotError `usage` */
export function checkWord<T extends string>(what: string, value: T, words: readonly T[]): T {
  if (words.includes(value)) return value;
  throw usage(`there is no ${what} ${value}`, `choose ${words.join(', ').replace(/, (?=\w+$)/, ' or ')}`);
}

export function usage(message: string, advice: string): EcholotError {
  return new EcholotError('usage', message, { advice });
}
