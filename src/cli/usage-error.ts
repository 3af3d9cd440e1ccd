/**
 * The parser's complaints in the form of all other errors: one line, with the name that was meant where one is near,
 * what there is instead of an option of another program, and the help page that has the answer.
 */
import { extractOptionNames } from '@optique/core/usage';
import { COMMAND_NAMES, cli } from './commands/table.ts';
import { isSwapped, nearest } from './nearest.ts';
import { PROGRAM_NAME } from './program.ts';
import { unmarked } from './run/compare/compare-sides.ts';

/** Options of iperf3, and what there is instead. */
const OF_OTHERS: ReadonlyMap<string, string> = new Map([
  ['-P', 'there is one connection at a time, and no parallel ones'],
  ['-R', 'an echo goes both ways, so there is no reverse'],
  ['-J', 'the result as JSON is --json'],
  ['-u', 'only TCP is measured'],
  ['-w', 'socket buffers are --sndbuf and --rcvbuf'],
  ['-M', 'the largest segment is --mss'],
  ['-C', 'congestion control is --cc'],
  ['-S', 'differentiated services are --dscp'],
  ['-l', 'message sizes are --sizes'],
  ['-B', 'the address to send from is --bind'],
  ['-4', 'the family of addresses is --family 4'],
  ['-6', 'the family of addresses is --family 6'],
]);

const UNEXPECTED = /^Unexpected option or subcommand: `(-[^`=]*)(?:=[^`]*)?`$/;

export function usageError(complaint: string, [command = '']: readonly string[]): string {
  const what = unmarked(complaint)
    .trim()
    .replace(/^Error: /, '')
    .replace(/\s+/g, ' ')
    .replace(/\.$/, '');
  const page = COMMAND_NAMES.some((name) => name === command) ? `${command} ` : '';
  return `${PROGRAM_NAME}: usage: ${what}${hint(what, command)}; see ${PROGRAM_NAME} ${page}--help\n`;
}

/** What was meant, where the parser does not say so itself. */
function hint(complaint: string, command: string): string {
  const [, option] = UNEXPECTED.exec(complaint) ?? [];
  if (option === undefined) return '';
  const instead = OF_OTHERS.get(option);
  if (instead !== undefined) return `: ${instead}`;
  // What another command has is not meant by itself.
  const all = [...optionsOf(command), '--help', '--version'].filter((name) => name !== option);
  const begun = all.filter((name) => option.startsWith('--') && name.startsWith(option));
  const bare = (name: string): string => name.replace(/^-+/, '');
  const near = nearest(bare(option).toLowerCase(), all.map(bare));
  const isMeant = near !== undefined && (begun.length === 0 || isSwapped(bare(option), near));
  const meant = all.filter((name) => begun.includes(name) || (isMeant && bare(name) === near));
  return meant.length === 0 ? '' : `: did you mean ${meant.join(' or ')}?`;
}

/** Of one command, or of all where it is none. */
export function optionsOf(command: string): ReadonlySet<string> {
  const own = cli.usage.flatMap((term) =>
    term.type === 'exclusive'
      ? term.terms.filter(([first]) => first?.type === 'command' && first.name === command)
      : [],
  );
  return extractOptionNames(own.length === 0 ? cli.usage : own.flat());
}
