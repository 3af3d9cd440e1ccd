/** The command line of `merge`: which results, and what to print. */
import { object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { map, multiple, optional } from '@optique/core/modifiers';
import { argument, command, constant, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { examples, usageLine } from './command-help.ts';
import { EXAMPLES } from './examples.ts';

export const mergeOptions = command(
  'merge',
  object({
    command: constant('merge'),
    files: multiple(
      argument(string({ metavar: 'FILE' }), {
        description: message`two results or more, written with --json; - reads one from standard input`,
      }),
      { min: 2 },
    ),
    form: map(
      option('--json', { description: message`the merged result as JSON` }),
      (json): 'human' | 'json' => (json ? 'json' : 'human'),
    ),
    output: optional(
      option('-o', '--output', string({ metavar: 'FILE' }), {
        description: message`write to this file; with --json the tables are printed as well`,
      }),
    ),
    debug: option('--debug', { description: message`print a stack with an error` }),
  }),
  {
    usageLine: usageLine('[OPTION...]', 'FILE', 'FILE...'),
    brief: message`Put the results of several runs together.`,
    description: message`Puts the results of several runs of the same measurement together: all samples count, and the intervals stand on the runs. Results that differ in target, dialect, engine, options or sizes are refused.`,
    footer: examples(EXAMPLES.merge),
  },
);
