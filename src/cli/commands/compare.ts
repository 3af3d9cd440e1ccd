/** The command line of `compare`: what is compared, how, and the one option that may differ. */
import { merge, object } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { multiple, optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { argument, command, constant, option } from '@optique/core/primitives';
import { DEFAULT_MAX_TIME_MS, DIALECT_NAMES } from '../../options.ts';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug, depthOf, jsonForm, jsonOutput } from '../options/printing.ts';
import { ANSWER_TIMEOUT, askedDelayUnit, timeout, tokenFile } from '../options/reach.ts';
import { blocks, maxTime, precision, probes, seed, sizes, type } from '../options/sampling.ts';
import { thresholdOptions } from '../options/thresholds.ts';
import { tlsTrust } from '../options/tls.ts';
import { defaulted } from '../options/words/defaulted.ts';
import { span } from '../options/words/moments.ts';
import { storeToRead } from '../options/words/store.ts';
import { durationText, word } from '../options/words/values.ts';
import { loadsInTurns } from './turns/loads-in-turns.ts';
import { pacedInTurns } from './turns/paced-in-turns.ts';
import { pairedOptions } from './turns/paired.ts';

/** Fewer pairs of blocks, or probes in them, bear no ratio. */
const LEAST_BLOCKS = 5;
const LEAST_PROBES = 50;

export const COMPARE_EXAMPLES: readonly Example[] = [
  [
    'echolot compare before-*.json -- after-*.json',
    'results written by measure, open loops or load, several runs a side',
  ],
  ['echolot compare host.example:9900 other.example:9900', 'two targets, their blocks in turns'],
  ['echolot compare localhost:9900 --cc cubic,bbr', 'one target, two settings'],
  [
    'echolot compare host.example:9900 --load --streams 1,4',
    'what the path carries, and how long an answer takes meanwhile, with two settings',
  ],
  [
    'echolot compare old.example:9900 new.example:9900 --rate 1000/s,5000/s',
    'two targets as open loops, at two rates',
  ],
  [
    "echolot compare host.example:9900 --between 'yesterday 9:00..10:00' 'today 9:00..10:00'",
    'two times of one target, as echolot monitor has kept them',
  ],
];

export const compareCommandLine = command(
  'compare',
  merge(
    object({
      command: constant('compare'),
      subjects: multiple(
        argument(file('A'), {
          description: message`two results written by measure --json (with or without --rate) or load --json, or several of each side separated by --; or two targets, HOST:PORT, or one and an option with two values`,
        }),
        { min: 1 },
      ),
    }),
    object('What to measure', {
      type: defaulted<'rtt' | 'throughput' | 'both' | undefined>(
        type(message`what to compare`),
        undefined,
        'rtt',
      ),
      sizes: sizes(message`payload sizes, separated by commas (K = 1024); default 100`),
      precision: precision(
        message`measure until the half-width of each ratio's 95 % interval is at most this; default 2%`,
      ),
      maxTimeMs: optional(
        maxTime(
          message`begin no round after this time; default ${text(durationText(DEFAULT_MAX_TIME_MS))}, and no limit of loads`,
        ),
      ),
      blocks: blocks(message`this many pairs of blocks, instead of a precision`, LEAST_BLOCKS),
      probes: probes(message`this many probes a size and side, instead of a precision`, LEAST_PROBES),
      seed: seed(message`seed of the random order, to repeat a run in the same one`),
    }),
    loadsInTurns,
    pacedInTurns,
    object('What a monitor has kept', {
      between: optional(
        option('--between', span(), {
          description: message`this time of a target and that of the next word, such as ${text("'yesterday 9:00..10:00' 'today 9:00..10:00'")}, out of the store: A is the target's name`,
        }),
      ),
      store: storeToRead,
    }),
    object('How to reach it', {
      delayUnit: askedDelayUnit,
      protocol: optional(
        option('--dialect', word(['auto', 'plain', ...DIALECT_NAMES], 'NAME'), {
          description: message`speak this dialect; ${text('plain')} for an echo server without one`,
        }),
      ),
      timeoutMs: timeout(ANSWER_TIMEOUT),
      tokenFile,
    }),
    pairedOptions,
    tlsTrust,
    object('What to print', {
      depth: depthOf(message`everything: also what the ratios mean`),
      form: jsonForm(message`the whole comparison as JSON`),
      output: jsonOutput,
      ...thresholdOptions('ratio'),
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'A', '[B]', '|', 'A...', '--', 'B...'),
    brief: message`Compare two results, two targets or two settings, with a verdict.`,
    description: message`Says whether B is faster or slower than A: the ratios of the medians and of the slow tails (p99) with 95 % intervals. A and B are targets, HOST:PORT, measured now in blocks that take turns; with one target, an option with two values makes the difference. Or they are files written by measure --json, several runs a side, those of A before -- and those of B after it: runs of one unchanged target differ, so one run each has a ratio and no verdict. With --rate 2000/s, or files of open loops (measure --rate), it compares at each rate response and service times, and what was answered. With --between it compares two times of one target out of the store of echolot monitor: intervals come from what such times of this path differed by before. With --load, or files written by load --json, it compares what the path carries and what that costs: the ratio of goodput, and the difference of the increase of the round-trip time.`,
    footer: examples(COMPARE_EXAMPLES),
  },
);

export type CompareArguments = InferValue<typeof compareCommandLine>;
