/** The command line of `ping`: any open port, how often, and what to print. */
import { merge, object, or } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { optional, withDefault } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { command, constant, option } from '@optique/core/primitives';
import { DEFAULT_INTERVAL_MS, MAX_DURATION_MS, MAX_HANDSHAKES, MIN_INTERVAL_MS } from '../../options.ts';
import { engineAlone, handshakeSocketOptions } from '../options/engine.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug, form, output } from '../options/printing.ts';
import { family, timeout } from '../options/reach.ts';
import { targetWords } from '../options/target.ts';
import { tlsOptions } from '../options/tls.ts';
import { defaulted } from '../options/words/defaulted.ts';
import { count, duration, durationText } from '../options/words/values.ts';

export const PING_EXAMPLES: readonly Example[] = [
  ['echolot ping host.example 443', 'any open port, once a second, until Ctrl-C'],
  ['echolot ping localhost 22 --count 100 --interval 20ms --quiet', 'the summary of two seconds'],
  ['echolot ping host.example 443 --ndjson', 'one line of JSON for each handshake, as it happens'],
];

export const pingCommandLine = command(
  'ping',
  merge(
    object({
      command: constant('ping'),
      ...targetWords('name or address of the host', 'any open TCP port of it'),
    }),
    object('What to measure', {
      count: optional(
        option('-n', '-c', '--count', count({ min: 1, max: MAX_HANDSHAKES }), {
          description: message`end after so many handshakes; by default they go on until Ctrl-C`,
        }),
      ),
      intervalMs: defaulted(
        option('-i', '--interval', duration({ min: MIN_INTERVAL_MS, max: MAX_DURATION_MS }, 'seconds'), {
          description: message`from the start of one handshake to the start of the next; a bare number is seconds`,
        }),
        DEFAULT_INTERVAL_MS,
        durationText(DEFAULT_INTERVAL_MS),
      ),
    }),
    object('How to reach it', {
      family,
      timeoutMs: timeout(
        message`how long any one handshake may take, the first one with looking up the name`,
      ),
    }),
    engineAlone,
    handshakeSocketOptions,
    tlsOptions,
    object('What to print', {
      form: withDefault(
        or(
          form('json', message`the whole result as JSON, at the end`),
          form('ndjson', message`one line of JSON a handshake, as it happens`),
        ),
        'human' as const,
      ),
      output: output(
        message`write to this file instead; where its name ends in .json or .ndjson, in that form, and the lines for people are printed beside it, as with --json or --ndjson`,
      ),
      quiet: option('-q', '--quiet', { description: message`no line for each handshake, only the summary` }),
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT'),
    brief: message`Time the TCP handshake with any open port, at a steady interval.`,
    description: message`Times the TCP handshake with any open port, at a steady interval, until Ctrl-C: no echo server is needed, since the host's kernel answers. Each connection is closed at once, with nothing sent. Exits with 0 when at least one handshake was answered.`,
    footer: examples(PING_EXAMPLES),
  },
);

export type PingArguments = InferValue<typeof pingCommandLine>;
