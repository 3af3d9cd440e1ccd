/** The command line of `assignment`: which delays, how often, how to reach it, and what to keep. */
import { merge, object } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { command, constant, option } from '@optique/core/primitives';
import { engineAlone } from '../options/engine.ts';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug } from '../options/printing.ts';
import { ANSWER_TIMEOUT, askedDelayUnit, dialect, family, TRIED, timeout } from '../options/reach.ts';
import { blocks, FROM_ZERO, probes } from '../options/sampling.ts';
import { targetWords } from '../options/target.ts';
import { defaulted } from '../options/words/defaulted.ts';
import { durations, durationText } from '../options/words/values.ts';

const DEFAULT_DELAYS_MS: readonly number[] = [0, 10, 100];
/** More curves than that cannot be told apart in one plot. */
const MAX_DELAYS = 10;

export const ASSIGNMENT_EXAMPLES: readonly Example[] = [
  ['echolot assignment localhost 9900 --html report.html', 'delays of 0, 10 and 100 ms, with the plots'],
  [
    'echolot assignment localhost 9900 --delays 0,20ms,50ms -n 10',
    'delays of your own; ten probes for each size, in one session',
  ],
  [
    'echolot assignment localhost 9900 --csv results.csv',
    'a row for each delay and size, for LaTeX or a spreadsheet',
  ],
  [
    'echolot assignment host.example 9900 --keep results',
    'one file for each delay, which echolot report reads again',
  ],
];

export const assignmentCommandLine = command(
  'assignment',
  merge(
    object({
      command: constant('assignment'),
      ...targetWords('name or address of the server', 'its port'),
    }),
    object('What to measure', {
      delaysMs: defaulted(
        option('--delays', durations(FROM_ZERO, MAX_DELAYS), {
          description: message`how long the server is asked to wait before each echo: one measurement of all sizes for each, the shortest first`,
        }),
        DEFAULT_DELAYS_MS,
        DEFAULT_DELAYS_MS.map(durationText).join(','),
      ),
      probes: probes(
        message`probes for each size, exactly; by default 10 to 100 in each block, which with a delay of 100ms takes two minutes`,
      ),
      blocks: blocks(
        message`sessions for each size, in a random order; by default 10, fewer where --probes leaves less than 10 to each; 1 is the assignment's plain form: the sizes one after the other, without warm-up or intervals`,
      ),
    }),
    object('How to reach it', {
      delayUnit: askedDelayUnit,
      protocol: defaulted(dialect(message`speak this dialect; auto tries ${text(TRIED)}`), 'auto'),
      family,
      timeoutMs: timeout(ANSWER_TIMEOUT),
    }),
    engineAlone,
    object('What to keep', {
      html: optional(
        option('--html', file('FILE'), {
          description: message`write the report with its plots to this file, one page for any browser`,
        }),
      ),
      csv: optional(
        option('--csv', file('FILE'), {
          description: message`write a table to this file: a row for each delay and size, with mean, median and its 95 % interval in base units, nanoseconds and bit/s`,
        }),
      ),
      keep: optional(
        option('--keep', file('DIR'), {
          description: message`write each result to a file of this directory, named after its delay: delay-10ms.json`,
        }),
      ),
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT'),
    brief: message`Run the whole assignment: all sizes with several server delays, and its report.`,
    description: message`Runs the assignment's whole experiment: round-trip time and throughput for all twelve sizes, once for each server delay. Prints averages, medians and intervals, and what they show; with --html also the plots against the size, all delays in one.`,
    footer: examples(ASSIGNMENT_EXAMPLES),
  },
);

export type AssignmentArguments = InferValue<typeof assignmentCommandLine>;
