/** The command line of `capacity`: what has to hold, between which rates, how to reach the server, and what to print. */
import { merge, object, or } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { map, optional, withDefault } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { command, constant, flag, option } from '@optique/core/primitives';
import { ARRIVALS } from '../../clock/pace.ts';
import {
  DEFAULT_CAPACITY_PRECISION,
  DEFAULT_CAPACITY_TIME_MS,
  DEFAULT_CONDITION,
  DEFAULT_FROM_PER_SECOND,
  DEFAULT_IN_FLIGHT,
  DEFAULT_PACED_BYTES,
  DEFAULT_PACED_WARMUP_MS,
  DEFAULT_TRY_MS,
  MAX_CAPACITY_PRECISION,
  MAX_CONNECTIONS,
  MAX_RATE_PER_SECOND,
  MAX_SIZE_BYTES,
  MAX_STEP_MS,
  MIN_CAPACITY_PRECISION,
  MIN_STEP_MS,
  MOST_IN_FLIGHT,
} from '../../options.ts';
import { engineAlone, socketOptions } from '../options/engine.ts';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug, depthOf, jsonForm, jsonOutput } from '../options/printing.ts';
import {
  ANSWER_TIMEOUT,
  askedDelayUnit,
  dialect,
  family,
  TRIED,
  timeout,
  tokenFile,
} from '../options/reach.ts';
import { FROM_ZERO, maxTime, seed } from '../options/sampling.ts';
import { targetWords } from '../options/target.ts';
import { thresholdOptions, thresholdValue } from '../options/thresholds.ts';
import { tlsOptions } from '../options/tls.ts';
import { defaulted, defaultedLater } from '../options/words/defaulted.ts';
import {
  byteSize,
  byteSizeText,
  count,
  duration,
  durationText,
  percent,
  ratePerSecond,
  word,
} from '../options/words/values.ts';

export const CAPACITY_EXAMPLES: readonly Example[] = [
  ['echolot capacity host.example 9900', 'up to which rate a p99 of 10 ms holds'],
  [
    'echolot capacity host.example 9900 --while "response.p99.9 < 2ms" --arrivals poisson --connections 16',
    'for many who know nothing of each other',
  ],
  [
    'echolot capacity host.example 9900 --precision 1% --max-time 10m --html capacity.html',
    'to within 1 %, and a page with the curve',
  ],
  [
    'echolot capacity host.example 9900 --fail-if "capacity < 900/s"',
    'for a script: exit code 3 when it is too little',
  ],
];

const protocol = withDefault(
  or(
    map(
      flag('--plain', { description: message`the target is a plain echo server without a protocol` }),
      () => 'plain' as const,
    ),
    dialect(message`speak this dialect; by default auto, which tries ${text(TRIED)}`),
  ),
  'auto' as const,
);

export const capacityCommandLine = command(
  'capacity',
  merge(
    object({
      command: constant('capacity'),
      ...targetWords('name or address of the server', 'its port'),
    }),
    object('What has to hold', {
      condition: defaultedLater(
        option('--while', thresholdValue('held'), {
          description: message`the condition at each rate: of response. or service. with p50 to p99.99, min or max, or of answered, late or lost`,
        }),
        DEFAULT_CONDITION,
      ),
      fromPerSecond: defaultedLater(
        option('--from', ratePerSecond(MAX_RATE_PER_SECOND), {
          description: message`the first rate, on all connections together; it is doubled until the condition no longer holds`,
        }),
        `${DEFAULT_FROM_PER_SECOND}/s`,
      ),
      maxPerSecond: optional(
        option('--max-rate', ratePerSecond(MAX_RATE_PER_SECOND), {
          description: message`try no higher rate; by default as many as a server takes in a session of each connection, ${text(String(MAX_RATE_PER_SECOND))}/s at most`,
        }),
      ),
      precision: defaultedLater(
        option('--precision', percent({ min: MIN_CAPACITY_PRECISION, max: MAX_CAPACITY_PRECISION }), {
          description: message`how far apart the ends of the 95 % interval may be, as a share; where tries disagree they end further apart`,
        }),
        `${DEFAULT_CAPACITY_PRECISION * 100}%`,
      ),
      durationMs: defaultedLater(
        option('--duration', duration({ min: MIN_STEP_MS, max: MAX_STEP_MS }), {
          description: message`how long each try lasts, longer at rates so low that the percentile needs it, after a warm-up of ${text(durationText(DEFAULT_PACED_WARMUP_MS))}`,
        }),
        durationText(DEFAULT_TRY_MS),
      ),
      maxTimeMs: defaultedLater(
        maxTime(message`begin no try after this time`),
        durationText(DEFAULT_CAPACITY_TIME_MS),
      ),
    }),
    object('What is sent', {
      connections: defaultedLater(
        option('--connections', count({ min: 1, max: MAX_CONNECTIONS }), {
          description: message`connections that take turns, opened anew for each try`,
        }),
        '1',
      ),
      inFlight: defaultedLater(
        option('--in-flight', count({ min: 1, max: MOST_IN_FLIGHT }), {
          description: message`most probes under way on each; 1 where the protocol takes one after the other`,
        }),
        String(DEFAULT_IN_FLIGHT),
      ),
      arrivals: defaultedLater(
        option('--arrivals', word(ARRIVALS, 'ARRIVALS'), {
          description: message`when probes are due: at even distances, or at random ones, as from many who know nothing of each other`,
        }),
        'uniform',
      ),
      size: defaultedLater(
        option('-s', '--size', byteSize({ min: 1, max: MAX_SIZE_BYTES }), {
          description: message`payload of each probe (K = 1024)`,
        }),
        byteSizeText(DEFAULT_PACED_BYTES),
      ),
      serverDelayMs: defaulted(
        option('--server-delay', duration(FROM_ZERO), {
          description: message`ask the server to wait this long before each echo`,
        }),
        0,
        '0',
      ),
      delayUnit: askedDelayUnit,
      seed: seed(message`have the random arrivals of an earlier search; its result tells its seed`),
    }),
    object('How to reach it', { protocol, family, timeoutMs: timeout(ANSWER_TIMEOUT), tokenFile }),
    engineAlone,
    socketOptions,
    tlsOptions,
    object('What to print', {
      depth: depthOf(message`everything: each try, plan, machine and formulas`),
      form: jsonForm(message`the whole record as JSON`),
      output: jsonOutput,
      html: optional(
        option('--html', file('FILE'), {
          description: message`write a page with the curve to this file as well`,
        }),
      ),
      ...thresholdOptions('capacity'),
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT'),
    brief: message`Find the highest rate at which a condition holds, with its interval.`,
    description: message`Sends probes by the clock at one rate after the other, and finds up to which of them a condition holds, such as a p99 of 10 ms: doubling, then bisection, then both sides of the place again until they are sure. Takes one or two minutes, and loads the server up to what it can do, and beyond.`,
    footer: examples(CAPACITY_EXAMPLES),
  },
);

export type CapacityArguments = InferValue<typeof capacityCommandLine>;
