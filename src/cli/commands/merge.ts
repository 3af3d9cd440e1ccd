/** The command line of `merge`: which results, and what to print. */
import { object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { multiple } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { argument, command, constant } from '@optique/core/primitives';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug, depth, jsonForm, jsonOutput } from '../options/printing.ts';

export const MERGE_EXAMPLES: readonly Example[] = [
  ['echolot merge monday.json tuesday.json', 'one report on both runs'],
  ['echolot merge run-*.json --json --output all.json', 'one result of all runs, for other programs'],
];

export const mergeCommandLine = command(
  'merge',
  object({
    command: constant('merge'),
    files: multiple(
      argument(file('FILE'), {
        description: message`two results or more, written with --json; - reads one from standard input`,
      }),
      { min: 2 },
    ),
    form: jsonForm(message`the merged result as JSON`),
    output: jsonOutput,
    depth,
    debug,
  }),
  {
    usageLine: usageLine('[OPTION...]', 'FILE', 'FILE...'),
    brief: message`Put the results of several runs together.`,
    description: message`Puts the results of several runs of the same measurement together: all samples count, and the intervals stand on the runs. Results that differ in target, dialect, engine, options or sizes are refused.`,
    footer: examples(MERGE_EXAMPLES),
  },
);

export type MergeArguments = InferValue<typeof mergeCommandLine>;
