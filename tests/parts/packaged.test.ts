/**
 * A library that a package has laid beside the program is loaded from there, so that nothing has to be written: in a container
 * nothing can be. Where others could have laid it there it is none.
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { packagedFolder } from '../../src/parts/folders/cache-folder.ts';
import { fileThere, privateFile } from '../../src/parts/private-file.ts';
import { partsOf } from '../../src/parts/single.ts';

const BYTES = Buffer.from('letters');
const user = { uid: process.geteuid?.() ?? 0, home: undefined, cacheHome: undefined };
const { execPath } = process;
let root = '';
let library = '';

beforeEach(() => {
  root = mkdtempSync(join(homedir(), '.echolot-test-'));
  library = join(root, 'lib/echolot');
  mkdirSync(library, { recursive: true });
  process.execPath = join(root, 'bin/echolot');
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'caches'));
});
afterEach(() => {
  process.execPath = execPath;
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

describe('a library beside the program', () => {
  test('is used as it lies there, and nothing is written', () => {
    const path = privateFile(library, BYTES, 'ttf');
    expect(partsOf(() => BYTES).font('any.ttf')).toBe(path);
    expect(readdirSync(root)).toEqual(['lib']);
  });

  test('of another version is left alone, and the one inside is written elsewhere', () => {
    const path = privateFile(library, Buffer.from('older'), 'ttf');
    expect(partsOf(() => BYTES).font('any.ttf')).toMatch(/\/caches\/echolot\/[0-9a-f]{64}\.ttf$/);
    expect(readdirSync(library).map((name) => join(library, name))).toEqual([path]);
  });

  test('that was changed is none', () => {
    const path = privateFile(library, BYTES, 'ttf');
    expect(fileThere(library, BYTES, 'ttf')).toBe(path);
    chmodSync(path, 0o700);
    writeFileSync(path, 'LETTERS');
    expect(fileThere(library, BYTES, 'ttf')).toBeUndefined();
  });

  test.each([0o777, 0o775, 0o757])('is none in a folder of mode %o, whoever lays it there', (mode) => {
    const path = privateFile(library, BYTES, 'ttf');
    chmodSync(library, mode);
    expect(packagedFolder(user)).toBeUndefined();
    expect(partsOf(() => BYTES).font('any.ttf')).not.toBe(path);
  });

  test('is none where the folder is not there, or may be moved away by others', () => {
    expect(packagedFolder(user)).toBe(library);
    chmodSync(join(root, 'lib'), 0o777);
    expect(packagedFolder(user)).toBeUndefined();
    chmodSync(join(root, 'lib'), 0o755);
    renameSync(library, join(root, 'lib/elsewhere'));
    expect(packagedFolder(user)).toBeUndefined();
  });
});
