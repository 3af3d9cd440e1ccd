/** Options of `echolot selftest`. */
import { merge, object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { map, optional, withDefault } from '@optique/core/modifiers';
import { constant, flag, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { DEFAULT_SELF_TEST_MS, MAX_SELF_TEST_MS, MIN_SELF_TEST_MS } from '../measure/self-test.ts';
import { defaulted } from './defaulted.ts';
import { duration, durationText } from './values.ts';

export const selfTestOptions = merge(
  object({ command: constant('selftest') }),
  object('What to measure', {
    durationMs: defaulted(
      option('--duration', duration({ min: MIN_SELF_TEST_MS, max: MAX_SELF_TEST_MS }), {
        description: message`how long the test may take, about`,
      }),
      DEFAULT_SELF_TEST_MS,
      durationText(DEFAULT_SELF_TEST_MS),
    ),
  }),
  object('What to print', {
    form: withDefault(
      map(flag('--json', { description: message`the whole result as JSON` }), () => 'json' as const),
      'human' as const,
    ),
    output: optional(
      option('-o', '--output', string({ metavar: 'FILE' }), {
        description: message`write to this file; with --json the tables are printed as well`,
      }),
    ),
    debug: option('--debug', { description: message`print a stack with an error` }),
  }),
);
