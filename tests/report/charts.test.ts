/** The definitions of pictures: their numbers, their words, and what they leave out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadDrawer } from '../../src/cli/show/pictures.ts';
import { anatomyChart } from '../../src/report/charts/anatomy.ts';
import { chartBySize } from '../../src/report/charts/by-size/by-size.ts';
import { type Chart, type ChartOutcome, isDrawable } from '../../src/report/charts/chart.ts';
import { chartsOf } from '../../src/report/charts/charts.ts';
import { pickEvenly } from '../../src/report/charts/distributions.ts';
import { drawSvg } from '../../src/report/charts/draw.ts';
import { isLogBetter, linearTicks, logTicks } from '../../src/report/charts/scales.ts';
import { declarations, inLightColours } from '../../src/report/charts/theme.ts';
import { resultLabels } from '../../src/report/document/labels.ts';
import type { Result } from '../../src/result/result.ts';
import { block, MS, recording, S } from '../analysis/recordings.ts';
import { analysed, cleanResult, emptyResult, thinResult } from './report-results.ts';

const CANVAS = { widthPx: 800, titled: false };

function drawable(outcome: ChartOutcome | undefined): Chart {
  if (outcome === undefined || !isDrawable(outcome)) throw new Error('the chart is left out');
  return outcome;
}

function chart(results: readonly Result[], id: string): Chart {
  return drawable(chartsOf(results).find((one) => one.id === id));
}

function dataText({ id, title, caption, alternative, table }: Chart): string {
  const rows = table.rows.map((row) => row.map((cell) => cell ?? 'none').join(' | '));
  return `${[id, title, caption, alternative, '', table.header.join(' | '), ...rows].join('\n')}\n`;
}

describe('the numbers of the picture', () => {
  test.each([
    'rtt-by-size',
    'goodput-by-size',
    'rtt-distribution',
    'rtt-percentiles',
    'rtt-over-time',
    'anatomy',
  ])('%s are what they always were', async (id) => {
    await expect(dataText(chart([cleanResult()], id))).toMatchFileSnapshot(`golden/${id}.txt`);
  });

  test('of several server delays are told apart, which is the second plot of the assignment', async () => {
    const results = [cleanResult(0), cleanResult(100_000_000), cleanResult(500_000_000)];
    await expect(dataText(chart(results, 'rtt-by-size'))).toMatchFileSnapshot(
      'golden/rtt-by-size-delays.txt',
    );
  });
});

function seriesOf(one: Chart): { readonly type: unknown; readonly data: unknown }[] {
  const { series } = one.option(CANVAS);
  const list = Array.isArray(series) ? series : [];
  return list.map((each) => ({ type: each.type, data: 'data' in each ? each.data : undefined }));
}

describe('an interval that is missing', () => {
  test('is no bar, while its median is still a point', () => {
    const series = seriesOf(drawable(chartBySize([thinResult()], 'rtt')));
    expect(series.find(({ type }) => type === 'custom')?.data).toEqual([]);
    expect(series.find(({ type }) => type === 'line')?.data).toHaveLength(2);
  });

  test('is said in the caption', () => {
    expect(drawable(chartBySize([thinResult()], 'rtt')).caption).toMatch(/without intervals/);
  });

  test('and one that is there is a bar from its low to its high end', () => {
    const result = cleanResult();
    const bars = seriesOf(drawable(chartBySize([result], 'rtt'))).find(({ type }) => type === 'custom');
    const intervals = result.series
      .filter(({ workload }) => workload.kind === 'rtt')
      .map(({ statistics }) => statistics?.rttNs.estimates[0]?.interval);
    const expected = intervals.map((interval) => [
      expect.any(Number),
      expect.closeTo((interval?.low ?? 0) / 1_000, 2),
      expect.closeTo((interval?.high ?? 0) / 1_000, 2),
    ]);
    expect(bars?.data).toEqual(expected);
  });
});

describe('a picture without its data is left out with a reason', () => {
  test('when nothing was measured', () => {
    const outcomes = chartsOf([emptyResult()]);
    expect(outcomes.filter(isDrawable)).toEqual([]);
    for (const outcome of outcomes) expect('missing' in outcome && outcome.missing).toMatch(/\w+ \w+/);
  });

  test('and a run that fell silent before its first round-trip time shows its throughput', () => {
    const blocks = [block([], { measurement: 'rtt' }), block([MS, 2 * MS], { measurement: 'throughput' })];
    const ids = chartsOf([analysed(recording(blocks))])
      .filter(isDrawable)
      .map(({ id }) => id);
    expect(ids).toContain('rtt-over-time');
    const { rows } = chart([analysed(recording(blocks))], 'rtt-over-time').table;
    expect(rows.length).toBeGreaterThan(0);
  });

  test('when there are no stamps', () => {
    expect(anatomyChart(thinResult(), '', '')).toMatchObject({ missing: expect.stringMatching(/node/) });
  });

  test('when a histogram is damaged, and the others stay', () => {
    const result = cleanResult();
    const series = result.series.map((one) => ({ ...one, rttHistogram: 'AAAA' }));
    const drawn = chartsOf([{ ...result, series }]).filter(isDrawable);
    expect(drawn.map(({ id }) => id)).toEqual(['rtt-by-size', 'goodput-by-size', 'rtt-over-time', 'anatomy']);
  });
});

describe('times that no path has', () => {
  const odd: readonly (readonly [string, readonly number[]])[] = [
    ['0, of a clock that is too coarse', [0, 0, 0, 0, 0]],
    ['0 among others', [0, MS, 0, 2 * MS, 0, MS, 30 * MS]],
    ['all alike', [5_000, 5_000, 5_000, 5_000]],
    ['one alone', [5_000]],
    ['from a nanosecond to an hour', [1, 3_600 * S, 5, 100]],
  ];
  test.each(odd)('%s: are drawn all the same', async (_what, rttNs) => {
    const rounds = rttNs.length === 1 ? 1 : 6;
    const blocks = Array.from({ length: rounds }, (_, i) => block(rttNs, { round: i + 1 }));
    const charts = chartsOf([analysed(recording(blocks))]).filter(isDrawable);
    expect(charts.map(({ id }) => id)).toContain('rtt-percentiles');
    const drawer = await loadDrawer();
    for (const one of charts) {
      expect(drawSvg(drawer, one, CANVAS)).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

test('every colour of a definition has a light and a dark value', () => {
  const wanted = chartsOf([cleanResult(), cleanResult(1_000_000)])
    .filter(isDrawable)
    .flatMap((one) => JSON.stringify(one.option({ ...CANVAS, titled: true })).match(/var\(--[a-z0-9-]+\)/g));
  for (const shade of ['light', 'dark'] as const) {
    for (const use of new Set(wanted)) expect(declarations(shade)).toContain(`${use?.slice(4, -1)}:#`);
  }
  expect(inLightColours([...new Set(wanted)].join(' '))).not.toMatch(/var/);
});

test.each(['light', 'dark'] as const)('every line stands out from a %s ground', (shade) => {
  const colours = new Map(
    declarations(shade)
      .split(';')
      .map((one) => one.slice(2).split(':') as [string, string]),
  );
  const paper = luminance(colours.get('paper') ?? '');
  for (const [role, value] of colours) {
    const needed = role.startsWith('series') ? 3 : ['ink', 'faint', 'warning'].includes(role) ? 4.5 : 1;
    expect({ role, ratio: contrast(luminance(value), paper) }).toEqual({
      role,
      ratio: expect.toSatisfy((ratio: number) => ratio >= needed),
    });
  }
});

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

describe('names of results', () => {
  test('tell what differs, and nothing else', () => {
    expect(resultLabels([cleanResult(0), cleanResult(2_000_000)])).toEqual([
      'server delay none',
      'server delay 2 ms',
    ]);
  });

  test('of results that do not differ are still not alike', () => {
    const result = cleanResult();
    expect(new Set(resultLabels([result, result, result])).size).toBe(3);
  });
});

describe('axes', () => {
  test('sizes that double stand on a logarithmic one, those of the assignment on a linear one', () => {
    expect(isLogBetter([1024, 2048, 4096, 8192, 16_384, 32_768])).toBe(true);
    expect(isLogBetter([1, 100, 200, 400, 800, 1000])).toBe(false);
    expect(isLogBetter([100])).toBe(false);
  });

  test('have some labels and not too many, whatever their ends', () => {
    const least = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
    const ratio = fc.double({ min: 1.001, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(least, ratio, (low, factor) => {
        for (const ticks of [logTicks(low, low * factor), linearTicks(low, low * factor)]) {
          expect(ticks.length).toBeGreaterThanOrEqual(1);
          expect(ticks.length).toBeLessThanOrEqual(20);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(low * 0.9999);
            expect(tick).toBeLessThanOrEqual(low * factor * 1.0001);
          }
        }
      }),
    );
  });

  test('a choice of sizes keeps both ends', () => {
    expect(pickEvenly([1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([1, 5, 9]);
    expect(pickEvenly([1, 2, 3], 8)).toEqual([1, 2, 3]);
    expect(pickEvenly([1, 2, 3], 1)).toEqual([2]);
  });
});
