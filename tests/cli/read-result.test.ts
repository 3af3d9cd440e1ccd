/** Results from files: one that cannot be read is told in one line, before anything is made of it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readResultFiles } from '../../src/cli/run/read-records.ts';
import { readResult } from '../analysis/reading.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'echolot-'));
  mkdirSync(join(directory, 'folder'));
  writeFileSync(join(directory, 'empty'), '');
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

describe('a result file', () => {
  test.each([
    ['is not there', 'absent.json', /cannot read .*absent\.json: there is no such file/],
    ['is a directory', 'folder', /cannot read .*folder: it is a directory/],
    ['is in a file', 'empty/run.json', /a part of its path is no directory/],
    ['is empty', 'empty', /empty is empty/],
  ])('says that it %s', async (_name, path, words) => {
    const reading = readResultFiles([join(directory, path)]);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toMatchObject({ code: 'usage' });
  });

  test('that comes by standard input is read when its writer is late, and in pieces', async () => {
    const text = readFileSync(new URL('../fixtures/results/v2-node-plain.json', import.meta.url));
    const pipe = new PassThrough();
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(pipe as unknown as typeof process.stdin);
    const reading = readResultFiles(['-']);
    await setImmediate();
    pipe.write(text.subarray(0, 1_000));
    await setImmediate();
    pipe.end(text.subarray(1_000));
    expect(await reading).toEqual([readResult(text, '-')]);
  });

  test('says that standard input was named twice', async () => {
    await expect(readResultFiles(['-', '/dev/stdin'])).rejects.toThrow(/can be read only once/);
  });
});
