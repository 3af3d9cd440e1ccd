/** Options that have a default. */
import { message, text } from '@optique/core/message';
import { withDefault } from '@optique/core/modifiers';
import type { Parser } from '@optique/core/parser';

/** An option with a default that help shows in the words in which it is typed. */
export function defaulted<T>(
  parser: Parser<'sync', T, unknown>,
  value: T,
  shown: string = String(value),
): Parser<'sync', T, unknown> {
  return withDefault(parser, value, { message: message`${text(shown)}` });
}

/** The same where it matters whether it was given: its default is the library's, and help shows it all the same. */
export function defaultedLater<T>(
  parser: Parser<'sync', T, unknown>,
  shown: string,
): Parser<'sync', T | undefined, unknown> {
  return withDefault(parser, undefined, { message: message`${text(shown)}` });
}
