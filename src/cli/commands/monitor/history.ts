/** The command line of `history`: which target, since when, and in which form. */
import { merge, object, or } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { optional, withDefault } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { argument, command, constant, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { file } from '../../options/file.ts';
import { type Example, examples, usageLine } from '../../options/help.ts';
import { debug, form, output } from '../../options/printing.ts';
import { defaultedLater } from '../../options/words/defaulted.ts';
import { moment } from '../../options/words/moments.ts';
import { storeToRead } from '../../options/words/store.ts';

export const HISTORY_EXAMPLES: readonly Example[] = [
  ['echolot history', 'each target of the last week in a row'],
  [
    'echolot history host.example:9900 --since 36h',
    'one of them: how it was, over time, and what is expected',
  ],
  [
    "echolot history host.example:9900 --since 'yesterday 9:00' --until 'today 9:00' --csv -o day.csv",
    'its intervals as a table',
  ],
];

/** What it shows where nobody says since when. */
export const HISTORY_SINCE = '7d';

export const historyCommandLine = command(
  'history',
  merge(
    object({
      command: constant('history'),
      target: optional(
        argument(string({ metavar: 'TARGET' }), {
          description: message`name of a target, HOST:PORT where it was given no other; each of them in a row without one`,
        }),
      ),
    }),
    object('Which time', {
      sinceMs: defaultedLater(
        option('--since', moment(), {
          description: message`from when on: 7d, 36h or 90m ago, yesterday, today 9:00, 9:00, 2026-11-30 9:00, or ISO 8601 with a zone; of this machine's zone without one`,
        }),
        HISTORY_SINCE,
      ),
      untilMs: defaultedLater(
        option('--until', moment(), { description: message`until when, written likewise` }),
        'now',
      ),
      store: storeToRead,
    }),
    object('What to print', {
      form: withDefault(
        or(
          form('json', message`all of it as JSON`),
          form('csv', message`one row an interval, as CSV: percentiles of every layer, and counts`),
        ),
        'human' as const,
      ),
      output: output(
        message`write to this file instead; where its name ends in .json or .csv, in that form, and the report is printed beside it, as with --json or --csv`,
      ),
      html: optional(
        option('--html', file('FILE'), {
          description: message`write a page with pictures to this file as well`,
        }),
      ),
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', '[TARGET]'),
    brief: message`Show what a monitor has kept of its targets.`,
    description: message`Shows the past of a target out of the store of echolot monitor: median, p99, answered runs, outages and the last change first, then a table over time, failures by reason, events, and what the path is expected to do next. Without a target, a row for each. It reads beside a monitor that runs.`,
    footer: examples(HISTORY_EXAMPLES),
  },
);

export type HistoryArguments = InferValue<typeof historyCommandLine>;
