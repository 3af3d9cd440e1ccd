/** The pictures of a monitor: what they show of any intervals, and what a strict page lets be of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadDrawer } from '../../src/cli/show/pictures.ts';
import { FAILURE_REASONS, type IntervalSummary } from '../../src/monitor/records/interval.ts';
import { summarized } from '../../src/monitor/store/summary.ts';
import { type Chart, isDrawable } from '../../src/report/charts/chart.ts';
import { drawSvg } from '../../src/report/charts/draw.ts';
import { bandsChart } from '../../src/report/charts/monitor/bands.ts';
import { failuresChart } from '../../src/report/charts/monitor/failures.ts';
import { heatColumn, heatMapChart } from '../../src/report/charts/monitor/heat-map.ts';
import { layersChart } from '../../src/report/charts/monitor/layers.ts';
import { loadsChart } from '../../src/report/charts/monitor/loads.ts';
import { rowsOf, stepLine } from '../../src/report/charts/monitor/stretches.ts';
import { dayTicks } from '../../src/report/charts/monitor/time-axis.ts';
import { NanosecondHistogram } from '../../src/stats/histogram.ts';
import { withoutStyles } from '../../src/web/views/drawings.ts';
import { DAY_MS, HOUR_MS, NOW_MS, run } from './made-up.ts';

const span = { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS };
const drawer = await loadDrawer();
const MS = 1_000_000;

/** Anything that a store could answer: other lengths, pauses, reasons, loads, times from 0 to an hour. */
const anyIntervals: fc.Arbitrary<IntervalSummary[]> = fc
  .array(
    fc.record({
      pauseS: fc.nat(200),
      lengthS: fc.integer({ min: 1, max: 300 }),
      medianNs: fc.option(fc.double({ min: 0, max: 1e12, noNaN: true }), { nil: null }),
      failures: fc.dictionary(fc.constantFrom(...FAILURE_REASONS), fc.integer({ min: 1, max: 1e6 })),
      rate: fc.option(fc.double({ min: 0, max: 1e11, noNaN: true }), { nil: null }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((all) => {
    let atMs = span.fromMs - 60_000;
    return all.map(({ pauseS, lengthS, medianNs, failures, rate }) => {
      const fromMs = atMs + pauseS * 1_000;
      atMs = fromMs + lengthS * 1_000;
      const load = { upBitsPerSecond: rate, downBitsPerSecond: null, increaseNs: null };
      return {
        ...summarized(run(fromMs, medianNs)),
        ...{ toMs: atMs, failures, load },
      };
    });
  });

function drawn(chart: Chart): string {
  return withoutStyles(drawSvg(drawer, chart, { widthPx: 640, titled: false }));
}

describe('a picture', () => {
  test('is drawn of whatever a store answers, without a number that is none', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyIntervals, (intervals) => {
        const charts = [
          bandsChart(intervals, 'application', span),
          layersChart(intervals, span),
          failuresChart(intervals, span),
          loadsChart(intervals, span),
        ];
        for (const chart of charts.filter(isDrawable)) {
          const svg = drawn(chart);
          expect(svg).not.toMatch(/NaN|Infinity|undefined/);
          expect(svg).not.toContain(' style=');
          expect(chart.table.rows.every((row) => row.length === chart.table.header.length)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('says why there is none', () => {
    const none = [bandsChart([], undefined, span), failuresChart([], span), loadsChart([], span)];
    for (const chart of none) expect(isDrawable(chart)).toBe(false);
    const fine = failuresChart([summarized(run(span.fromMs, 10 * MS))], span);
    expect(fine).toMatchObject({ missing: 'nothing failed in this time' });
  });

  test('of failures adds up to all that was tried', () => {
    const one = { ...summarized(run(span.fromMs, null)), failures: { timeout: 3, refused: 1 }, answered: 4 };
    const chart = failuresChart([one], span);
    if (!isDrawable(chart)) throw new Error('nothing is drawn');
    expect(chart.table.rows.map(([, , reason, times, share]) => [reason, times, share])).toEqual([
      ['refused', 1, 0.125],
      ['timeout', 3, 0.375],
    ]);
  });
});

describe('a line', () => {
  test('breaks off where nothing was measured', () => {
    const stretches = [
      { fromS: 0, toS: 10 },
      { fromS: 10, toS: 20 },
      { fromS: 60, toS: 70 },
    ];
    expect(rowsOf(stretches).map(({ length }) => length)).toEqual([2, 1]);
    expect(stepLine(stretches, () => 1).filter(([, value]) => value === null)).toHaveLength(1);
  });
});

describe('the heat map', () => {
  test('loses no answer: the shares of each column are 1 in sum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: 0, max: 4e12, noNaN: true }), { minLength: 1, maxLength: 40 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (columns) => {
          const chart = heatMapChart(
            columns.map((times, i) =>
              heatColumn(
                { fromMs: span.fromMs + i * 60_000, toMs: span.fromMs + (i + 1) * 60_000 },
                NanosecondHistogram.of(times),
              ),
            ),
            span,
          );
          if (!isDrawable(chart)) throw new Error('nothing is drawn');
          const sums = new Map<unknown, number>();
          for (const [fromMs, , , , share] of chart.table.rows) {
            sums.set(fromMs, (sums.get(fromMs) ?? 0) + Number(share));
          }
          for (const sum of sums.values()) expect(sum).toBeCloseTo(1, 3);
          expect(sums.size).toBe(columns.length);
        },
      ),
    );
  });
});

test('the axis has round times, and no more than there is room for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000, max: 3_650 * DAY_MS }),
      fc.integer({ min: 2, max: 14 }),
      (ms, most) => {
        const ticks = dayTicks({ fromMs: NOW_MS - ms, toMs: NOW_MS }, most);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        expect(ticks.every((tick) => tick >= NOW_MS - ms && tick < NOW_MS)).toBe(true);
      },
    ),
  );
});
