/** Results that are read again: merged with others, or refused with the exit code of a wrong command line. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { echolot, shell, start } from './program.ts';

const HOST = '127.0.0.1';
const SET_UP_TIMEOUT_MS = 30_000;
const SHORT_V1 = 'tests/fixtures/results/v1-native-short.json';
const DELAY_V1 = 'tests/fixtures/results/v1-node-delay.json';

let directory: string;
let first: string;
let second: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'echolot-'));
  first = join(directory, 'first.json');
  second = join(directory, 'second.json');
  await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
  const port = await server.port();
  for (const file of [first, second]) {
    const { code } = await echolot(
      'measure',
      HOST,
      port,
      '--short',
      '-n',
      20,
      '--spread',
      0,
      '--json',
      '-o',
      file,
    );
    expect(code).toBe(0);
  }
}, SET_UP_TIMEOUT_MS);

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function read(file: string): Promise<Result> {
  const result: Result = JSON.parse(await readFile(file, 'utf8'));
  return result;
}

describe('merge', () => {
  test('reports on all runs together', async () => {
    const { code, stdout, stderr } = await echolot('merge', first, second);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ +1000 B +40 /m);
  });

  test('writes a result that can be merged further, and read from standard input', async () => {
    const merged = join(directory, 'merged.json');
    const { code, stdout } = await echolot('merge', first, second, '--json', '-o', merged);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +1000 B +40 /m);
    const { runs, blocks, stop } = await read(merged);
    expect(runs).toHaveLength(2);
    expect(blocks.length).toBe((await read(first)).blocks.length + (await read(second)).blocks.length);
    expect(stop.reason).toBe('merged');
    const again = await shell(`"$@" < ${merged}`, 'merge', '-', first);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('hold the same run');
  });

  test('of what differs says what does, and leaves no file', async () => {
    const { code, stdout, stderr } = await echolot('merge', SHORT_V1, DELAY_V1, '-o', join(directory, 'no'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^echolot: usage: .*v1-native-short\.json and .* cannot be merged: the .* of one is /,
    );
    expect((await readdir(directory)).filter((name) => /no|tmp/.test(name))).toEqual([]);
  });

  test('of one file is a wrong command line', async () => {
    const { code, stderr } = await echolot('merge', first);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a file that is no sound result is refused in one line', () => {
  test.each<[string, (text: string) => string, RegExp]>([
    [
      'half a file',
      (text) => text.slice(0, text.length / 2),
      /ends before its record does; take an undamaged copy/,
    ],
    ['another format', () => '{"format":"gpx","version":1}', /is JSON, but not a result of echolot/],
    [
      'a later version',
      (text) => text.replace('"version": 3', '"version": 4'),
      /was written by a newer echolot/,
    ],
    [
      'a changed figure',
      (text) => text.replace(/"median": [\d.]+/, '"median": 1'),
      /the recorded median of rtt 1000 B is 1,/,
    ],
  ])('%s', async (_name, damage, words) => {
    const damaged = join(directory, `damaged-${_name.replaceAll(' ', '-')}.json`);
    await writeFile(damaged, damage(await readFile(first, 'utf8')));
    const { code, stdout, stderr } = await echolot('merge', damaged, second);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^echolot: usage: .*damaged-.*\n$/);
  });

  test('one that is not there', async () => {
    const { code, stderr } = await echolot('merge', join(directory, 'absent.json'), second);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^echolot: usage: cannot read .*absent\.json: there is no such file; /);
  });
});
