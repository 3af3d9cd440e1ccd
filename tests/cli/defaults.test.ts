/** What help names as a default can be typed: whoever wants a little more than that begins with it. */
import { formatMessage } from '@optique/core/message';
import { parse } from '@optique/core/parser';
import { describe, expect, test } from 'vitest';
import { commandDoc, commandNames } from '../../scripts/docs/commands.ts';
import { cli } from '../../src/cli/commands/table.ts';

const typed = commandNames().flatMap((command) =>
  commandDoc(command)
    .groups.flatMap(({ options }) => options)
    .flatMap(({ names, default: shown }) => {
      // Some are told in words.
      const [value] = /^\d[^\s,]*/.exec(shown ?? '') ?? [];
      return value === undefined ? [] : [[command, names.at(-1) ?? '', value] as const];
    }),
);

describe('a default is among the values that its option takes', () => {
  test.each(typed)('echolot %s %s %s', (command, name, value) => {
    // Of a port that is typed twice, or a host that is missing, something else is said.
    const result = parse(cli, [command, name, value]);
    const complaint = result.success ? '' : formatMessage(result.error, { colors: false, quotes: true });
    expect(complaint).not.toContain(`${name}\`: Expected`);
  });

  test('there are some', () => expect(typed.length).toBeGreaterThan(30));
});

test('a session may last as long as its owner says, also for days', () => {
  for (const time of ['1440m', '10080m', '1s']) {
    expect(parse(cli, ['serve', '--max-session-time', time])).toMatchObject({ success: true });
  }
});
