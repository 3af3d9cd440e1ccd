/** Times and budgets of tokens as people type them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesPerDay, span } from '../../src/cli/options/words/token-values.ts';
import { duration } from '../../src/cli/options/words/values.ts';
import { agoText, momentText } from '../../src/cli/run/token/show.ts';

function taken(result: ReturnType<ReturnType<typeof span>['parse']>): number | undefined {
  return result.success ? result.value : undefined;
}

describe('how long a token is good', () => {
  test.each([
    ['30d', 2_592_000],
    ['12h', 43_200],
    ['90m', 5_400],
    ['3650d', 315_360_000],
  ])('%s is taken', (text, seconds) => {
    expect(taken(span().parse(text))).toBe(seconds);
  });

  test.each(['30', '30x', '0d', '-1d', '1.5d', '3651d', '9999999d', '1e2d', ' 1d', ''])(
    '%j is not',
    (text) => {
      expect(taken(span().parse(text))).toBeUndefined();
    },
  );

  test('days are of tokens alone: no other option takes them for a time', () => {
    for (const text of ['30d', '12h'])
      expect(duration({ min: 0, max: 1e12 }).parse(text).success).toBe(false);
  });
});

describe('how much may be sent in a day', () => {
  test.each([
    ['50G/d', 50 * 1024 ** 3],
    ['500MiB/d', 500 * 1024 ** 2],
    ['1000/d', 1_000],
  ])('%s is taken', (text, bytes) => {
    expect(taken(bytesPerDay().parse(text))).toBe(bytes);
  });

  test.each(['50G', '50G/h', '0/d', '50 G/d', '99999999999999G/d', '/d', ''])('%j is not', (text) => {
    expect(taken(bytesPerDay().parse(text))).toBeUndefined();
  });
});

describe('times in words', () => {
  test.each([
    [86_400 * 30, 'in 30 days'],
    [86_400, 'in 1 day'],
    [7_200, 'in 2 hours'],
    [-90, '1.5 minutes ago'],
    [-1, '1 second ago'],
    [0, '0 seconds ago'],
  ])('%d s from now', (seconds, words) => {
    expect(agoText(1_000_000 + seconds, 1_000_000)).toBe(words);
  });

  test('no number of seconds that a token may have is without a moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seconds) => {
        expect(momentText(seconds)).toMatch(/ UTC$| s after 1970$/);
      }),
    );
    expect(momentText(1_800_000_000)).toBe('2027-01-15 08:00:00 UTC');
  });
});
