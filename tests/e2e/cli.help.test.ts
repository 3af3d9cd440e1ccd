/** What the program says of itself: version, help pages, completions. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { echolot, ROOT, shell } from './program.ts';

const COMMANDS = ['serve', 'send', 'measure', 'ping', 'demo', 'selftest'] as const;
const MAX_WIDTH = 100;

describe.concurrent('the program introduces itself', () => {
  test('--version prints the number of the package, for bug reports', async () => {
    const manifest: { version: string } = JSON.parse(await readFile(`${ROOT}package.json`, 'utf8'));
    expect(await echolot('--version')).toEqual({
      code: 0,
      signal: null,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
  });

  test('no arguments bring the overview with every command, not an error', async () => {
    const { code, stdout, stderr } = await echolot();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ +${command} +[A-Z]`, 'm'));
    expect(await echolot('--help')).toMatchObject({ code: 0, stdout, stderr: '' });
  });

  test.each(COMMANDS)('%s --help has a usage line and examples that can be typed', async (command) => {
    const { code, stdout, stderr } = await echolot(command, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: echolot ${command}`);
    const examples = stdout.slice(stdout.indexOf('Examples:'));
    expect(examples).toContain(`echolot ${command}`);
  });

  test('help measure is measure --help, for those who think of it that way', async () => {
    const [one, other] = await Promise.all([echolot('help', 'measure'), echolot('measure', '--help')]);
    expect(one).toEqual(other);
  });

  test.each(['serve', 'measure', 'ping', 'selftest'])(
    '%s --help fits a terminal and can be pasted without a trail of blanks',
    async (command) => {
      const { stdout } = await echolot(command, '--help');
      const lines = stdout.split('\n');
      expect(lines.filter((line) => line.length > MAX_WIDTH)).toEqual([]);
      expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
      // A bracket belongs to what it encloses.
      expect(lines.filter((line) => /[[(]$/.test(line))).toEqual([]);
    },
  );

  test('measure --help names every dialect that --dialect takes', async () => {
    const { stdout } = await echolot('measure', '--help');
    for (const name of ['size-first', 'echo-suffix', 'payload-echo-bare', 'hello-numeric']) {
      expect(stdout).toContain(name);
    }
  });
});

describe.concurrent('completions', () => {
  test.each(['zsh', 'fish'])('%s gets a script that knows the program', async (name) => {
    const { code, stdout, stderr } = await echolot('completion', name);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.length).toBeGreaterThan(500);
    expect(stdout).toContain('echolot');
  });

  test('bash gets a script that bash can read', async () => {
    const { code, stdout, stderr } = await shell('"$@" | tee >(bash -n >&2) | wc -c', 'completion', 'bash');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Number(stdout)).toBeGreaterThan(500);
  });

  test('the Tab key finds commands, options and dialects', async () => {
    const [commands, options, dialects] = await Promise.all([
      echolot('completion', 'bash', 'me'),
      echolot('completion', 'bash', 'measure', 'localhost', '9900', '--js'),
      echolot('completion', 'bash', 'measure', 'localhost', '9900', '--dialect', 'hello'),
    ]);
    expect(commands.stdout).toContain('measure');
    expect(options.stdout).toContain('--json');
    expect(dialects.stdout).toContain('hello-numeric');
  });
});
