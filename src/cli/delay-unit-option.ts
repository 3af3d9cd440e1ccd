/** `--delay-unit` of the commands that ask a server for a delay: the unit is not on the wire. */
import { message } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import { option } from '@optique/core/primitives';
import { word } from './values.ts';

export const delayUnit = optional(
  option('--delay-unit', word(['seconds', 'milliseconds', 'inferred'], 'UNIT'), {
    description: message`the unit in which the server reads its delay; by default that of the dialect. inferred writes whole milliseconds without a point, and anything else in seconds with one`,
  }),
);
