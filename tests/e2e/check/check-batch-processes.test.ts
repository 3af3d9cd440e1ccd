/** `echolot check --batch`: how each command ended by itself is told, and none that can be found is left running. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../src/check.ts';
import { echolot, eventually, isAlive, start } from '../program.ts';
import { inDirectory, noPython, pathOf } from './programs.ts';

const SERVER = `python3 '${pathOf('server.py')}' {port}`;
/** A whole check with one second for an end that may come, or not. */
const TIMEOUT_MS = 30_000;

async function checked(...servers: readonly string[]): Promise<{ code: number | null; lines: string[] }> {
  return await inDirectoryOf(servers.join('\n'), async (file) => {
    const { code, stdout } = await echolot('check', '--batch', file);
    return { code, lines: stdout.trimEnd().split('\n') };
  });
}

async function inDirectoryOf<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  let result: T | undefined;
  await inDirectory(async (directory) => {
    const file = join(directory, 'servers.txt');
    await writeFile(file, text.replaceAll('{dir}', directory));
    result = await use(file);
  });
  return result as T;
}

describe.concurrent('a command that ends before it listens', () => {
  test.each([
    ['by itself', 'echo "no such port" >&2; exit 7', '(exit code 7): no such port'],
    ['with a word on its output alone', 'echo usage; exit 2', '(exit code 2): usage'],
    ['without a word', 'exit 1', '(exit code 1)'],
    ['with success', 'true', '(exit code 0)'],
    ['by a signal', 'echo "so long" >&2; kill -KILL $$', '(SIGKILL): so long'],
    ['with words that a terminal obeys', "printf '\\033[2Jx\\n' >&2; exit 1", '(exit code 1): \\u001b[2Jx'],
    ['with more words than anybody reads', 'seq -s, 99999 >&2; exit 1', /\(exit code 1\): .{300,400}\.\.\.$/],
    ['and is none', './no-such-program', /\(exit code 127\): .*no-such-program: not found$/],
  ] as const)('%s is told with how it did, and its last words', async (_how, command, told) => {
    const { code, lines } = await checked(`anna, ${command} # {port}`);
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    const [, words = ''] =
      /^anna {2}not checked: it ended before it listened (.*)$/.exec(lines[0] ?? '') ?? [];
    if (typeof told === 'string') expect(words).toBe(told);
    else expect(words).toMatch(told);
  });
});

describe.skipIf(noPython)('a command', () => {
  test('that ends in the middle of the check is told with how it did', async () => {
    const { lines } = await checked(`anna, ${SERVER} ends-after 6; echo "no more" >&2; exit 3`);
    expect(lines[0]).toMatch(/^anna .* of 54 kept; .*; it ended by itself \(exit code 3\): no more$/);
  });
});

describe.skipIf(noPython || process.platform !== 'linux').concurrent('a server in the background', () => {
  test.each([
    ['a session of its own', `setsid sh -c 'echo $$ > {dir}/pid; exec ${SERVER}' > /dev/null 2>&1 &`],
    [
      'a session of its own, whose end is no wish of it',
      `(setsid sh -c 'echo $$ > {dir}/pid; trap "" TERM; ${SERVER} & wait; wait' &)`,
    ],
    ['the group of the command', `sh -c 'echo $$ > {dir}/pid; exec env -i PATH="$PATH" ${SERVER}' &`],
  ])(
    'in %s is checked, and ended with all that was started',
    async (_where, command) => {
      const plain = command.replaceAll(`'${pathOf('server.py')}'`, pathOf('server.py'));
      await inDirectoryOf(`anna, ${plain}`, async (file) => {
        const { code, stdout } = await echolot('check', '--batch', file);
        expect({ code, stdout }).toEqual({ code: 0, stdout: 'anna  54 of 54 kept\n' });
        const pid = Number(await readFile(join(dirname(file), 'pid'), 'utf8'));
        expect(await isAlive(pid)).toBe(false);
      });
    },
    TIMEOUT_MS,
  );

  test(
    'that has thrown off all by which it could be found is checked, and told of',
    async () => {
      const hidden = `env -i PATH="$PATH" HOME="$HOME" setsid sh -c 'echo $$ > {dir}/pid; exec ${SERVER.replaceAll("'", '')}' > /dev/null 2>&1 &`;
      await inDirectoryOf(`anna, ${hidden}`, async (file) => {
        const { stdout } = await echolot('check', '--batch', file);
        const pid = Number(await readFile(join(dirname(file), 'pid'), 'utf8'));
        expect(await isAlive(pid)).toBe(true);
        process.kill(pid, 'SIGKILL');
        expect(stdout).toMatch(
          /^anna {2}54 of 54 kept; left running: a process that listens on port \d+ and could not be found\n$/,
        );
      });
    },
    TIMEOUT_MS,
  );
});

describe.skipIf(noPython)('Ctrl-C', () => {
  test(
    'in the middle of a check: what was found is printed and kept, and what was not run',
    async () => {
      const servers = [
        `anna, exec ${SERVER}`,
        `bela, echo $$ > {dir}/pid; exec ${SERVER} slow > {dir}/log`,
        `chris, exec ${SERVER}`,
      ];
      await inDirectoryOf(servers.join('\n'), async (file) => {
        const directory = dirname(file);
        const xml = join(directory, 'class.xml');
        await using run = start('check', '--batch', file, '--keep', directory, '--junit', xml);
        const log = async (): Promise<string> =>
          await readFile(join(directory, 'log'), 'utf8').catch(() => '');
        await eventually('some rules', async () => (await log()).includes('client 25\n'), TIMEOUT_MS);
        run.kill('SIGINT');
        const { code, stdout, stderr } = await run.endsWithin(5_000);
        expect(code).toBe(130);
        const [anna, bela, ...others] = stdout.trimEnd().split('\n');
        expect(anna).toBe('anna   54 of 54 kept');
        expect(bela).toMatch(/^bela {3}.*\d+ of \d+ kept; .*incomplete: /);
        expect(others).toEqual(['chris  not run: interrupted']);
        expect(stderr).toBe('checking anna\nchecking bela\necholot: cancelled: the check was cancelled\n');
        const kept: CheckResult = JSON.parse(await readFile(join(directory, 'bela.json'), 'utf8'));
        expect(kept.outcome.status).toBe('cancelled');
        expect((await readFile(xml, 'utf8')).match(/<testsuite /g)).toHaveLength(3);
        expect(await readFile(xml, 'utf8')).toContain('<skipped message="not run: interrupted"/>');
        expect(await isAlive(Number(await readFile(join(directory, 'pid'), 'utf8')))).toBe(false);
      });
    },
    TIMEOUT_MS,
  );

  test('before a server listens: it is ended, and was not run', async () => {
    await inDirectoryOf('anna, echo $$ > {dir}/pid; exec sleep 600 # {port}', async (file) => {
      await using run = start('check', '--batch', file);
      const pid = async (): Promise<number> => {
        const text = await readFile(join(dirname(file), 'pid'), 'utf8').catch(() => '');
        return Number(text);
      };
      await eventually('it is there', async () => (await pid()) > 0, 10_000);
      run.kill('SIGINT');
      const { code, stdout } = await run.endsWithin(5_000);
      expect({ code, stdout }).toEqual({ code: 130, stdout: 'anna  not run: interrupted\n' });
      expect(await isAlive(await pid())).toBe(false);
    });
  });
});
