/** Compiled code is run as it lies there: a folder that others can write to is a way to run theirs. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../../src/parts/folders/cache-folder.ts';

const uid = process.geteuid?.() ?? 0;
let home = '';

beforeEach(() => {
  // Below the own home: all folders above one for temporary files need not be out of reach of others.
  home = mkdtempSync(join(homedir(), '.echolot-test-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function folderFor(changes: { uid?: number; home?: string; cacheHome?: string } = {}): string | undefined {
  return cacheFolder({ uid, home, cacheHome: undefined, ...changes });
}

describe('compiled code is kept', () => {
  test('in a folder of the user alone, made if need be', () => {
    const folder = folderFor();
    expect(folder).toBe(join(home, '.cache/echolot'));
    expect(statSync(folder ?? '').mode & 0o777).toBe(0o700);
    expect(folderFor()).toBe(folder);
  });

  test('where XDG_CACHE_HOME says, if that is absolute', () => {
    const cacheHome = join(home, 'deep/caches');
    expect(folderFor({ cacheHome })).toBe(join(cacheHome, 'echolot'));
    expect(folderFor({ cacheHome: 'caches' })).toBe(join(home, '.cache/echolot'));
    expect(folderFor({ cacheHome: '' })).toBe(join(home, '.cache/echolot'));
  });

  test('where a link of the user leads, by its real name', () => {
    mkdirSync(join(home, 'other-disk'));
    symlinkSync(join(home, 'other-disk'), join(home, '.cache'));
    expect(folderFor()).toBe(join(home, 'other-disk/echolot'));
  });
});

describe('compiled code is kept nowhere', () => {
  test.each([0o777, 0o770, 0o707, 0o755, 0o701])('in a folder of mode %o', (mode) => {
    mkdirSync(join(home, '.cache/echolot'), { recursive: true });
    chmodSync(join(home, '.cache/echolot'), mode);
    expect(folderFor()).toBeUndefined();
  });

  test.each([0o777, 0o775, 0o757])(
    'below one of mode %o, where others could put theirs in its place',
    (mode) => {
      mkdirSync(join(home, '.cache'));
      chmodSync(join(home, '.cache'), mode);
      expect(folderFor()).toBeUndefined();
      expect(existsSync(join(home, '.cache/echolot'))).toBe(false);
      chmodSync(home, mode);
      chmodSync(join(home, '.cache'), 0o700);
      expect(folderFor()).toBeUndefined();
    },
  );

  test("in another user's folder", () => {
    mkdirSync(join(home, '.cache/echolot'), { recursive: true, mode: 0o700 });
    expect(folderFor({ uid: uid + 1 })).toBeUndefined();
  });

  test.skipIf(uid !== 0)(
    "by root in a user's home (sudo), which would leave folders there that are root's",
    () => {
      chownSync(home, 1, 1);
      expect(folderFor()).toBeUndefined();
      expect(existsSync(join(home, '.cache'))).toBe(false);
    },
  );

  test('where a link, a file, or nothing is in its place', () => {
    mkdirSync(join(home, '.cache'));
    mkdirSync(join(home, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(home, 'elsewhere'), join(home, '.cache/echolot'));
    expect(folderFor()).toBeUndefined();
    expect(folderFor({ home: '/dev/null' })).toBeUndefined();
    expect(cacheFolder({ uid, home: undefined, cacheHome: undefined })).toBeUndefined();
    expect(folderFor({ home: 'relative' })).toBeUndefined();
  });
});
