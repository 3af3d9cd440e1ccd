/** The words that name a target, of every command that measures one. */
import { message, text } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import { argument } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { TARGET_PORT } from './words/ranges.ts';
import { count } from './words/values.ts';

export function targetWords(host: string, port: string) {
  return {
    host: argument(string({ metavar: 'HOST' }), {
      description: message`${text(host)}; HOST:PORT is both in one word`,
    }),
    port: optional(argument(count(TARGET_PORT, 'PORT'), { description: message`${text(port)}` })),
  };
}
