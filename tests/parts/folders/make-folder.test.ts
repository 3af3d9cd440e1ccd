/** A folder that was asked for is there at once, or it is said why not: a path is no way to make the program wait. */
import {
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from '../../../src/parts/folders/make-folder.ts';

const SOURCES = fileURLToPath(new URL('../../../src', import.meta.url));

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'echolot-folders-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a folder', () => {
  test('is made with all above it that are missing, and may be there already', () => {
    const path = join(directory, 'a/b/c');
    makeFolder(path, 0o700);
    makeFolder(`${path}/`, 0o700);
    expect(['a', 'a/b', 'a/b/c'].map((name) => statSync(join(directory, name)).mode & 0o777)).toEqual([
      0o700, 0o700, 0o700,
    ]);
  });

  test('may be a link to one', () => {
    symlinkSync(directory, join(directory, 'link'));
    makeFolder(join(directory, 'link/a'));
    expect(existsSync(join(directory, 'a'))).toBe(true);
  });

  test.skipIf(!existsSync('/proc/self')).each(['/proc/x', '/proc/x/y/z', '/proc/self/x', '/proc/self/fd/x'])(
    '%s is refused, and not tried for ever',
    (path) => {
      expect(() => makeFolder(path)).toThrow(`cannot make the directory ${path}: `);
    },
  );

  test('is refused where a file or a link to nothing is in its way, and below one that is no name', () => {
    writeFileSync(join(directory, 'file'), '');
    symlinkSync(join(directory, 'nowhere'), join(directory, 'dangling'));
    symlinkSync('loop', join(directory, 'loop'));
    const long = 'x'.repeat(5_000);
    for (const path of ['file', 'file/a', 'dangling', 'dangling/a', 'loop/a', long, `${long}/a`, 'a\0b']) {
      expect(() => makeFolder(join(directory, path))).toThrow('cannot make the directory ');
    }
    expect(() => makeFolder('/dev/null/a')).toThrow('cannot make the directory /dev/null/a: ');
  });
});

test('no other way to make folders is taken by the program', () => {
  const recursive = globSync('**/*.ts', { cwd: SOURCES }).filter((file) =>
    /mkdir\w*\([^)]*recursive/.test(readFileSync(join(SOURCES, file), 'utf8')),
  );
  expect(recursive).toEqual([]);
});
