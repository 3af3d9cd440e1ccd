/** The command line of `assignment`: which delays, how often, how to reach it, and what to keep. */
import { merge, object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import { command, constant, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { DIALECT_NAMES } from '../core/dialects.ts';
import { MAX_DURATION_MS } from '../measure/checks.ts';
import { DEFAULT_TIMEOUT_MS, MAX_BLOCKS, MAX_PROBES } from '../measure/plan.ts';
import { examples, usageLine } from './command-help.ts';
import { defaulted } from './defaulted.ts';
import { delayUnit } from './delay-unit-option.ts';
import { handshakeEngineOptions } from './engine-options.ts';
import { EXAMPLES } from './examples.ts';
import { LIMIT_TIME } from './ranges.ts';
import { targetWords } from './target-options.ts';
import { count, duration, durations, durationText, word } from './values.ts';

const DEFAULT_DELAYS_MS: readonly number[] = [0, 10, 100];
/** More curves than that cannot be told apart in one plot. */
const MAX_DELAYS = 10;

export const assignmentOptions = command(
  'assignment',
  merge(
    object({
      command: constant('assignment'),
      ...targetWords('name or address of the server', 'its port'),
    }),
    object('What to measure', {
      delaysMs: defaulted(
        option('--delays', durations({ min: 0, max: MAX_DURATION_MS }, MAX_DELAYS), {
          description: message`how long the server is asked to wait before each echo: one measurement of all sizes for each`,
        }),
        DEFAULT_DELAYS_MS,
        DEFAULT_DELAYS_MS.map(durationText).join(','),
      ),
      probes: optional(
        option('-n', '--probes', count({ min: 1, max: MAX_PROBES }), {
          description: message`probes for each size, exactly; by default 10 to 100 in each block, which with a delay of 100ms takes two minutes`,
        }),
      ),
      blocks: optional(
        option('--blocks', count({ min: 1, max: MAX_BLOCKS }), {
          description: message`sessions for each size, in a random order; by default 10, fewer where --probes leaves less than 10 to each; 1 is the assignment's plain form: the sizes one after the other, without warm-up or intervals`,
        }),
      ),
    }),
    object('How to reach it', {
      delayUnit,
      protocol: defaulted(
        option('--dialect', word(['auto', ...DIALECT_NAMES], 'NAME'), {
          description: message`speak this dialect; auto tries size-first, probes-first, tabs, literal-newline and hello`,
        }),
        'auto',
      ),
      family: optional(
        option('--family', word(['4', '6'], 'FAMILY'), {
          description: message`use this family of addresses only`,
        }),
      ),
      timeoutMs: defaulted(
        option('--timeout', duration(LIMIT_TIME), {
          description: message`how long looking up and connecting, and any one answer beyond the server delay, may take`,
        }),
        DEFAULT_TIMEOUT_MS,
        durationText(DEFAULT_TIMEOUT_MS),
      ),
    }),
    handshakeEngineOptions,
    object('What to keep', {
      html: optional(
        option('--html', string({ metavar: 'FILE' }), {
          description: message`write the report with its plots to this file, one page for any browser`,
        }),
      ),
      keep: optional(
        option('--keep', string({ metavar: 'DIR' }), {
          description: message`write each result to a file of this directory, named after its delay: delay-10ms.json`,
        }),
      ),
      debug: option('--debug', { description: message`print a stack with an error` }),
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT'),
    brief: message`Run the whole assignment: all sizes with several server delays, and its report.`,
    description: message`Runs the assignment's whole experiment: round-trip time and throughput for all twelve sizes, once for each server delay. Prints averages, medians and intervals, and what they show; with --html also the plots against the size, all delays in one.`,
    footer: examples(EXAMPLES.assignment),
  },
);
