/** The target on the command line: `HOST PORT`, or both in one word, `HOST:PORT`. */
import { type EcholotError, usage } from '../../core/errors.ts';
import { familyOf, inBrackets, readHost, readPort } from '../../options.ts';

export interface TargetWords {
  readonly host: string;
  /** The word behind the host; undefined where there is none. */
  readonly port: number | undefined;
}

/** @throws EcholotError `usage` where there is no port, or two */
export function targetOf({ host: text, port: given }: TargetWords): { host: string; port: number } {
  const { host, port = given } = readHost(text);
  if (port === undefined) throw withoutPort(text);
  if (port !== given && given !== undefined) {
    throw usage(`${text} has a port, and ${given} is another`, 'leave one of them out');
  }
  return { host, port };
}

/** The same in one word. @throws EcholotError `usage` */
export function targetInOneWord(text: string): { host: string; port: number } {
  const { host, port } = readHost(text);
  if (port !== undefined) return { host, port };
  throw usage(
    `${text}: the port is missing`,
    familyOf(text) === 6 ? `give ${inBrackets(text)}` : 'give HOST:PORT',
  );
}

/**
 * The same where one more word may follow: behind `HOST:PORT` that is the next one.
 * @throws EcholotError `usage` where there is no port, or a word too many
 */
export function targetAndWord(
  text: string,
  second: string | undefined,
  third: string | undefined,
): { host: string; port: number; word: string | undefined } {
  const { host, port } = readHost(text);
  if (port === undefined) {
    if (second === undefined) throw withoutPort(text);
    return { host, port: readPort(second), word: third };
  }
  if (third !== undefined) throw usage(`${JSON.stringify(third)} is one word too many`, 'quote the message');
  return { host, port, word: second };
}

function withoutPort(text: string): EcholotError {
  const isIPv6 = familyOf(text) === 6;
  const oneWord = isIPv6 ? inBrackets(text) : 'HOST:PORT';
  return usage(`${text}: the port is missing`, `give ${isIPv6 ? 'ADDRESS' : 'HOST'} PORT or ${oneWord}`);
}
