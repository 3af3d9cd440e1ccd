/** The command line of `measure`: what to measure, how often, how to reach it, and what to print. */
import { merge, object, or } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { map, optional, withDefault } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { command, constant, flag, option } from '@optique/core/primitives';
import { DEFAULT_MAX_TIME_MS, DEFAULT_PACED_BYTES, DEFAULT_SPREAD_MS } from '../../options.ts';
import { engineOptions, socketOptions } from '../options/engine.ts';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { pacedOptions } from '../options/paced.ts';
import { debug, depth, form, output } from '../options/printing.ts';
import {
  ANSWER_TIMEOUT,
  askedDelayUnit,
  dialect,
  family,
  TRIED,
  timeout,
  tokenFile,
} from '../options/reach.ts';
import {
  blocks,
  FROM_ZERO,
  maxTime,
  precision,
  probes,
  seed,
  sizes,
  type,
  warmup,
} from '../options/sampling.ts';
import { targetWords } from '../options/target.ts';
import { thresholdOptions } from '../options/thresholds.ts';
import { tlsOptions } from '../options/tls.ts';
import { defaulted, defaultedLater } from '../options/words/defaulted.ts';
import { byteSizeText, duration, durationText } from '../options/words/values.ts';

export const MEASURE_EXAMPLES: readonly Example[] = [
  ['echolot measure localhost 9900', 'all sizes of the assignment, ten blocks of each within three seconds'],
  ['echolot measure host.example:9900 --brief', 'the answer in a dozen lines'],
  [
    'echolot measure host.example 9900 --type rtt --sizes 1,1000 --precision 2%',
    'two sizes, until both medians are known to within 2 %',
  ],
  ['echolot measure localhost 9900 --short --server-delay 500ms --probes 10', "the assignment's sample run"],
  ['echolot measure localhost 7 --plain --json --output run.json', 'any echo server; keep every sample'],
  [
    'echolot measure host.example 9900 --rate 1000/s,10000/s --connections 8',
    'an open loop: response times at two rates, whether or not earlier probes are answered',
  ],
  [
    'echolot measure host.example 9900 --probes 500 --fail-if "rtt.p99 > 2ms"',
    'for a script: exit code 3 when the path is too slow',
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

export const measureCommandLine = command(
  'measure',
  merge(
    object({
      command: constant('measure'),
      ...targetWords('name or address of the server', 'its port'),
    }),
    object('What to measure', {
      type: defaultedLater(type(message`what to measure`), 'both'),
      sizes: sizes(
        message`payload sizes, separated by commas (K = 1024); default the assignment's: 1,100,200,400,800,1000 for rtt and 1K,2K,4K,8K,16K,32K for throughput, and ${text(byteSizeText(DEFAULT_PACED_BYTES))}, one size only, for probes that do not wait for each other`,
      ),
      short: option('--short', {
        description: message`the assignment's short form: rtt at 1000 bytes, throughput at 2K`,
      }),
      serverDelayMs: defaulted(
        option('--server-delay', duration(FROM_ZERO), {
          description: message`ask the server to wait this long before each echo`,
        }),
        0,
        '0',
      ),
      delayUnit: askedDelayUnit,
    }),
    object('How often', {
      probes: probes(
        message`probes for each size, exactly, shared among its blocks; by default 10 to 100 in each block, as many as fit into 25ms`,
      ),
      blocks: blocks(
        message`sessions for each size, in a random order; by default 10, fewer where --probes leaves less than 10 to each, or where the run would take minutes; 1 is the assignment's plain form: the sizes one after the other, without warm-up or intervals`,
      ),
      spreadMs: defaultedLater(
        option('--spread', duration(FROM_ZERO), {
          description: message`spread the blocks over about this time, so that they see more than one moment of the path`,
        }),
        durationText(DEFAULT_SPREAD_MS),
      ),
      precision: precision(
        message`instead of a number of blocks: go on until the 95 % interval of each median reaches no further than this share of it to either side`,
      ),
      maxTimeMs: optional(
        maxTime(
          message`begin no round of blocks after this time; by default ${text(durationText(DEFAULT_MAX_TIME_MS))} with --precision, and no limit without`,
        ),
      ),
      warmupProbes: warmup(
        message`probes sent at the head of each block and left out of the statistics; by default as many as fit into 2ms, 100 at most`,
      ),
      seed: seed(
        message`run the blocks in the random order of an earlier run, or have its random arrivals; its result tells its seed`,
      ),
    }),
    pacedOptions,
    object('How to reach it', { protocol, family, timeoutMs: timeout(ANSWER_TIMEOUT), tokenFile }),
    engineOptions,
    socketOptions,
    tlsOptions,
    object('What to print', {
      depth,
      form: withDefault(
        or(
          form('json', message`the whole result as JSON`),
          form('csv', message`one row a sample, as CSV`),
          form('ndjson', message`one line of JSON a sample, as it happens`),
        ),
        'human' as const,
      ),
      histograms: option('--histograms', {
        description: message`keep histograms in place of each probe, one for each second of a block: a record that grows with blocks and seconds and not with probes, with --json, or with --csv a row for each second`,
      }),
      withWarmUp: option('--with-warmup', {
        description: message`with --csv and --ndjson: the rows of warm-up probes as well, which are in no statistic`,
      }),
      output: output(
        message`write to this file instead; where its name ends in .json, .csv or .ndjson, in that form, and the report is printed beside it, as with --json, --csv or --ndjson`,
      ),
      html: optional(
        option('--html', file('FILE'), {
          description: message`write a page with pictures to this file as well`,
        }),
      ),
      store: optional(
        option('--store', file('FILE'), {
          description: message`say how the median stands to the history of this path in this store of echolot monitor`,
        }),
      ),
      ...thresholdOptions('absolute'),
      verbose: option('-v', '--verbose', {
        description: message`print every message on the wire with its time, to standard error; costs precision`,
      }),
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]', 'HOST', 'PORT'),
    brief: message`Measure round-trip time and throughput of the path to an echo server.`,
    description: message`Measures the path to an echo server: round-trip time and throughput for each message size. The server may speak any dialect of the measurement protocol, or be a plain echo server.`,
    footer: examples(MEASURE_EXAMPLES),
  },
);

export type MeasureArguments = InferValue<typeof measureCommandLine>;
