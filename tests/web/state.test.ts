/** What a card says of a target: whether it is up, since when, and what is not known. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../src/monitor/records/event.ts';
import type { IntervalSummary } from '../../src/monitor/records/interval.ts';
import { summarized } from '../../src/monitor/store/summary.ts';
import { cardOf, summaryText } from '../../src/report/document/monitor/card.ts';
import { stateOf, stateText } from '../../src/report/document/monitor/state.ts';
import { ageText, shareText } from '../../src/report/document/monitor/words.ts';
import { key, MINUTE_MS, NOW_MS, run } from './made-up.ts';

const MS = 1_000_000;

/** `u` answered, `d` not, `h` not sent by this machine; ten seconds each, the last one just over. */
function runs(pattern: string): IntervalSummary[] {
  return [...pattern].map((letter, i) => {
    const fromMs = NOW_MS - (pattern.length - i) * 10_000;
    const one = run(fromMs, letter === 'u' ? 10 * MS : null, { reason: letter === 'h' ? 'here' : 'timeout' });
    return summarized(letter === 'h' ? { ...one, unsentRuns: 1 } : one);
  });
}

const measured = { firstMs: NOW_MS - 60 * MINUTE_MS, lastMs: NOW_MS };

function said(pattern: string, change?: StoredEvent): string {
  return stateText(stateOf({ recent: runs(pattern), change, measured }, NOW_MS), NOW_MS);
}

describe('the state of a target', () => {
  test.each([
    ['uuuu', 'up for 1 h'],
    ['uudd', 'down for 20 s'],
    ['dddu', 'up for 10 s'],
    ['dddd', 'down for 1 h'],
    ['uuhh', 'up for 1 h'],
    ['hhhh', 'not measured for 40 s'],
  ])('of runs %s is %s', (pattern, text) => {
    expect(said(pattern)).toBe(text);
  });

  test('lasts as long as its event says, which knows more than the last runs', () => {
    const change: StoredEvent = {
      ...{ id: 1, atMs: NOW_MS - 7 * MINUTE_MS, kind: 'down', target: 'a', text: '', facts: {} },
    };
    expect(said('dddd', change)).toBe('down for 7 min');
    expect(said('uuuu', change)).toBe('up for 1 h');
  });

  test('is none where nothing was ever measured', () => {
    expect(stateOf({ recent: [], change: undefined, measured: undefined }, NOW_MS).name).toBe('new');
  });

  test('is not known once runs stay out, whatever the last one said', () => {
    const recent = runs('uu');
    const later = NOW_MS + 61_000;
    expect(stateOf({ recent, change: undefined, measured }, later)).toEqual({
      name: 'silent',
      sinceMs: NOW_MS,
    });
  });

  test('is known for as long as what is measured seldom is not due', () => {
    const seldom = [30, 20, 10].map((minutes) => summarized(run(NOW_MS - minutes * MINUTE_MS, 10 * MS)));
    expect(stateOf({ recent: seldom, change: undefined, measured }, NOW_MS).name).toBe('up');
  });
});

describe('a card', () => {
  const facts = { series: key('a'), measured, change: undefined, lastChange: undefined };

  test('has no figures of a time before it went down', () => {
    const recent = runs('uuud');
    const card = cardOf({ ...facts, recent, hour: recent, day: recent }, NOW_MS);
    expect(card).toMatchObject({ p50Ns: null, p99Ns: null, stateText: 'down for 10 s' });
  });

  test('counts no run against the target that this machine could not send', () => {
    const day = runs('uuhhhd');
    expect(cardOf({ ...facts, recent: day, hour: day, day }, NOW_MS).availability).toBeCloseTo(2 / 3);
  });

  test('names the doubts of the hour, the most frequent first, whatever they are called', () => {
    const [one] = runs('u');
    const hour = [{ ...one!, doubts: { __proto__x: 1, constructor: 3, 'noise-floor': 2 } }];
    const card = cardOf({ ...facts, recent: hour, hour, day: hour }, NOW_MS);
    expect(card.doubts).toEqual(['constructor', 'noise-floor', '__proto__x']);
  });
});

test('the first line tells how many are up', () => {
  expect(summaryText([])).toBe('Nothing was measured yet');
  expect(summaryText(['up'])).toBe('The target is up');
  expect(summaryText(['up', 'up'])).toBe('All 2 targets are up');
  expect(summaryText(['up', 'down', 'silent', 'new'])).toBe('1 of 4 targets up, 1 down, 2 not measured');
});

test('a share that is not whole is never told as 100 %', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (share) => {
      expect(shareText(share)).not.toBe('100 %');
      expect(shareText(share)).toMatch(/^\d[\d.]* %$/);
    }),
  );
  expect(shareText(1)).toBe('100 %');
  expect(shareText(null)).toBe('unknown');
});

test('an age has its two largest units', () => {
  expect([0, 59_999, 60_000, 3_599_000, 3_600_000, 90_000_000].map(ageText)).toEqual([
    ...['0 s', '59 s', '1 min', '59 min', '1 h', '1 d 1 h'],
  ]);
});
