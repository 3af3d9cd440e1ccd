/** A slip in the name of an option costs no look at the help: what was meant is said. */
import { describe, expect, test } from 'vitest';
import { COMMAND_NAMES } from '../../src/cli/commands/table.ts';
import { optionsOf, usageError } from '../../src/cli/usage-error.ts';

function suggested(option: string, command: string): string[] {
  const complaint = usageError(`Unexpected option or subcommand: \`${option}\`.`, [command]);
  const [, meant = ''] = /did you mean (.*)\?/.exec(complaint) ?? [];
  return meant.split(' or ');
}

/** The name with each two neighbours swapped, but for the dashes in front. */
function swaps(name: string): string[] {
  const [, dashes = '', word = ''] = /^(-+)(.*)$/.exec(name) ?? [];
  return Array.from({ length: word.length - 1 }, (_, i) =>
    [dashes, word.slice(0, i), word[i + 1], word[i], word.slice(i + 2)].join(''),
  );
}

describe('the option that was meant', () => {
  test.each(COMMAND_NAMES)('by two swapped letters is said: %s', (command) => {
    const names = [...optionsOf(command), '--help', '--version'].filter((name) => name.startsWith('--'));
    const missed = names.flatMap((name) =>
      swaps(name)
        .filter((slip) => !names.includes(slip) && !suggested(slip, command).includes(name))
        .map((slip) => `${slip} for ${name}`),
    );
    expect(missed).toEqual([]);
  });

  test.each([
    ['report', '--breif', ['--brief']],
    ['report', '--htlm', ['--html']],
    ['report', '--cvs', ['--csv']],
    ['serve', '--prot', ['--port']],
    ['measure', '--probe', ['--probes']],
    ['measure', '--PROBES', ['--probes']],
    ['measure', '--timout', ['--timeout']],
    ['report', '--xml', ['']],
    ['report', '--nope', ['']],
  ])('%s %s: %j', (command, slip, meant) => {
    expect(suggested(slip, command)).toEqual(meant);
  });
});
