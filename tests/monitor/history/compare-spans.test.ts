/** Two spans of a path differ when they differ by more than such spans of this path do anyway. */
import { describe, expect, test } from 'vitest';
import { compareSpans } from '../../../src/monitor/history/compare-spans.ts';
import type { Unit } from '../../../src/monitor/history/units.ts';
import type { Span } from '../../../src/monitor/store/store.ts';
import { seededRandom } from '../../../src/stats/distributions/random.ts';
import { PATHS, type Path } from '../paths.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STRIDE = 18;
const STEP_MS = STRIDE * 10_000;
const DAYS = 8;
const TODAY: Span = { fromMs: 7 * DAY_MS + 9 * HOUR_MS, toMs: 7 * DAY_MS + 10 * HOUR_MS };
const YESTERDAY: Span = { fromMs: TODAY.fromMs - DAY_MS, toMs: TODAY.toMs - DAY_MS };

/** @param times what the last hour is multiplied with, or all from `sinceMs` on */
function historyOf(path: Path, times = 1, sinceMs = TODAY.fromMs): Unit[] {
  return Array.from({ length: (DAYS * DAY_MS) / STEP_MS }, (_, i) => {
    const value = 1e6 * Math.exp(path()) * (i * STEP_MS >= sinceMs ? times : 1);
    for (let skipped = 1; skipped < STRIDE; skipped++) path();
    return { fromMs: i * STEP_MS, value };
  });
}

function path(name: string, seed: number): Path {
  return (PATHS[name] as (typeof PATHS)[string])(seededRandom(seed));
}

describe('spans of a path that did not change are called different in one of fifteen at most', () => {
  test.each([
    'noise 5 %',
    'correlated (10 %, memory 1 h)',
    'by day (15 %, noise 2 %)',
    'moods (x0.7 to x1.4, minutes to hours)',
  ])('%s', (name) => {
    let claims = 0;
    for (let seed = 1; seed <= 15; seed++) {
      const { verdict } = compareSpans(historyOf(path(name, seed)), YESTERDAY, TODAY);
      if (verdict === 'faster' || verdict === 'slower') claims++;
    }
    expect(claims).toBeLessThanOrEqual(1);
  });
});

test.each([1, 8, 20])('half as much again is found that came %s hours before the later span', (hours) => {
  const sinceMs = TODAY.fromMs - hours * HOUR_MS;
  const history = historyOf(path('noise 5 %', 3), 1.5, sinceMs);
  expect(compareSpans(history, YESTERDAY, TODAY).verdict).toBe('slower');
});

test('a fifth more is found, with its size', () => {
  const found = compareSpans(historyOf(path('by day (15 %, noise 2 %)', 3), 1.2), YESTERDAY, TODAY);
  expect(found.verdict).toBe('slower');
  expect(found.interval?.low).toBeLessThan(1.2);
  expect(found.interval?.high).toBeGreaterThan(1.2);
  expect(found.pairs).toBeGreaterThanOrEqual(3);
});

test('turned round, the ratio is turned round', () => {
  const history = historyOf(path('noise 5 %', 4));
  const [there, back] = [compareSpans(history, YESTERDAY, TODAY), compareSpans(history, TODAY, YESTERDAY)];
  expect((there.ratio ?? 0) * (back.ratio ?? 0)).toBeCloseTo(1, 9);
  expect((there.interval?.low ?? 0) * (back.interval?.high ?? 0)).toBeCloseTo(1, 2);
});

test('where the history is too short, the runs alone speak, and it says so', () => {
  const history = historyOf(path('noise 5 %', 5)).filter(({ fromMs }) => fromMs >= YESTERDAY.fromMs);
  const found = compareSpans(history, YESTERDAY, TODAY);
  expect(found.pairs).toBe(0);
  expect(found.interval).not.toBeNull();
});

test('a span without an answer, and one of a single run, tell nothing', () => {
  const history = historyOf(path('noise 5 %', 6));
  const none: Span = { fromMs: 100 * DAY_MS, toMs: 101 * DAY_MS };
  expect(compareSpans(history, YESTERDAY, none)).toMatchObject({
    b: null,
    ratio: null,
    verdict: 'too-noisy',
  });
  const single: Span = { fromMs: TODAY.fromMs, toMs: TODAY.fromMs + STEP_MS };
  expect(compareSpans(history, YESTERDAY, single)).toMatchObject({ interval: null, verdict: 'too-noisy' });
  expect(compareSpans([], YESTERDAY, TODAY)).toMatchObject({ a: null, b: null, verdict: 'too-noisy' });
});

test('constant times show no difference', () => {
  const { ratio, verdict } = compareSpans(
    historyOf(() => 0),
    YESTERDAY,
    TODAY,
  );
  expect(ratio).toBe(1);
  expect(verdict).toBe('no-difference-shown');
});
