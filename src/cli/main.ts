/** Reads the command line and hands over to the command, which is loaded only then. */
import { text } from '@optique/core/message';
import { run } from '@optique/run';
import { toolInfo } from '../measure/system.ts';
import { markSeparator, unmarked } from './compare-sides.ts';
import { EXIT } from './exit-codes.ts';
import { leaveSoon } from './leave.ts';
import { type Cli, COMMAND_NAMES, cli, OVERVIEW_FOOTER } from './options.ts';
import { PROGRAM_NAME, TAGLINE } from './program.ts';
import { complain, print, reportError } from './streams.ts';

/** What every terminal holds. */
const HELP_WIDTH = 80;

export async function main(args: readonly string[]): Promise<void> {
  const options = run(cli, {
    programName: PROGRAM_NAME,
    args: args.length === 0 ? ['--help'] : markSeparator(args),
    brief: [text(TAGLINE)],
    usageLine: [
      { type: 'literal', value: 'COMMAND' },
      { type: 'literal', value: '[OPTION...]' },
    ],
    maxWidth: HELP_WIDTH,
    // As on the pages that were rendered when the program was built.
    colors: false,
    termWidth: 'auto',
    help: 'both',
    version: toolInfo().version,
    completion: 'command',
    showDefault: true,
    showChoices: { maxItems: Number.POSITIVE_INFINITY },
    footer: OVERVIEW_FOOTER,
    aboveError: 'none',
    errorExitCode: EXIT.usage,
    stdout: (page) => void print(tidied(page)),
    stderr: complainOnce(args),
  });
  let code: number;
  try {
    code = await dispatch(options);
  } catch (error) {
    const debug = 'debug' in options && options.debug;
    code = reportError(error, debug);
  }
  await leaveSoon(code);
}

/** Wrapped lines without blanks at their ends and commas at their starts. */
function tidied(page: string): string {
  const text = page.replace(/[ \t]+$/gm, '').replace(/(\n +), /g, ',$1');
  return `${text.trimEnd()}\n`;
}

/** The parser may complain twice of one fault, and show a synopsis with it: the first complaint is enough. */
function complainOnce(args: readonly string[]): (complaint: string) => void {
  let complained = false;
  return (complaint) => {
    if (complained || complaint.startsWith('Usage:')) return;
    complained = true;
    complain(usageError(complaint, args));
  };
}

/** The parser's complaint in the form of all other errors, with the help page that has the answer. */
function usageError(complaint: string, [command = '']: readonly string[]): string {
  const what = unmarked(complaint)
    .trim()
    .replace(/^Error: /, '')
    .replace(/\s+/g, ' ')
    .replace(/\.$/, '');
  const page = COMMAND_NAMES.some((name) => name === command) ? `${command} ` : '';
  return `${PROGRAM_NAME}: usage: ${what}; see ${PROGRAM_NAME} ${page}--help\n`;
}

async function dispatch(options: Cli): Promise<number> {
  switch (options.command) {
    case 'serve':
      return (await import('./serve.ts')).serveCommand(options);
    case 'send':
      return (await import('./send.ts')).sendCommand(options);
    case 'measure':
      return (await import('./measure.ts')).measureCommand(options);
    case 'assignment':
      return (await import('./assignment.ts')).assignmentCommand(options);
    case 'ping':
      return (await import('./ping.ts')).pingCommand(options);
    case 'compare':
      return (await import('./compare.ts')).compareCommand(options);
    case 'selftest':
      return (await import('./selftest.ts')).selfTestCommand(options);
    case 'report':
      return (await import('./report.ts')).reportCommand(options);
    case 'merge':
      return (await import('./merge.ts')).mergeCommand(options);
    case 'demo':
      return (await import('./demo.ts')).demoCommand();
  }
}
