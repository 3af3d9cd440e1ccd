/** A library that is loaded from a file runs with the user's rights: it is loaded only where it is what was built. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { privateFile } from '../../src/parts/private-file.ts';
import { addon } from '../../src/parts/single.ts';

const BYTES = Buffer.from('machine code');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(homedir(), '.echolot-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('a private file', () => {
  test('is written once, for its owner alone, under its SHA-256', () => {
    const path = privateFile(folder, BYTES, 'node');
    const { mtimeNs, ino, mode } = lstatSync(path, { bigint: true });
    expect(path).toMatch(/\/[0-9a-f]{64}\.node$/);
    expect(mode & 0o777n).toBe(0o500n);
    expect(privateFile(folder, BYTES, 'node')).toBe(path);
    expect(lstatSync(path, { bigint: true })).toMatchObject({ mtimeNs, ino });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test.each([
    ['other bytes of the same length', (path: string) => writeFileSync(path, 'machine cods')],
    ['a part of them, of a disk that was full', (path: string) => writeFileSync(path, 'mach')],
    ['them and more', (path: string) => writeFileSync(path, 'machine code!')],
    ['what others may change', (path: string) => chmodSync(path, 0o522)],
  ])('that holds %s is replaced before it is used', (_what, spoil) => {
    const path = privateFile(folder, BYTES, 'node');
    chmodSync(path, 0o700);
    spoil(path);
    expect(privateFile(folder, BYTES, 'node')).toBe(path);
    expect(readFileSync(path)).toEqual(BYTES);
    expect(lstatSync(path).mode & 0o777).toBe(0o500);
  });

  test('is none behind a link, which may be turned elsewhere', () => {
    const path = privateFile(folder, BYTES, 'node');
    renameSync(path, join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), path);
    expect(privateFile(folder, BYTES, 'node')).toBe(path);
    expect(lstatSync(path).isFile()).toBe(true);
  });

  test('that cannot take its place is told, and leaves nothing behind', () => {
    const path = privateFile(folder, BYTES, 'node');
    rmSync(path);
    mkdirSync(path);
    expect(() => privateFile(folder, BYTES, 'node')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe('a library inside a single file', () => {
  test('that cannot be loaded from the folder for caches is tried in the one for temporary files, and the first reason is told', () => {
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'caches'));
    vi.stubEnv('TMPDIR', folder);
    expect(() => addon('koffi', () => BYTES)).toThrow(/caches\/echolot\/[0-9a-f]{64}\.node/);
    expect(readdirSync(join(folder, `echolot-${process.geteuid?.()}`))).toHaveLength(1);
  });

  test('is loaded from nowhere where others have made both folders', () => {
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'caches'));
    vi.stubEnv('TMPDIR', folder);
    mkdirSync(join(folder, 'caches/echolot'), { recursive: true });
    chmodSync(join(folder, 'caches/echolot'), 0o777);
    symlinkSync(tmpdir(), join(folder, `echolot-${process.geteuid?.()}`));
    expect(() => addon('koffi', () => BYTES)).toThrow(
      'no folder of this user alone for it, neither in XDG_CACHE_HOME nor in TMPDIR',
    );
  });
});
