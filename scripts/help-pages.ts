/** Renders the help pages of the program that was just built, for its entry to print without the parser. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMAND_NAMES } from '../src/cli/commands/table.ts';

const FOLDER = fileURLToPath(new URL('../dist/cli/help/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../dist/cli/bin.js', import.meta.url));

/** Those of one word, which the entry looks for. */
const ALONE = COMMAND_NAMES.filter((name) => !name.includes(' '));

function render(...args: readonly string[]): string {
  return execFileSync(process.execPath, [PROGRAM, ...args, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
}

const pages = [['overview', render()], ...ALONE.map((name) => [name, render(name)])] as const;
mkdirSync(FOLDER, { recursive: true });
for (const [name, page] of pages) writeFileSync(`${FOLDER}${name}.txt`, page ?? '');
