/** An image or an archive of the site that differs from build to build, or loses a file, is one that nobody can check. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type TarEntry, tar } from '../../scripts/oci/tar.ts';

const SECONDS = 1_700_000_000;
const file = (text: string): TarEntry => ({ kind: 'file', bytes: Buffer.from(text), mode: 0o644 });

interface Found {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly owner: number;
  readonly seconds: number;
  readonly bytes: Buffer;
}

/** Reads what POSIX says is there, and no more. */
function read(archive: Buffer): Found[] {
  const found: Found[] = [];
  for (let at = 0; ; ) {
    const head = archive.subarray(at, at + 512);
    if (head.every((byte) => byte === 0)) {
      expect(archive.length - at).toBe(1024);
      return found;
    }
    const text = (from: number, to: number): string => head.toString('utf8', from, to).replace(/\0.*$/s, '');
    const number = (from: number, to: number): number => Number.parseInt(text(from, to), 8);
    expect(text(257, 263)).toBe('ustar');
    const blank = Buffer.concat([head.subarray(0, 148), Buffer.alloc(8, ' '), head.subarray(156)]);
    expect(number(148, 156)).toBe(blank.reduce((sum, byte) => sum + byte, 0));
    const size = number(124, 136);
    found.push({
      path: text(0, 100),
      type: text(156, 157),
      mode: number(100, 108),
      owner: number(108, 116),
      seconds: number(136, 148),
      bytes: Buffer.from(archive.subarray(at + 512, at + 512 + size)),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

const name = fc.stringMatching(/^[a-z0-9._-]{1,12}$/).filter((word) => word !== '.' && word !== '..');
/** Below one folder each, so that no file is in the way of a folder. */
const trees = fc
  .uniqueArray(fc.tuple(name, name, fc.uint8Array({ maxLength: 1300 })), {
    selector: ([a]) => a,
    maxLength: 8,
  })
  .map((files) => files.map(([a, b, bytes]) => [`d-${a}/${b}`, bytes] as const));

describe('an archive', () => {
  test('has every file as it was, whatever its length', () => {
    fc.assert(
      fc.property(trees, (files) => {
        const entries = files.map(([path, bytes]) => [path, { kind: 'file', bytes, mode: 0o644 }] as const);
        const found = read(tar(new Map(entries), SECONDS)).filter(({ type }) => type === '0');
        expect(new Map(found.map(({ path, bytes }) => [path, bytes]))).toEqual(
          new Map(files.map(([path, bytes]) => [path, Buffer.from(bytes)])),
        );
      }),
    );
  });

  test('is the same in whatever order the files came', () => {
    fc.assert(
      fc.property(trees, (files) => {
        const entries = files.map(([path, bytes]) => [path, { kind: 'file', bytes, mode: 0o644 }] as const);
        const [one, other] = [tar(new Map(entries), SECONDS), tar(new Map(entries.toReversed()), SECONDS)];
        expect(one.equals(other)).toBe(true);
      }),
    );
  });

  test('names every folder before what is in it, as some that unpack it need', () => {
    const found = read(
      tar(
        new Map([
          ['usr/lib/x/a', file('a')],
          ['usr/b', file('b')],
        ]),
        SECONDS,
      ),
    );
    expect(found.map(({ path, type }) => `${type} ${path}`)).toEqual([
      '5 usr/',
      '0 usr/b',
      '5 usr/lib/',
      '5 usr/lib/x/',
      '0 usr/lib/x/a',
    ]);
    expect(found.every(({ seconds }) => seconds === SECONDS)).toBe(true);
  });

  test('keeps who owns a folder and who may enter it, or a user could not write at home', () => {
    const home: TarEntry = { kind: 'folder', mode: 0o700, owner: 65532 };
    const [, , own] = read(tar(new Map([['var/lib/echolot', home]]), SECONDS));
    expect(own).toMatchObject({ path: 'var/lib/echolot/', mode: 0o700, owner: 65532 });
  });

  test.each([
    ['a name that is too long for it', new Map([['x'.repeat(101), file('')]])],
    [
      'a file below a file',
      new Map([
        ['a', file('')],
        ['a/b', file('')],
      ]),
    ],
    [
      'a file below a link',
      new Map<string, TarEntry>([
        ['lib', { kind: 'link', to: 'usr/lib' }],
        ['lib/b', file('')],
      ]),
    ],
  ])('refuses %s instead of making one that unpacks to something else', (_what, tree) => {
    expect(() => tar(tree, SECONDS)).toThrow();
  });
});
