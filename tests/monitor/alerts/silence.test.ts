/** A silence holds for the targets it names, and not for others. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSilent } from '../../../src/monitor/alerts/silence.ts';

function silences(pattern: string, target: string): boolean {
  return isSilent([{ target: pattern, fromMs: 10, toMs: 20 }], target, 15);
}

test.each([
  ['web', 'web', true],
  ['web', 'web2', false],
  ['web*', 'web2', true],
  ['*', '', true],
  ['*.example', 'a.example', true],
  ['*.example', 'example', false],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'acb', false],
  ['ab*ba', 'aba', false],
  ['.*', 'web', false],
])('%s for %s: %s', (pattern, target, expected) => {
  expect(silences(pattern, target)).toBe(expected);
});

test('begins with its first moment, and is over at its end', () => {
  const at = (atMs: number): boolean => isSilent([{ target: 'web', fromMs: 10, toMs: 20 }], 'web', atMs);
  expect([9, 10, 19, 20].map(at)).toEqual([false, true, true, false]);
});

test('whatever is cut out of a name, a star stands for it', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ maxLength: 5 }).filter((text) => !text.includes('*')),
        { minLength: 1, maxLength: 5 },
      ),
      (pieces) => {
        expect(silences(pieces.join('*'), pieces.join('x'))).toBe(true);
      },
    ),
  );
});
