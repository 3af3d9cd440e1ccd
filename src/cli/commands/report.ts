/** The command line of `report`: which records, and what to make of them. */
import { object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { multiple, optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { argument, command, constant, option } from '@optique/core/primitives';
import { file } from '../options/file.ts';
import { type Example, examples, usageLine } from '../options/help.ts';
import { debug, depth } from '../options/printing.ts';
import { qoo } from '../options/qoo.ts';
import { thresholdOptions } from '../options/thresholds.ts';

export const REPORT_EXAMPLES: readonly Example[] = [
  ['echolot report run.json', 'the report of a saved run once more'],
  ['echolot report run.json --html run.html', 'one page with pictures and every table'],
  ['echolot report delay-*.json --png pictures', 'several results in one plot, as images'],
  ['echolot report run.json --markdown', 'the tables for a note or a pull request'],
  [
    'echolot report run.json --fail-if "rtt.p95 > 2ms" --junit tests.xml',
    'judge a saved run, and tell CI about it',
  ],
  ['echolot report load.json --qoo gaming', 'what a saved load means for an application'],
];

export const reportCommandLine = command(
  'report',
  object({
    command: constant('report'),
    files: multiple(
      argument(file('FILE'), {
        description: message`results written with --json, side by side where there are several; - reads one from standard input`,
      }),
      { min: 1 },
    ),
    html: optional(
      option('--html', file('FILE'), {
        description: message`write a page that needs nothing else: answer, pictures, tables, plan and formulas`,
      }),
    ),
    svg: optional(
      option('--svg', file('DIR'), {
        description: message`write the pictures to this directory as SVG`,
      }),
    ),
    png: optional(
      option('--png', file('DIR'), {
        description: message`write the pictures to this directory as PNG`,
      }),
    ),
    csv: option('--csv', {
      description: message`print the statistics of each series, the figures of a load, an open loop or a comparison of those, or the tries of a capacity, as CSV, one a row`,
    }),
    markdown: option('--markdown', {
      description: message`print the report as Markdown, all of it unless --brief is given`,
    }),
    qoo,
    depth,
    ...thresholdOptions('either'),
    debug,
  }),
  {
    usageLine: usageLine('[OPTION...]', 'FILE...'),
    brief: message`Show results again, judge them, make pages, pictures or tables of them.`,
    description: message`Prints the report of saved results once more (of measure --json or merge --json), judges them by --fail-if, or makes a page, pictures or tables of them; loads, open loops, comparisons, series of handshakes and self-tests one at a time. Several measurements are shown side by side and share one picture: of different server delays, for instance. Pictures need optional packages, which are installed beside echolot (echarts; for PNG @resvg/resvg-js and dejavu-fonts-ttf, too).`,
    footer: examples(REPORT_EXAMPLES),
  },
);

export type ReportArguments = InferValue<typeof reportCommandLine>;
