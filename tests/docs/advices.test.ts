/**
 * What is advised on faults of a server, whichever command met them: an option that it names is one of each command that
 * opens sessions, or stands behind the command that has it. Advices are read from the sources, options from the documents.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const COMMANDS = ['measure', 'capacity', 'compare', 'assignment'];
const FOLDERS = ['src/core/client/', 'src/net/reach/'];
const FILES = ['src/measure/exchange/negotiate.ts', 'src/measure/exchange/one-connection.ts'];

const LITERAL = /'(?:[^'\\\n]|\\.)*'|`[^`]*`/g;
const OPTION = /--[a-z][a-z-]+/g;
/** The remedy begins with its command. */
const COMMAND = /echolot [a-z]+[^;]*$|\$\{remedy\}[^;]*$/;
/** Given by whoever meets its advice. */
const GIVEN = ['--bind'];

function optionsOf(command: string): Set<string> {
  const [, section = ''] = readFileSync('docs/cli.md', 'utf8').split(`\n### ${command}\n`);
  const rows = section.split('\n### ')[0]?.split('\n') ?? [];
  return new Set(rows.flatMap((row) => /^\| [^|]*/.exec(row)?.[0].match(OPTION) ?? []));
}

function literals(): { readonly file: string; readonly text: string }[] {
  const inFolders = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => folder + name));
  return [...inFolders, ...FILES]
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(file, 'utf8').replace(/^\s*(?:\/?\*|\/\/).*$/gm, '');
      return (source.match(LITERAL) ?? []).map((text) => ({ file, text: text.slice(1, -1) }));
    })
    .filter(({ text }) => text.includes(' ') && !text.startsWith('--'));
}

test.each(COMMANDS)('nobody who runs %s is sent to an option that it refuses', (command) => {
  const taken = optionsOf(command);
  expect(taken.size).toBeGreaterThan(5);
  const foreign = literals().flatMap(({ file, text }) =>
    [...text.matchAll(OPTION)]
      .filter(([option]) => !taken.has(option) && !GIVEN.includes(option))
      .filter(({ index }) => !COMMAND.test(text.slice(0, index)))
      .map(([option]) => `${file}: ${option} in "${text}"`),
  );
  expect(foreign).toEqual([]);
});
