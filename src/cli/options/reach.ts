/** How a server is reached and spoken to: the options of every command that calls one, each defined once. */
import { type Message, message } from '@optique/core/message';
import { map, optional } from '@optique/core/modifiers';
import type { Parser } from '@optique/core/parser';
import { option } from '@optique/core/primitives';
import {
  DEFAULT_TIMEOUT_MS,
  DELAY_UNITS,
  type DelayUnit,
  DIALECT_NAMES,
  type DialectName,
  MAX_WAIT_TURN_MS,
} from '../../options.ts';
import { file } from './file.ts';
import { defaulted } from './words/defaulted.ts';
import { LIMIT_TIME } from './words/ranges.ts';
import { duration, durationText, word } from './words/values.ts';

const WAIT_TURN = { min: 1, max: MAX_WAIT_TURN_MS };
/** Of the commands that open sessions. */
export const tokenFile: Parser<'sync', string | undefined, unknown> = optional(
  option('--token', file('FILE'), {
    description: message`show the server this token, written by echolot token issue; by default that of ECHOLOT_TOKEN_FILE in the environment, where there is one`,
  }),
);

/** What `auto` tries. */
export const TRIED = 'size-first, probes-first, tabs, literal-newline and hello';

/** Of the commands that wait for whole answers. */
export const ANSWER_TIMEOUT: Message = message`how long looking up and connecting, and any one answer beyond the server delay, may take`;

export function timeout(description: Message): Parser<'sync', number, unknown> {
  return defaulted(
    option('--timeout', duration(LIMIT_TIME), { description }),
    DEFAULT_TIMEOUT_MS,
    durationText(DEFAULT_TIMEOUT_MS),
  );
}

/** Of the commands that load a server, which does so for one client at a time. */
export function waitTurn(description: Message): Parser<'sync', number | undefined, unknown> {
  return optional(option('--wait-turn', duration(WAIT_TURN), { description }));
}

export function dialect(description: Message): Parser<'sync', DialectName | 'auto', unknown> {
  return option('--dialect', word(['auto', ...DIALECT_NAMES], 'NAME'), { description });
}

/** Either family where none is named. */
export const family: Parser<'sync', 4 | 6 | undefined, unknown> = optional(
  map(
    option('--family', word(['4', '6'], 'FAMILY'), {
      description: message`use this family of addresses only`,
    }),
    (text) => (text === '4' ? 4 : 6),
  ),
);

/** The unit is not on the wire. */
export function delayUnit(description: Message): Parser<'sync', DelayUnit | undefined, unknown> {
  return optional(option('--delay-unit', word(DELAY_UNITS, 'UNIT'), { description }));
}

/** Of the commands that ask a server for a delay. */
export const askedDelayUnit: Parser<'sync', DelayUnit | undefined, unknown> = delayUnit(
  message`the unit in which the server reads its delay; by default that of the dialect. inferred writes whole milliseconds without a point, and anything else in seconds with one`,
);
