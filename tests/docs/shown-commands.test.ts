/** Who copies a command line out of a document, or out of the site, has one that the program understands. */
import { formatMessage } from '@optique/core/message';
import { parse } from '@optique/core/parser';
import { describe, expect, test } from 'vitest';
import { commandDoc, commandNames } from '../../scripts/docs/commands.ts';
import { EXAMPLES } from '../../scripts/site/gallery.ts';
import { cli } from '../../src/cli/commands/table.ts';
import { markSeparator } from '../../src/cli/run/compare/compare-sides.ts';
import { namedCommands, shellWords, shownLines } from './shown-commands.ts';

/** What the parser of the program is given by its entry, and knows nothing of. */
const OF_THE_ENTRY: ReadonlySet<string> = new Set(['help', 'completion', 'COMMAND']);

function complaintOf(args: readonly string[]): string | undefined {
  const result = parse(cli, markSeparator(args));
  return result.success ? undefined : formatMessage(result.error, { colors: false, quotes: true });
}

describe('a line in a block of code is one that the program takes', () => {
  const lines = shownLines().filter(({ args: [first = ''] }) => !OF_THE_ENTRY.has(first));

  test.each(lines)('$where: $line', ({ args }) => expect(complaintOf(args)).toBeUndefined());

  test('and there are many', () => expect(lines.length).toBeGreaterThan(100));

  test.each(EXAMPLES)('and so is that of the report $name', ({ line }) =>
    expect(complaintOf(shellWords(line).slice(1))).toBeUndefined(),
  );
});

describe('a command within a line of text has the options that are named with it', () => {
  const named = namedCommands();

  test.each(named)('$where: $line', ({ line }) => {
    const words = shellWords(line.replaceAll('|', ' ').replace(/[[\]]/g, '')).slice(1);
    const name = commandNames().findLast((known) => `${words.join(' ')} `.startsWith(`${known} `));
    if (name === undefined) return expect(OF_THE_ENTRY).toContain(words[0]);
    const { groups } = commandDoc(name);
    const options = groups.flatMap((group) => group.options).flatMap(({ names }) => names);
    for (const word of words.filter((one) => /^--./.test(one))) expect(options).toContain(word.split('=')[0]);
  });

  test('and there are many', () => expect(named.length).toBeGreaterThan(100));
});

describe('a line of a shell', () => {
  test.each([
    ['echolot a \'b < c\' --d="e f" # g', ['echolot', 'a', 'b < c', '--d=e f']],
    ['echolot a > b.json 2> c', ['echolot', 'a']],
    ['echolot a --b | jq .', ['echolot', 'a', '--b']],
    ['echolot a & echo b', ['echolot', 'a']],
  ])('%s', (line, words) => expect(shellWords(line)).toEqual(words));

  test('that is wrong is found', () => {
    expect(complaintOf(['measure', 'host.example', '--no-such-option'])).toContain('--no-such-option');
    expect(complaintOf(['measure', 'host.example', '9900', '--probes', 'PROBES'])).toBeDefined();
  });
});
