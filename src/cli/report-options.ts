/** The command line of `report`: which results, and what to make of them. */
import { object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { multiple, optional } from '@optique/core/modifiers';
import { argument, command, constant, option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { examples, usageLine } from './command-help.ts';
import { EXAMPLES } from './examples.ts';

export const reportOptions = command(
  'report',
  object({
    command: constant('report'),
    files: multiple(
      argument(string({ metavar: 'FILE' }), {
        description: message`results written with --json, side by side where there are several; - reads one from standard input`,
      }),
      { min: 1 },
    ),
    html: optional(
      option('--html', string({ metavar: 'FILE' }), {
        description: message`write a page that needs nothing else: verdict, pictures, tables, plan and formulas`,
      }),
    ),
    svg: optional(
      option('--svg', string({ metavar: 'DIR' }), {
        description: message`write the pictures to this directory as SVG`,
      }),
    ),
    png: optional(
      option('--png', string({ metavar: 'DIR' }), {
        description: message`write the pictures to this directory as PNG`,
      }),
    ),
    csv: option('--csv', { description: message`print one row a series and statistic, as CSV` }),
    markdown: option('--markdown', { description: message`print the tables as Markdown` }),
    debug: option('--debug', { description: message`print a stack with an error` }),
  }),
  {
    usageLine: usageLine('[OPTION...]', 'FILE...'),
    brief: message`Make a page, pictures or tables of results.`,
    description: message`Makes a page, pictures or tables of results that measure --json or merge --json wrote. Several results share one picture: of different server delays, for instance. Pages and pictures need optional packages (echarts; for PNG @resvg/resvg-js and dejavu-fonts-ttf, too), which npm installs unless told not to.`,
    footer: examples(EXAMPLES.report),
  },
);
