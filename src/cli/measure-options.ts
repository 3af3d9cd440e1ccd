/** The command line of `measure`: what to measure, how often, how to reach it, and what to print. */
import { merge, object, or } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { map, optional, withDefault } from '@optique/core/modifiers';
import { command, constant, flag, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { DIALECT_NAMES } from '../core/dialects.ts';
import { MAX_DURATION_MS } from '../measure/checks.ts';
import {
  DEFAULT_MAX_TIME_MS,
  DEFAULT_SPREAD_MS,
  DEFAULT_TIMEOUT_MS,
  MAX_BLOCKS,
  MAX_PROBES,
  MAX_SEED,
  MAX_SIZE_BYTES,
} from '../measure/plan.ts';
import { examples, usageLine } from './command-help.ts';
import { defaulted } from './defaulted.ts';
import { delayUnit } from './delay-unit-option.ts';
import { engineOptions, socketOptions } from './engine-options.ts';
import { EXAMPLES } from './examples.ts';
import { LIMIT_TIME, PRECISION } from './ranges.ts';
import { targetWords } from './target-options.ts';
import { thresholds } from './threshold-value.ts';
import { byteSizes, count, duration, durationText, percent, word } from './values.ts';

const reportForm = withDefault(
  or(
    map(flag('--json', { description: message`the whole result as JSON` }), () => 'json' as const),
    map(flag('--csv', { description: message`one row a sample, as CSV` }), () => 'csv' as const),
    map(
      flag('--ndjson', { description: message`one line of JSON a sample, as it happens` }),
      () => 'ndjson' as const,
    ),
  ),
  'human' as const,
);

const protocol = withDefault(
  or(
    map(
      flag('--plain', { description: message`the target is a plain echo server without a protocol` }),
      () => 'plain' as const,
    ),
    option('--dialect', word(['auto', ...DIALECT_NAMES], 'NAME'), {
      description: message`speak this dialect; by default auto, which tries size-first, probes-first, tabs, literal-newline and hello`,
    }),
  ),
  'auto' as const,
);

export const measureOptions = command(
  'measure',
  merge(
    object({
      command: constant('measure'),
      ...targetWords('name or address of the server', 'its port'),
    }),
    object('What to measure', {
      type: defaulted(
        option('-t', '--type', word(['rtt', 'throughput', 'both'], 'TYPE'), {
          description: message`what to measure`,
        }),
        'both',
      ),
      sizes: optional(
        option('-s', '--sizes', byteSizes({ min: 1, max: MAX_SIZE_BYTES }), {
          description: message`payload sizes, parted by commas (K = 1024); default the assignment's: 1,100,200,400,800,1000 for rtt and 1K,2K,4K,8K,16K,32K for throughput`,
        }),
      ),
      short: option('--short', {
        description: message`the assignment's short form: rtt at 1000 bytes, throughput at 2K`,
      }),
      serverDelayMs: defaulted(
        option('--server-delay', duration({ min: 0, max: MAX_DURATION_MS }), {
          description: message`ask the server to wait this long before each echo`,
        }),
        0,
        '0',
      ),
      delayUnit,
    }),
    object('How often', {
      probes: optional(
        option('-n', '--probes', count({ min: 1, max: MAX_PROBES }), {
          description: message`probes for each size, exactly, shared among its blocks; by default 10 to 100 in each block, as many as fit into 25ms`,
        }),
      ),
      blocks: optional(
        option('--blocks', count({ min: 1, max: MAX_BLOCKS }), {
          description: message`sessions for each size, in a random order; by default 10, fewer where --probes leaves less than 10 to each; 1 is the assignment's plain form: the sizes one after the other, without warm-up or intervals`,
        }),
      ),
      spreadMs: defaulted(
        option('--spread', duration({ min: 0, max: MAX_DURATION_MS }), {
          description: message`spread the blocks over about this time, so that they see more than one moment of the path`,
        }),
        DEFAULT_SPREAD_MS,
        durationText(DEFAULT_SPREAD_MS),
      ),
      precision: optional(
        option('--precision', percent(PRECISION), {
          description: message`instead of a number of blocks: go on until the 95 % interval of each median reaches no further than this share of it to either side`,
        }),
      ),
      maxTimeMs: optional(
        option('--max-time', duration(LIMIT_TIME), {
          description: message`begin no round of blocks after this time; by default ${text(durationText(DEFAULT_MAX_TIME_MS))} with --precision, and no limit without`,
        }),
      ),
      warmupProbes: optional(
        option('--warmup', count({ min: 0, max: MAX_PROBES }), {
          description: message`probes sent at the head of each block and left out of the statistics; by default as many as fit into 2ms, 100 at most`,
        }),
      ),
      seed: optional(
        option('--seed', count({ min: 0, max: MAX_SEED }), {
          description: message`run the blocks in the random order of an earlier run, whose result tells its seed`,
        }),
      ),
    }),
    object('How to reach it', {
      protocol,
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
    engineOptions,
    socketOptions,
    object('What to print', {
      form: reportForm,
      output: optional(
        option('-o', '--output', string({ metavar: 'FILE' }), {
          description: message`write the report to this file; with --json, --csv or --ndjson the tables are printed as well`,
        }),
      ),
      failIf: thresholds('absolute'),
      verbose: option('-v', '--verbose', {
        description: message`print every message on the wire with its time, to standard error; costs precision`,
      }),
      debug: option('--debug', { description: message`print a stack with an error` }),
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT'),
    brief: message`Measure round-trip time and throughput of the path to an echo server.`,
    description: message`Measures the path to an echo server: round-trip time and throughput for each message size. The server may speak any dialect of the measurement protocol, or be a plain echo server.`,
    footer: examples(EXAMPLES.measure),
  },
);
