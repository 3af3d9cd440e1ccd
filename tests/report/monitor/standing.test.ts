/** How a run stands to the history of its path, in a line that claims no more than is known. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StandingRecord } from '../../../src/monitor/records/standing.ts';
import { standingLines, standingText } from '../../../src/report/document/monitor/standing.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 30);
const KNOWN: StandingRecord = {
  ...{ target: 'near', workload: '100 B, 20 probes', valueNs: 1e6, sinceMs: NOW_MS - 30 * DAY_MS },
  ...{ intervals: 1_204, stepMs: 0, below: { share: 0.97, low: 0.91, high: 0.99 } },
};

test('slower than most, with how sure that is and what it stands on', () => {
  expect(standingText(KNOWN, NOW_MS)).toBe(
    'slower than 97 % of the last 30 d, 95 % interval 91 to 99 %; 1,204 intervals of near (100 B, 20 probes)',
  );
});

test('faster than most is told as such', () => {
  const below = { share: 0.02, low: 0.01, high: 0.05 };
  expect(standingText({ ...KNOWN, below, stepMs: 900_000 }, NOW_MS)).toContain(
    'faster than 98 % of the last 30 d, 95 % interval 95 to 99 %; 1,204 intervals of 15 min of near',
  );
});

test('a share that is not whole is never 100 %, and it is within its interval', () => {
  const share = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000);
  fc.assert(
    fc.property(share, share, share, (a, b, c) => {
      const [low, middle, high] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
      const text = standingText({ ...KNOWN, below: { share: middle, low, high } }, NOW_MS);
      const [, told, from, to] = /than (\d+) % .* interval (\d+) to (\d+) %/.exec(text)?.map(Number) ?? [];
      expect(told).toBeGreaterThanOrEqual(from ?? Number.NaN);
      expect(told).toBeLessThanOrEqual(to ?? Number.NaN);
      if (middle > 0 && middle < 1) expect(told).toBeLessThan(100);
    }),
  );
});

test('of a run whose probes wait for each other it is said that this differs', () => {
  const lines = (probes: 'spread' | 'waiting'): string[] =>
    standingLines({ standings: [KNOWN], workloads: [] }, probes, NOW_MS);
  expect(lines('spread')).toEqual([`this run is ${standingText(KNOWN, NOW_MS)}`]);
  expect(lines('waiting')[0]).toContain('on short paths that alone is faster');
});

describe('no number is told', () => {
  test('of too little history', () => {
    const young = { ...KNOWN, intervals: 19, below: null };
    expect(standingText(young, NOW_MS)).toBe(
      'too little history to say how it stands: 19 intervals of near (100 B, 20 probes)',
    );
  });

  test('of another workload, and of a path that nobody knows', () => {
    expect(standingLines({ standings: [], workloads: ['1000 B'] }, 'spread', NOW_MS)).toEqual([
      'the history of this path is of another workload, so nothing is said of how it stands: 1000 B',
    ]);
    expect(standingLines(null, 'spread', NOW_MS)).toEqual(['the store has no history of this path']);
  });
});
