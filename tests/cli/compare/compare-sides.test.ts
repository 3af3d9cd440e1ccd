/** Whose file is whose in a comparison: never guessed, and no option is lost behind the files. */
import { describe, expect, test } from 'vitest';
import { markSeparator, sidesOf, unmarked } from '../../../src/cli/run/compare/compare-sides.ts';
import { EcholotError } from '../../../src/core/errors.ts';

/** As the parser hands them on: the command and the options gone. */
function sidesIn(...subjects: readonly string[]) {
  return sidesOf(markSeparator(['compare', ...subjects]).slice(1));
}

function refusal(...subjects: readonly string[]): string {
  try {
    sidesIn(...subjects);
  } catch (error) {
    if (error instanceof EcholotError && error.code === 'usage') return `${error.message}; ${error.advice}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the sides of a comparison', () => {
  test.each([
    [['a'], ['a'], []],
    [['a', 'b'], ['a'], ['b']],
    [['a', '--', 'b'], ['a'], ['b']],
    [['a1', 'a2', 'a3', '--', 'b'], ['a1', 'a2', 'a3'], ['b']],
    [['a', '--', 'b1', 'b2'], ['a'], ['b1', 'b2']],
  ] as const)('%j', (subjects, a, b) => {
    expect(sidesIn(...subjects)).toEqual({ a, b });
  });

  test('are refused where it does not show which is which, with what to write', () => {
    expect(refusal('a', 'b', 'c')).toContain(
      'nothing parts those of A from those of B; write -- between them',
    );
    expect(refusal('--', 'a', 'b')).toContain('nothing stands before --');
    expect(refusal('a', 'b', '--')).toContain('nothing stands after --');
    expect(refusal('a', '--', 'b', '--', 'c')).toContain('more than one --');
  });
});

describe('the mark of --', () => {
  test('is set for this command alone: others end their options with it', () => {
    expect(markSeparator(['merge', '--', '-a.json'])).toEqual(['merge', '--', '-a.json']);
    expect(markSeparator([])).toEqual([]);
  });

  test('can be no argument that somebody gave, and is never shown', () => {
    const [, mark = ''] = markSeparator(['compare', '--']);
    expect(mark).toContain('\0');
    expect(unmarked(`no value ${mark} here`)).toBe('no value -- here');
  });
});
