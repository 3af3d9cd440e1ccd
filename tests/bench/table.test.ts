/** A verdict is what people read of a row: it follows the median and the bound, to the right side. */
import { describe, expect, test } from 'vitest';
import type { Row, Target } from '../../bench/row.ts';
import { markdownTable } from '../../bench/table.ts';

function verdictOf(target: Target | undefined, ours: number[], reference: number[] = []): string {
  const row: Row = { name: 'a', unit: 'ns', ours, referenceName: 'b', reference, target };
  return markdownTable([row]).split('\n')[2]?.split(' | ').at(-1)?.replace(' |', '') ?? '';
}

describe('the verdict', () => {
  test.each<[string, Target, number[], number[], string]>([
    ['a ratio below its bound', { of: 'ratio', bound: 'atMost', limit: 1.05 }, [104], [100], 'met'],
    ['a ratio above its bound', { of: 'ratio', bound: 'atMost', limit: 1.05 }, [106], [100], 'NOT MET'],
    ['a rate that reaches', { of: 'ratio', bound: 'atLeast', limit: 0.95 }, [96], [100], 'met'],
    ['a rate that does not', { of: 'ratio', bound: 'atLeast', limit: 0.95 }, [94], [100], 'NOT MET'],
    ['15 % too much', { of: 'ratio', bound: 'within', limit: 0.15 }, [116], [100], 'NOT MET'],
    ['15 % too little', { of: 'ratio', bound: 'within', limit: 0.15 }, [84], [100], 'NOT MET'],
    ['a small ratio', { of: 'ratio', bound: 'within', limit: 0.15 }, [86], [100], 'met'],
    ['an error to the left', { of: 'value', bound: 'within', limit: 10 }, [-11], [], 'NOT MET'],
    ['an early echo', { of: 'value', bound: 'atLeast', limit: 0 }, [-1], [], 'NOT MET'],
  ])('about %s', (_what, target, ours, reference, verdict) => {
    expect(verdictOf(target, ours, reference)).toBe(verdict);
  });

  test('is about the median of the pairs, which one bad repetition does not change', () => {
    const target: Target = { of: 'ratio', bound: 'atMost', limit: 1.1 };
    expect(verdictOf(target, [100, 900, 210], [100, 100, 200])).toBe('met');
  });

  test('of a row that only informs is none', () => {
    expect(verdictOf(undefined, [1], [1])).toBe('informative');
  });
});
