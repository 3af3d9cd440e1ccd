/** The log's own file: what is refused, what is kept, and that no line is lost while it is opened anew. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LogFile } from '../../../src/cli/log/log-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'echolot-log-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(file: LogFile, text: string): Promise<number> {
  return new Promise((resolve, reject) =>
    file.write(Buffer.from(text), (error, bytes) => (error === undefined ? resolve(bytes) : reject(error))),
  );
}

test('it is appended to, and nobody but owner and group may read who connected', async () => {
  const path = join(folder, 'access.log');
  await written(new LogFile(path), 'one\n');
  await written(new LogFile(path), 'two\n');
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(statSync(path).mode & 0o777 & ~0o640).toBe(0);
});

test('a file that was moved away is left, a write under way included', async () => {
  const path = join(folder, 'moved.log');
  const file = new LogFile(path);
  const first = written(file, 'one\n');
  renameSync(path, `${path}.1`);
  file.reopen();
  file.reopen();
  await first;
  await written(file, 'two\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('one\n');
  expect(readFileSync(path, 'utf8')).toBe('two\n');
});

test('a file that cannot be opened anew stays in use', async () => {
  const path = join(folder, 'kept.log');
  const file = new LogFile(path);
  renameSync(path, `${path}.1`);
  mkdirSync(path);
  expect(() => file.reopen()).toThrow('not a regular file');
  await written(file, 'still here\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('still here\n');
});

test('a link, a device, a folder or a pipe is refused: a log must not end up in another file', () => {
  const link = join(folder, 'link');
  symlinkSync(join(folder, 'target'), link);
  const pipe = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  for (const path of [link, pipe, '/dev/null', folder, join(folder, 'missing', 'file')]) {
    expect(() => new LogFile(path)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(path) }),
    );
  }
});
