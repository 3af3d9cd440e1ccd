/** What is handed in: the page with its plots. */
import { describe, expect, test } from 'vitest';
import { loadDrawer } from '../../src/cli/show/pictures.ts';
import { chartBySize } from '../../src/report/charts/by-size/by-size.ts';
import { type Chart, isDrawable } from '../../src/report/charts/chart.ts';
import { assignmentCharts } from '../../src/report/charts/charts.ts';
import { drawSvg } from '../../src/report/charts/draw.ts';
import { areCurvesFarApart } from '../../src/report/charts/scales.ts';
import type { DrawAt } from '../../src/report/html/pictures.ts';
import type { Result } from '../../src/result/result.ts';
import { resultWithDelay } from './assignment-results.ts';
import { assignmentPage, assignmentReport, htmlReport } from './rendered.ts';

const PLAIN = { rounds: 1, probes: 10 };

const blank: DrawAt = (_chart, widthPx) => `<svg width="${widthPx}" height="1"></svg>`;

function withDelays(...delaysMs: readonly number[]): Result[] {
  return delaysMs.map((delayMs) => resultWithDelay(delayMs));
}

function plots(results: readonly Result[]): Chart[] {
  return assignmentCharts(results).filter(isDrawable);
}

function axisTypes(results: readonly Result[]): unknown[] {
  return plots(results).map(({ option }) => {
    const { yAxis } = option({ widthPx: 800, titled: false }) as { yAxis: { type: string } };
    return yAxis.type;
  });
}

describe('the page', () => {
  test('reads as it always did', async () => {
    // What the doubts of a result are is no concern of this page.
    const results = withDelays(0, 10, 100).map((result) => ({ ...result, checks: [], warnings: [] }));
    await expect(assignmentPage(results, blank)).toMatchFileSnapshot('golden/assignment-page.html.txt');
  });

  test('has the plots first, says what they show, then the tables, and the doubts last', () => {
    const page = assignmentPage(withDelays(0, 10), blank);
    const parts = ['<figure id="rtt-by-size">', '<figure id="goodput-by-size">', '>What this shows<'];
    const places = [...parts, '<table', '<h2 id="doubts">', '<footer>'].map((part) => page.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(page.match(/<section /g)).toHaveLength(3);
  });

  test('and the terminal say the same of what was measured, in the same order', () => {
    const results = withDelays(0, 10);
    const words = assignmentReport(results).replace(/\s+/g, ' ');
    const page = assignmentPage(results, blank).replaceAll('\u00a0', ' ');
    const said = [...page.matchAll(/<li>([A-Z][^<]+)<\/li>/g)].map(([, item = '']) => item);
    expect(said.length).toBeGreaterThan(3);
    for (const item of said) expect(words).toContain(item);
  });
});

describe('the plots', () => {
  test('have the numbers that they always had', async () => {
    const text = plots(withDelays(0, 10)).map(({ id, title, caption, alternative, table }) => {
      const rows = table.rows.map((row) => row.map((cell) => cell ?? 'none').join(' | '));
      return `${[id, title, caption, alternative, '', table.header.join(' | '), ...rows].join('\n')}\n`;
    });
    await expect(text.join('\n')).toMatchFileSnapshot('golden/assignment-plots.txt');
  });

  test('go through the means that the assignment asks for, with the medians beside them', () => {
    const [result] = withDelays(0) as [Result];
    const [rtt] = plots([result]) as [Chart];
    const { series } = rtt.option({ widthPx: 800, titled: false }) as { series: { data: number[][] }[] };
    const [means, medians] = series.map(({ data }) => data.map(([, value]) => value));
    const own = result.series.flatMap(({ workload, statistics }) =>
      workload.kind === 'rtt' ? (statistics?.rttNs ?? []) : [],
    );
    expect(means).toEqual(own.map(({ mean }) => expect.closeTo(mean / 1_000, 2)));
    expect(medians).toEqual(own.map(({ median }) => expect.closeTo(median / 1_000, 2)));
  });

  test('stand on a linear axis while the lowest curve can be read on it, and then on a logarithmic one', () => {
    expect(areCurvesFarApart([[1, 29]])).toBe(false);
    expect(
      areCurvesFarApart([
        [2, 2],
        [1, 7, 31],
      ]),
    ).toBe(true);
    // One curve that climbs is no two curves apart, and of nothing there is no logarithm.
    expect(areCurvesFarApart([[1], [50]])).toBe(false);
    expect(areCurvesFarApart([[0, 50]])).toBe(false);
    expect(axisTypes(withDelays(0, 2.8))).toEqual(['value', 'value']);
    expect(axisTypes(withDelays(0, 3.1))).toEqual(['log', 'log']);
  });

  test('say in words that an axis is logarithmic, and only then', () => {
    const captions = (results: readonly Result[]): string[] => plots(results).map(({ caption }) => caption);
    for (const caption of captions(withDelays(0, 10))) expect(caption).toContain('curves lie 30-fold');
    for (const caption of captions(withDelays(0, 1))) expect(caption).not.toContain('30-fold');
  });

  test('have the unit of their largest value, whatever most of them are', () => {
    const [rtt] = plots(withDelays(0, 1, 100)) as [Chart];
    expect(rtt.caption).toContain('Mean round-trip time in ms');
  });

  test('tell mean and median apart in the legend, and promise no interval where there is none', async () => {
    const drawer = await loadDrawer();
    const legend = (result: Result): string =>
      plots([result])
        .map((chart) => drawSvg(drawer, chart, { widthPx: 860, titled: false }))
        .join('');
    expect(legend(resultWithDelay(0))).toContain('>median with its 95 % interval<');
    const plain = legend(resultWithDelay(0, PLAIN));
    expect(plain).toMatch(/>mean<.*>median</s);
    expect(plain).not.toContain('interval');
  });

  test('of the general report stay those of medians', () => {
    const [result] = withDelays(0) as [Result];
    expect(htmlReport([result], blank)).toContain('Median round-trip time');
    const chart = chartBySize([result], 'rtt');
    expect(isDrawable(chart) && chart.table.header).not.toContain('mean');
  });
});
