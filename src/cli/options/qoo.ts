/** `--qoo`: what an application needs, of a load that is run and of one that was saved. */
import { message, text } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import { option } from '@optique/core/primitives';
import type { ValueParser } from '@optique/core/valueparser';
import { QOO_PROFILES } from '../../options.ts';
import { file } from './file.ts';

const NAMES = QOO_PROFILES.map(({ name }) => name).join(', ');

export const qoo = optional(
  option('--qoo', profile(), {
    description: message`tell the Quality of Outcome (0 to 100) of a load for an application: one of ${text(NAMES)}, or a file of JSON that says what it needs`,
  }),
);

/** A profile that has a name, or the file of another one. */
export function profile(): ValueParser<'sync', string> {
  const files = file('FILE');
  return {
    ...files,
    metavar: 'NAME|FILE',
    *suggest(prefix) {
      for (const { name } of QOO_PROFILES) if (name.startsWith(prefix)) yield { kind: 'literal', text: name };
      yield* files.suggest?.(prefix) ?? [];
    },
  };
}
