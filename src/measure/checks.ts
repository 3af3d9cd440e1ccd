/** Values that a caller may get wrong, and the words for it. */
import { usage } from '../core/errors.ts';
import { readHost } from '../net/reach/host-text.ts';

/** One hour: longer than anybody waits for a probe. */
export const MAX_DURATION_MS = 3_600_000;

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

/** @returns the host without brackets @throws EcholotError `usage` */
export function checkTarget(text: string, port: number, family: number | undefined): string {
  const { host, port: another } = readHost(text);
  if (another !== undefined) throw usage(`the host ${text} has a port`, 'give the port by itself');
  checkInteger('port', port, 1, 65_535);
  if (family !== undefined && family !== 4 && family !== 6) {
    throw usage(`there is no address family ${family}`, 'choose 4 or 6');
  }
  return host;
}

export function checkDuration(
  what: string,
  ms: number,
  minMs: number,
  maxMs: number = MAX_DURATION_MS,
): number {
  if (ms >= minMs && ms <= maxMs) return ms;
  throw usage(`the ${what} cannot be ${ms} ms`, `choose from ${minMs} ms to ${maxMs} ms`);
}

/** All names that options of a kind may have; the type makes sure that none is missing. */
export type OptionNames<T> = { readonly [K in keyof Required<T>]: true };

/** For callers without types: an option that is misspelt would be passed over in silence. @throws EcholotError `usage` */
export function checkNames<T extends object>(options: T, names: OptionNames<T>): void {
  if (typeof options !== 'object' || options === null) {
    throw usage(`options are an object, not ${String(options)}`, `give { ${Object.keys(names)[0]}: ... }`);
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  throw usage(`there is no option ${unknown}`, `the options are ${Object.keys(names).join(', ')}`);
}
