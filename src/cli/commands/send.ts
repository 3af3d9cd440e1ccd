/** The command lines of `send` and `demo`: the shortest there are. */
import { object } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { argument, command, constant } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug } from '../options/printing.ts';
import { timeout } from '../options/reach.ts';

/** The assignment's. */
export const DEFAULT_MESSAGE = 'Hello world!';

export const SEND_EXAMPLES: readonly Example[] = [
  ['echolot send localhost 9900', 'send "Hello world!"'],
  ['echolot send example.org 7 "Is anybody there?"', 'send a text of your own'],
];

export const DEMO_EXAMPLES: readonly Example[] = [
  ['echolot demo', 'tables and charts of the loopback path in a few seconds'],
];

export const sendCommandLine = command(
  'send',
  object({
    command: constant('send'),
    host: argument(string({ metavar: 'HOST' }), {
      description: message`name or address of an echo server; HOST:PORT is both in one word`,
    }),
    // Words, since what follows HOST:PORT is the message.
    second: optional(argument(string({ metavar: 'PORT' }), { description: message`its port` })),
    third: optional(
      argument(string({ metavar: 'MESSAGE' }), {
        description: message`text to send; default ${text(JSON.stringify(DEFAULT_MESSAGE))}`,
      }),
    ),
    timeoutMs: timeout(message`how long to wait for the whole echo`),
    debug,
  }),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT', '[MESSAGE]'),
    brief: message`Send one message to an echo server and print what comes back.`,
    footer: examples(SEND_EXAMPLES),
  },
);

export const demoCommandLine = command('demo', object({ command: constant('demo') }), {
  brief: message`Start a server on this machine, measure it at every size, and stop it.`,
  footer: examples(DEMO_EXAMPLES),
});

export type SendArguments = InferValue<typeof sendCommandLine>;
