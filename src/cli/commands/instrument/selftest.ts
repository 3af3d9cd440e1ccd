/** The command line of `selftest`. */
import { merge, object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import type { InferValue } from '@optique/core/parser';
import { command, constant, option } from '@optique/core/primitives';
import { DEFAULT_SELF_TEST_MS, MAX_SELF_TEST_MS, MIN_SELF_TEST_MS } from '../../../options.ts';
import { type Example, examples, usageLine } from '../../options/help.ts';
import { debug, depthOf, jsonForm, jsonOutput } from '../../options/printing.ts';
import { defaulted } from '../../options/words/defaulted.ts';
import { duration, durationText } from '../../options/words/values.ts';

export const SELFTEST_EXAMPLES: readonly Example[] = [
  ['echolot selftest', 'how far this machine can be trusted, in three seconds'],
  ['echolot selftest --json --output selftest.json', 'keep it beside the results of this machine'],
];

export const selfTestCommandLine = command(
  'selftest',
  merge(
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
      depth: depthOf(
        message`everything: sleeps, every layer of the round trips, stamps, state of the machine`,
      ),
      form: jsonForm(message`the whole result as JSON`),
      output: jsonOutput,
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]'),
    brief: message`Let the instrument measure itself: down to which round-trip time it can be trusted here.`,
    description: message`Measures the instrument itself on this machine, as it is now: its clock, its sleeps, and the loopback path to a server of its own, with each engine and each way to wait. From that it tells down to which round-trip time each of them can be trusted, and what speaks against it. Nothing leaves the machine.`,
    footer: examples(SELFTEST_EXAMPLES),
  },
);

export type SelfTestArguments = InferValue<typeof selfTestCommandLine>;
