/** Reads the command line and hands over to the command, which is loaded only then. */
import { text } from '@optique/core/message';
import { run } from '@optique/run';
import { toolInfo } from '../options.ts';
import { parts } from '../parts/parts.ts';
import { WIDTH } from '../text/lines.ts';
import { type Cli, cli, dispatch, OVERVIEW_FOOTER } from './commands/table.ts';
import { withConfig } from './config/with-config.ts';
import { EXIT } from './exit-codes.ts';
import { leaveSoon } from './leave.ts';
import { PROGRAM_NAME, TAGLINE } from './program.ts';
import { markSeparator } from './run/compare/compare-sides.ts';
import { complain, print, reportError } from './streams.ts';
import { usageError } from './usage-error.ts';

export async function main(args: readonly string[]): Promise<void> {
  let options: Cli | undefined;
  let code: number;
  try {
    options = read(await withConfig(args));
    code = await dispatch(options);
  } catch (error) {
    const debug = options !== undefined && 'debug' in options && options.debug;
    code = reportError(error, debug);
  }
  await leaveSoon(code);
}

function read(args: readonly string[]): Cli {
  return run(cli, {
    programName: PROGRAM_NAME,
    args: args.length === 0 ? ['--help'] : markSeparator(args),
    brief: [text(TAGLINE)],
    usageLine: [
      { type: 'literal', value: 'COMMAND' },
      { type: 'literal', value: '[OPTION...]' },
    ],
    maxWidth: WIDTH,
    // As on the pages that were rendered when the program was built.
    colors: false,
    termWidth: 'auto',
    help: { command: true, option: { names: ['-h', '--help'] } },
    version: { value: toolInfo().version, option: { names: ['-V', '--version'] } },
    completion: 'command',
    showDefault: true,
    showChoices: { maxItems: Number.POSITIVE_INFINITY },
    footer: OVERVIEW_FOOTER,
    aboveError: 'none',
    errorExitCode: EXIT.usage,
    stdout: (page) => void print(`${tidied(page)}${contentsAfter(page)}`),
    stderr: complainOnce(args),
  });
}

/** Wrapped lines without blanks at their ends and commas at their starts. */
function tidied(page: string): string {
  const text = page.replace(/[ \t]+$/gm, '').replace(/(\n +), /g, ',$1');
  return `${text.trimEnd()}\n`;
}

/** What is in this program besides itself comes after its version, whose line is for other programs. */
function contentsAfter(page: string): string {
  const { contents } = parts;
  return contents === undefined || page.trim() !== toolInfo().version ? '' : `${contents}\n`;
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
