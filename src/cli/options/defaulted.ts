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
