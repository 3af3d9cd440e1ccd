/** The command line of `serve status`. */
import { object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { command, constant, option } from '@optique/core/primitives';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug } from '../options/printing.ts';

export const SERVE_STATUS_EXAMPLES: readonly Example[] = [
  ['echolot serve status', 'what the running servers of this user do'],
  ['echolot serve status --json', 'the same for programs, a line for each server'],
];

export const serveStatusCommandLine = command(
  'status',
  object({
    command: constant('serve status'),
    socket: optional(
      option('--socket', file('FILE'), {
        description: message`status socket of the server; by default all in $XDG_RUNTIME_DIR/echolot are asked`,
      }),
    ),
    json: option('--json', { description: message`print JSON, one line for each server` }),
    debug,
  }),
  {
    usageLine: usageLine('[OPTION...]'),
    brief: message`Ask the running servers of this user what they do.`,
    description: message`Asks the running servers of this user what they do: since when, which sessions, clients and loads they have and had, whom they refused, how much memory they take, and what they grant. Each server has a socket for that, which its user alone can open.`,
    footer: examples(SERVE_STATUS_EXAMPLES),
  },
);

export type ServeStatusArguments = InferValue<typeof serveStatusCommandLine>;
