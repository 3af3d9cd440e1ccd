/** The command line of `check`: a server, a client, or a list of servers held to the rules of the protocol. */
import { merge, object, or } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { multiple, optional, withDefault } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { argument, command, constant, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { DEFAULT_CHECK_TIMEOUT_MS, DEFAULT_CLIENT_TIMEOUT_MS } from '../../options.ts';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug, depthOf, form, output } from '../options/printing.ts';
import { dialect, family } from '../options/reach.ts';
import { FROM_ZERO } from '../options/sampling.ts';
import { junit } from '../options/thresholds.ts';
import { LIMIT_TIME, LISTENING_PORT, TARGET_PORT } from '../options/words/ranges.ts';
import { count, duration, durationText } from '../options/words/values.ts';

export const CHECK_EXAMPLES: readonly Example[] = [
  ['echolot check localhost 9900', 'every rule of the protocol, a line each'],
  ['echolot check localhost 9900 --rule sequence-repeated', 'one of them'],
  [
    'echolot check --client --start "python3 client.py localhost {port}"',
    'a client; echolot plays the server',
  ],
  ['echolot check --batch servers.txt --keep results', 'the servers of a class, one after the other'],
  ['echolot check localhost 9900 --junit check.xml', 'for a grader'],
];

export const checkCommandLine = command(
  'check',
  merge(
    object({
      command: constant('check'),
      host: optional(
        argument(string({ metavar: 'HOST' }), {
          description: message`name or address of a server; HOST:PORT is both in one word`,
        }),
      ),
      port: optional(argument(count(TARGET_PORT, 'PORT'), { description: message`its port` })),
    }),
    object('What to check', {
      client: option('--client', {
        description: message`a client instead: echolot plays the server, right at first and then wrong in five ways, and the client is to be started for each of them`,
      }),
      listenPort: optional(
        option('--port', count(LISTENING_PORT, 'PORT'), {
          description: message`with --client: the port to listen on, on this machine only; by default any free one`,
        }),
      ),
      start: optional(
        option('--start', string({ metavar: 'COMMAND' }), {
          description: message`with --client: the command that starts the client, with {port} in the place of the port; by default somebody starts it by hand`,
        }),
      ),
      expectRttMs: optional(
        option('--expect-rtt', duration(FROM_ZERO), {
          description: message`with --client: the mean round-trip time that the client has told of its first session`,
        }),
      ),
      batch: optional(
        option('--batch', file('FILE'), {
          description: message`the servers of this file, each started, checked and ended in turn: a line for each, with its name, a comma, and the command that starts it, with {port} in the place of the port`,
        }),
      ),
      keep: optional(
        option('--keep', file('DIR'), {
          description: message`with --batch: write the JSON of each check to this directory`,
        }),
      ),
      rules: multiple(
        option('--rule', string({ metavar: 'RULE' }), {
          description: message`this rule only; may be given again`,
        }),
      ),
      list: option('--list', { description: message`print the rules, and check nothing` }),
    }),
    object('How to reach it', {
      dialect: withDefault(
        dialect(message`the dialect to be held to; by default auto, the first in which a probe is echoed`),
        'auto' as const,
      ),
      family,
      timeoutMs: optional(
        option('--timeout', duration(LIMIT_TIME), {
          description: message`how long any answer may take; by default ${text(durationText(DEFAULT_CHECK_TIMEOUT_MS))}, and ${text(durationText(DEFAULT_CLIENT_TIMEOUT_MS))} with --client`,
        }),
      ),
    }),
    object('What to print', {
      depth: depthOf(message`everything: where each rule is written, too`),
      form: withDefault(
        or(
          form('json', message`the whole result as JSON`),
          form('tap', message`a line for each rule, as TAP`),
        ),
        'human' as const,
      ),
      output: output(
        message`write to this file instead; where its name ends in .json or .tap, in that form, and the report is printed beside it`,
      ),
      junit: junit(message`write what became of the rules to this file, as JUnit's XML for CI`),
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', '[HOST PORT]'),
    brief: message`Hold a server or a client to the rules of the measurement protocol.`,
    description: message`Holds a server to each rule of the assignment's protocol, by sessions that are right and such as are wrong, and says what it does otherwise than it should: what was sent, what should have come, what came, and where that is written. With --client it plays the server for a client. Exit code 0: all rules are kept; 3: one is broken; 1: it could not be reached, or a rule could not be told.`,
    footer: examples(CHECK_EXAMPLES),
  },
);

export type CheckArguments = InferValue<typeof checkCommandLine>;
