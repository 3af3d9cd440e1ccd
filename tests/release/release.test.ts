/** What is released is what was built twice alike, with the notes of its own version, and nothing left out without a word. */
import { describe, expect, test } from 'vitest';
import { ARTEFACTS, lacking } from '../../scripts/release/artefacts.ts';
import { notesOf } from '../../scripts/release/changelog.ts';
import { differences, sumsOf } from '../../scripts/release/compare.ts';

const CHANGELOG = `# Changelog

## Unreleased

- later

## 0.2.0 - 2026-12-01

### Added

- this

## 0.1.0 - 2026-10-01

- before
`;

describe('the notes', () => {
  test('are the section of the version, and of no other', () => {
    expect(notesOf(CHANGELOG, '0.2.0')).toBe('### Added\n\n- this\n');
    expect(notesOf(CHANGELOG, '0.1.0')).toBe('- before\n');
    expect(notesOf('## [1.0.0] - 2026-01-02\n\n- x\n', '1.0.0')).toBe('- x\n');
  });

  test.each([
    ['0.3.0', CHANGELOG, 'no section 0.3.0'],
    ['0.2', CHANGELOG, 'no section 0.2:'],
    ['0.2.0', CHANGELOG.replace(' - 2026-12-01', ''), 'has no day'],
    ['0.2.0', CHANGELOG.replace('2026-12-01', 'soon'), 'has no day'],
    ['0.1.0', CHANGELOG.replace('- before', ''), 'is empty'],
  ])('of %s are refused where the section is missing, without a day or empty', (version, text, why) => {
    expect(() => notesOf(text, version)).toThrow(why);
  });
});

describe('an artefact', () => {
  const [first] = ARTEFACTS;
  if (first === undefined) throw new Error('nothing to release');

  test('that has no script, or no tool on this machine, is left out with that reason', () => {
    const scripts = { [first.script[0]]: 'make' };
    expect(lacking(first, {}, () => true)).toBe(`package.json has no script ${first.script[0]}`);
    expect(lacking(first, scripts, () => false)).toBe(`there is no ${first.tools.join(', no ')} here`);
    expect(lacking(first, scripts, () => true)).toBeUndefined();
  });
});

describe('two builds', () => {
  const files = (text: string): Map<string, Uint8Array> => new Map([['b', Buffer.from(text)]]);

  test('that are the same have no differences', () => {
    expect(differences(files('echo'), files('echo'))).toEqual([]);
  });

  test.each([
    ['eche', 'b: 4 bytes, 1 differ, the first at 3'],
    ['echo!', 'b: 4 and 5 bytes, 1 differ, the first at 4'],
    ['Echo', 'b: 4 bytes, 1 differ, the first at 0'],
  ])('of which one has %s are told apart', (text, told) => {
    expect(differences(files('echo'), files(text))).toEqual([told]);
  });

  test('that have other files are told apart', () => {
    expect(differences(files('echo'), new Map())).toEqual(['b: made the first time only']);
    expect(differences(new Map(), files('echo'))).toEqual(['b: made the second time only']);
  });

  test('have sums as sha256sum --check reads them, in the order of names', () => {
    const sums = sumsOf(new Map([...files(''), ['a', Buffer.from('')]]));
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(sums).toBe(`${empty}  a\n${empty}  b\n`);
  });
});
