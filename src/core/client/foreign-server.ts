/** What a server is that speaks another protocol, by its first bytes: somebody took a wrong port. */
import { asciiText } from '../wire/grammar.ts';

const TLS_SERVER = 'a server that speaks TLS';
const BEGINNINGS: readonly (readonly [beginning: RegExp, what: string])[] = [
  // RFC 9112, 4; TLS: RFC 8446, 5.1 (an alert or a handshake record); RFC 4253, 4.2; RFC 5321, 4.2 and RFC 959, 5.4.
  [/^HTTP\//, 'a web server'],
  [/^<(?:!doctype )?html/i, 'a web server'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the type of a record, and the major version
  [/^[\x15\x16]\x03/, TLS_SERVER],
  [/^SSH-/, 'an SSH server'],
  [/^220[ -]/, 'a mail or FTP server'],
  [/^(?:-ERR|\+OK) /, 'a Redis or POP3 server'],
];
const SHOWN_BYTES = 16;

/** @returns undefined for what nobody knows */
export function foreignServer(received: Uint8Array): string | undefined {
  const beginning = asciiText(received, 0, Math.min(received.length, SHOWN_BYTES));
  return BEGINNINGS.find(([pattern]) => pattern.test(beginning))?.[1];
}

/** What to do about it. @param otherwise about all that cannot be measured in another way */
export function adviceOnForeign(foreign: string, otherwise: string): string {
  return foreign === TLS_SERVER
    ? `speak TLS with it, such as by echolot measure --tls; or ${otherwise}`
    : otherwise;
}
