/** Two ranges of a page are judged in the words of the command line. */
import { expect, test } from 'vitest';
import { rangesJudge } from '../../../src/monitors.ts';
import { MIDNIGHT_MS } from '../store/measured.ts';
import { HOUR_MS, keptStore } from './kept.ts';

const FIRST = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + HOUR_MS };
const SECOND = { fromMs: MIDNIGHT_MS + HOUR_MS, toMs: MIDNIGHT_MS + 2 * HOUR_MS };

test('a page is told by how much its range differs from the other, and what that stands on', async () => {
  const medianNs = (atMs: number): number => (atMs < SECOND.fromMs ? 1e6 : 2e6);
  const judge = rangesJudge(await keptStore({ lengthMs: 2 * HOUR_MS, medianNs }));
  const { text, details } = await judge({ target: 'near', first: FIRST, second: SECOND });
  expect(text).toMatch(
    /^near: the median of B \(2026-01-05 01:00 to 02:00 UTC\) is 2\.\d\d times that of A \(2026-01-05 00:00 to 01:00 UTC\), 95 % interval .*; it differs$/,
  );
  expect(details[0]).toMatch(/^60 intervals of A and 60 of B|^360 intervals of A and 360 of B/);
  expect(details).toHaveLength(2);
});

test('a page with an empty range is told so, and is not refused', async () => {
  const judge = rangesJudge(await keptStore({ lengthMs: HOUR_MS, medianNs: () => 1e6 }));
  const { text } = await judge({ target: 'near', first: FIRST, second: SECOND });
  expect(text).toContain('has no answer, so there is nothing to compare');
});
