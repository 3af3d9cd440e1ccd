/** `echolot check --batch`: the servers of a class, one after the other, and nothing of them is left behind. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../src/check.ts';
import { echolot, eventually, Program, programLine, shell, start } from '../program.ts';
import { inDirectory, noPython, pathOf } from './programs.ts';

/** All that a program starts has what its environment has. */
async function withMark(mark: string): Promise<number> {
  await using ps = new Program('ps', ['axeww', '-o', 'args=']);
  const { stdout } = await ps.ended;
  return stdout.split('\n').filter((line) => line.includes(`CLASS=${mark}`)).length;
}

describe.skipIf(noPython)('the servers of a class', () => {
  test('are each a line of the table and a file, whatever becomes of them, and all are ended', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'servers.txt');
      const keep = join(directory, 'kept', 'results');
      const xml = join(directory, 'class.xml');
      const python = `python3 '${pathOf('server.py')}' {port}`;
      await writeFile(
        file,
        [
          '# the class of this year',
          `anna, ${programLine('serve', '--quiet', '--port', '{port}')}`,
          '',
          // It starts a process of its own, and leaves it.
          `bela, ${python} lax & wait`,
          'chris, echo "there is no module \'socket\'" >&2; exit 1 # {port}',
        ].join('\n'),
      );
      const args = ['check', '--batch', file, '--keep', keep, '--junit', xml];
      const mark = `echolot-${process.pid}`;
      const { code, stdout } = await shell(`CLASS=${mark} "$@"`, ...args);
      expect(code).toBe(3);
      const [anna, bela, chris] = stdout.trimEnd().split('\n');
      expect(anna).toBe('anna   54 of 54 kept');
      expect(bela).toMatch(/^bela {3}22 of 54 kept; 6 not run; broken: .*sequence-skipped/);
      expect(chris).toBe(
        "chris  not checked: it ended before it listened (exit code 1): there is no module 'socket'",
      );
      expect((await readdir(keep)).sort()).toEqual(['anna.json', 'bela.json']);
      const kept: CheckResult = JSON.parse(await readFile(join(keep, 'bela.json'), 'utf8'));
      expect(kept.rules).toHaveLength(54);
      expect((await readFile(xml, 'utf8')).match(/<testsuite /g)).toHaveLength(3);
      await eventually('all that was started is gone', async () => (await withMark(mark)) === 0, 3_000);
    });
  });

  test('that are left when somebody interrupts are lines of the table, too', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'servers.txt');
      const server = `python3 '${pathOf('server.py')}' {port}`;
      await writeFile(
        file,
        `anna, ${server} slow >'${join(directory, 'log')}'\nbela, ${server}\nchris, ${server}\n`,
      );
      await using run = start('check', '--batch', file);
      await eventually(
        'some rules',
        async () => (await readFile(join(directory, 'log'), 'utf8').catch(() => '')).includes('client 9\n'),
        20_000,
      );
      run.kill('SIGINT');
      const { code, stdout } = await run.endsWithin(5_000);
      expect(code).toBe(130);
      const [anna, bela, chris] = stdout.trimEnd().split('\n');
      expect(anna).toMatch(/^anna {3} ?\d+ of 54 kept; \d\d not run; incomplete: /);
      expect([bela, chris]).toEqual(['bela   not run: interrupted', 'chris  not run: interrupted']);
    });
  });

  test.each([
    ['a line without a command', 'anna\n', 'line 1 of'],
    ['a command without a place for its port', 'anna, python3 server.py\n', 'line 1 of'],
    ['a name that is there twice', 'anna, a {port}\nanna, b {port}\n', 'names anna twice'],
    ['a file without a line', '# nobody\n', 'names no server'],
  ])('%s is refused before any is started', async (_what, text, why) => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'servers.txt');
      await writeFile(file, text);
      const { code, stdout, stderr } = await echolot('check', '--batch', file);
      expect(stderr).toContain(why);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    });
  });

  test('a place for the records that cannot be had is refused before any is started', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'servers.txt');
      await writeFile(file, `anna, touch ${directory}/started # {port}\n`);
      await mkdir(join(directory, 'taken', 'anna.json'), { recursive: true });
      const places = [file, '/dev/null/x', join(directory, 'taken')];
      for (const place of existsSync('/proc/self') ? [...places, '/proc', '/proc/x/y'] : places) {
        const { code, stdout, stderr } = await echolot('check', '--batch', file, '--keep', place);
        expect(stderr).toMatch(/^echolot: usage: cannot (make the directory|write to) .*\n$/);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      }
      expect((await readdir(directory)).sort()).toEqual(['servers.txt', 'taken']);
    });
  });

  test.skipIf(!existsSync('/dev/full'))('are told also where a form of it cannot be written', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'servers.txt');
      await writeFile(file, 'anna, exit 1 # {port}\n');
      const { code, stdout, stderr } = await echolot('check', '--batch', file, '--junit', '/dev/full');
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: 'anna  not checked: it ended before it listened (exit code 1)\n',
      });
      expect(stderr).toMatch(/\necholot: limit: cannot write to \/dev\/full: ENOSPC.*\n$/);
    });
  });
});
