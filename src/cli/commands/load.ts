/** The command line of `load`: which phases, how much data, how to reach the server, and what to print. */
import { merge, object, or } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { map, optional, withDefault } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { command, constant, flag, option } from '@optique/core/primitives';
import {
  DEFAULT_DATA_MS,
  DEFAULT_PROBE_INTERVAL_MS,
  DEFAULT_REST_MS,
  DEFAULT_STABLE_MS,
  MAX_AUTO_STREAMS,
  MAX_BITS_PER_SECOND,
  MAX_PHASE_MS,
  MAX_PROBE_INTERVAL_MS,
  MAX_STREAMS,
  MIN_BITS_PER_SECOND,
  MIN_PROBE_INTERVAL_MS,
} from '../../options.ts';
import { engineAlone, handshakeSocketOptions } from '../options/engine.ts';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug, depthOf, form, output } from '../options/printing.ts';
import { qoo } from '../options/qoo.ts';
import { family, timeout, tokenFile, waitTurn } from '../options/reach.ts';
import { targetWords } from '../options/target.ts';
import { thresholdOptions } from '../options/thresholds.ts';
import { tlsOptions } from '../options/tls.ts';
import { defaulted } from '../options/words/defaulted.ts';
import { bitRate, byteSize, duration, durationText } from '../options/words/values.ts';
import { phaseNames, streams } from './turns/load-values.ts';

export const LOAD_EXAMPLES: readonly Example[] = [
  [
    'echolot load host.example 9900',
    'what the path carries each way, and how long an answer takes meanwhile',
  ],
  ['echolot load host.example:9900 -R -t 10 -P 4', 'ten seconds towards this machine over four connections'],
  ['echolot load host.example 9900 --rate 50M --phases idle,up', 'the wait at half the rate, one way only'],
  [
    'echolot load host.example 9900 --rpm --qoo video-call',
    'responsiveness until it is stable, and what it means for a call',
  ],
  ['echolot load localhost 7 --echo', 'any echo server: the same data both ways'],
  [
    'echolot load host.example 9900 --html load.html -o load.json',
    'a page with pictures, and all that was seen',
  ],
];

/** Shorter ones have not a single whole second of load. */
const PHASE_TIME = { min: 100, max: MAX_PHASE_MS };
const LINE_INTERVAL = { min: 100, max: MAX_PHASE_MS };
const MAX_BYTES: number = 1024 ** 4;

/** Of each phase, or of those with data. */
const phaseTime = optional(
  or(
    map(
      option('--duration', duration(PHASE_TIME), {
        description: message`how long each phase lasts; by default ${text(durationText(DEFAULT_REST_MS))} for idle and recovery, ${text(durationText(DEFAULT_DATA_MS))} for each with data`,
      }),
      (ms) => ({ restMs: ms, dataMs: ms }),
    ),
    map(
      option('-t', '--time', duration(PHASE_TIME, 'seconds'), {
        description: message`how long each phase with data lasts; a bare number is seconds`,
      }),
      (ms) => ({ restMs: DEFAULT_REST_MS, dataMs: ms }),
    ),
  ),
);

const phases = optional(
  or(
    option('--phases', phaseNames(), {
      description: message`what runs, in this order: idle first, then down (towards this machine), up, both at once, and recovery last; by default idle,down,up,recovery`,
    }),
    map(
      flag('-R', '--reverse', { description: message`down only: idle,down,recovery` }),
      () => 'reverse' as const,
    ),
  ),
);

export const loadCommandLine = command(
  'load',
  merge(
    object({
      command: constant('load'),
      ...targetWords('name or address of the server', 'its port'),
    }),
    object('What to carry', {
      phases,
      time: phaseTime,
      streams: optional(
        option('-P', '--streams', streams({ min: 1, max: MAX_STREAMS }), {
          description: message`connections that carry data in each direction, by default 1; auto opens one more each second while goodput rises, ${text(String(MAX_AUTO_STREAMS))} at most, and the phase lasts so much longer`,
        }),
      ),
      rpm: option('--rpm', {
        description: message`measure responsiveness as draft-ietf-ippm-responsiveness has it: one more stream each second, each phase with data until goodput and responsiveness are stable, for ${text(durationText(DEFAULT_STABLE_MS))} at most`,
      }),
      qoo,
      bitsPerSecond: optional(
        option('--rate', bitRate({ min: MIN_BITS_PER_SECOND, max: MAX_BITS_PER_SECOND }), {
          description: message`carry no more in each direction, in bit/s of payload; by default as much as can be`,
        }),
      ),
      bytes: optional(
        option('--bytes', byteSize({ min: 1, max: MAX_BYTES }), {
          description: message`end each phase with data after so much of it in each direction`,
        }),
      ),
      echo: option('--echo', {
        description: message`the server only echoes: the same data goes both ways at once, in the phases idle,both,recovery`,
      }),
      probeIntervalMs: defaulted(
        option('--probe-interval', duration({ min: MIN_PROBE_INTERVAL_MS, max: MAX_PROBE_INTERVAL_MS }), {
          description: message`from one probe beside the data to the next, whether or not the last one was answered`,
        }),
        DEFAULT_PROBE_INTERVAL_MS,
        durationText(DEFAULT_PROBE_INTERVAL_MS),
      ),
    }),
    object('How to reach it', {
      family,
      timeoutMs: timeout(message`how long looking up and connecting, and any one answer, may take`),
      waitTurnMs: waitTurn(
        message`wait in the queue of a server that carries another load, for so long at most; the place there is kept until then. By default it is asked again now and then, for two minutes, and whoever waits in its queue comes before`,
      ),
      tokenFile,
    }),
    engineAlone,
    handshakeSocketOptions,
    tlsOptions,
    object('What to print', {
      depth: depthOf(message`everything: every stream, standards, plan, machine and formulas`),
      form: withDefault(
        or(
          form('json', message`the whole record as JSON`),
          form('csv', message`a row for each tenth of a second and kind of probe, as CSV`),
          form('ndjson', message`one line of JSON for each tenth of a second, as it happens`),
        ),
        'human' as const,
      ),
      output: output(
        message`write to this file instead; where its name ends in .json, .csv or .ndjson, in that form, and the report is printed beside it, as with --json, --csv or --ndjson`,
      ),
      html: optional(
        option('--html', file('FILE'), {
          description: message`write a page with pictures to this file as well`,
        }),
      ),
      ...thresholdOptions('load'),
      intervalMs: optional(
        option('-i', '--interval', duration(LINE_INTERVAL, 'seconds'), {
          description: message`print a line this often while it runs; by default each second, and on a terminal one line that is redrawn instead; a bare number is seconds`,
        }),
      ),
      quiet: option('-q', '--quiet', { description: message`no lines while it runs` }),
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT'),
    brief: message`Load the path: what it carries, how long an answer takes meanwhile, and whose queue that is.`,
    description: message`Loads the path to an echolot server in both directions, one after the other, and sends probes beside and within the data: goodput as counted by the receiver, latency idle and loaded, the difference, and whose queue it is: that of this machine, of the network (which way), or of the server. Takes some 20 seconds and as much data as fits into 14 of them.`,
    footer: examples(LOAD_EXAMPLES),
  },
);

export type LoadArguments = InferValue<typeof loadCommandLine>;
