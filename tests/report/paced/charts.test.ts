/** The pictures of paced probes: their numbers, their words, and what they leave out. */
import { describe, expect, test } from 'vitest';
import { loadDrawer } from '../../../src/cli/show/pictures.ts';
import { type Chart, isDrawable } from '../../../src/report/charts/chart.ts';
import { drawSvg } from '../../../src/report/charts/draw.ts';
import { pacedCharts } from '../../../src/report/charts/paced/paced-charts.ts';
import { declarations } from '../../../src/report/charts/theme.ts';
import { documentOf } from '../../../src/report/document/documents.ts';
import { htmlPage } from '../../../src/report/html.ts';
import type { PacedResult } from '../../../src/result/paced/paced-result.ts';
import {
  ALL_DOUBTS,
  closedResult,
  pacedResult,
  plan,
  refused,
  S,
  statistics,
  step,
  stepStatistics,
  sweepResult,
  times,
  US,
} from './paced-results.ts';

const CANVAS = { widthPx: 800, titled: false };
const IDS = ['paced-by-rate', 'paced-percentiles', 'paced-over-time'] as const;
const ONE = pacedResult();
const SWEEP = sweepResult();
const CLOSED = closedResult();

function chart(result: PacedResult, id: (typeof IDS)[number]): Chart {
  const found = pacedCharts(result).find((one) => one.id === id);
  if (found === undefined || !isDrawable(found)) throw new Error(`${id} is left out`);
  return found;
}

function dataText({ id, title, caption, alternative, table }: Chart): string {
  const rows = table.rows.map((row) => row.map((cell) => cell ?? 'none').join(' | '));
  return `${[id, title, caption, alternative, '', table.header.join(' | '), ...rows].join('\n')}\n`;
}

describe('the numbers of the pictures are what they always were', () => {
  test.each([
    ['paced-percentiles', ONE],
    ['paced-over-time', ONE],
    ['paced-by-rate', SWEEP],
  ] as const)('%s', async (id, result) => {
    await expect(dataText(chart(result, id))).toMatchFileSnapshot(`golden/${id}.txt`);
  });
});

describe('percentiles', () => {
  test('of one rate are of both times, of several of the response time, of a closed loop of its only one', () => {
    const series = (result: PacedResult): unknown[] => [
      ...new Set(chart(result, 'paced-percentiles').table.rows.map(([name]) => name)),
    ];
    expect(series(ONE)).toEqual(['response time', 'service time']);
    expect(series(SWEEP)).toEqual(['1,000/s', '10,000/s', '20,000/s', '40,000/s']);
    expect(series(CLOSED)).toEqual(['response time']);
  });

  test('end where probes begin that were never answered: a tail that nobody saw is not drawn', () => {
    const ends = (missing: number): number => {
      const result = pacedResult({ statistics: statistics({ steps: [stepStatistics({ missing })] }) });
      const rows = chart(result, 'paced-percentiles').table.rows.filter(([name]) => name === 'response time');
      return Math.max(...rows.map(([, share]) => Number(share)));
    };
    expect(ends(0)).toBeGreaterThan(0.999);
    expect(ends(5_000)).toBeGreaterThan(0.43);
    expect(ends(5_000)).toBeLessThanOrEqual(0.5);
    const { caption } = chart(SWEEP, 'paced-percentiles');
    expect(caption).toContain('never sent');
  });

  test('of more rates than there are colours are some of them, and the caption says so', () => {
    const rates = Array.from({ length: 20 }, (_, i) => 1_000 * (i + 1));
    const many = pacedResult({
      plan: plan({ ratesPerSecond: rates }),
      steps: rates.map((askedPerSecond) => ({
        ...(ONE.steps[0] as PacedResult['steps'][number]),
        askedPerSecond,
      })),
      statistics: statistics({ steps: rates.map((askedPerSecond) => stepStatistics({ askedPerSecond })) }),
    });
    const { table, caption } = chart(many, 'paced-percentiles');
    expect(new Set(table.rows.map(([name]) => name)).size).toBe(8);
    expect(caption).toContain('Drawn are 8 of 20 rates');
  });
});

describe('latency against rate', () => {
  test('is drawn of several rates only', () => {
    expect(pacedCharts(ONE).map(({ id }) => id)).toEqual(['paced-percentiles', 'paced-over-time']);
    expect(pacedCharts(SWEEP).map(({ id }) => id)).toEqual([...IDS]);
  });

  test('ascends with the rate, whatever the order in which they were asked', () => {
    const { steps, statistics: made, ...rest } = SWEEP;
    const downwards = {
      ...rest,
      steps: steps.toReversed(),
      statistics: { ...made, steps: made.steps.toReversed() },
    };
    expect(chart(downwards, 'paced-by-rate').table).toEqual(chart(SWEEP, 'paced-by-rate').table);
  });

  test('has no point of a percentile among the missing, and marks what was not steady', () => {
    const { rows } = chart(SWEEP, 'paced-by-rate').table;
    expect(rows.filter(([name]) => name === 'response p99')).toHaveLength(3);
    expect(rows.filter(([name]) => name === 'response p50').map(([, , , mark]) => mark)).toEqual([
      'no',
      'no',
      'no',
      'yes',
    ]);
  });
});

test('steps are not joined by a line: between them nothing was sent', () => {
  const { series } = chart(SWEEP, 'paced-over-time').option(CANVAS);
  const p50 = (series as { name?: string; data: [number, number | null][] }[]).find(
    ({ name }) => name === 'response p50',
  );
  const gaps = p50?.data.filter(([, value]) => value === null).map(([second]) => second);
  // The middles of the first parts of all steps but the first.
  expect(gaps).toEqual(expect.arrayContaining([11.5, 22, 32.5]));
});

describe('whatever was seen, a drawing is one', () => {
  const first = step({ askedPerSecond: 2_000 });
  const none = { count: 0, minNs: null, maxNs: null, encoded: first.response.encoded };
  const odd: readonly (readonly [string, PacedResult])[] = [
    ['one rate', ONE],
    ['several', SWEEP],
    ['a closed loop', CLOSED],
    ['nothing', pacedResult({ steps: [], statistics: statistics({ steps: [] }) })],
    [
      'nothing answered',
      pacedResult({
        steps: [
          {
            ...first,
            counts: { due: 10, sent: 10, answered: 0, lost: 10 },
            response: none,
            service: none,
            parts: first.parts.map((part) => ({ ...part, response: null, service: null })),
          },
        ],
        statistics: statistics({ steps: [stepStatistics({ response: null, service: null })] }),
      }),
    ],
    ['no parts', pacedResult({ steps: [{ ...first, parts: [] }] })],
    [
      'a part in which nothing was answered',
      pacedResult({
        steps: [
          {
            ...first,
            parts: first.parts.map((part, i) =>
              i === 4 ? { ...part, response: null, service: null } : part,
            ),
          },
        ],
      }),
    ],
    [
      'a clock that sees no time',
      pacedResult({
        steps: [
          {
            ...first,
            parts: first.parts.map((part) => ({ ...part, response: { p50: 0, p90: 0, p99: 0, max: 0 } })),
          },
        ],
      }),
    ],
    [
      'a damaged histogram',
      pacedResult({ steps: [{ ...first, response: { ...first.response, encoded: 'AAAA' } }] }),
    ],
    [
      'from microseconds to minutes',
      sweepResult({
        statistics: statistics({
          steps: SWEEP.steps.map(({ askedPerSecond }, i) =>
            stepStatistics({ askedPerSecond, response: times(US * 1_000 ** i) }),
          ),
        }),
      }),
    ],
    [
      'two rates alike, of which none has a percentile',
      sweepResult({
        statistics: statistics({
          steps: SWEEP.steps.map(() =>
            stepStatistics({
              askedPerSecond: 5,
              response: times(S, { p50: refused(null), p99: refused(null), p99_9: refused(null) }),
            }),
          ),
        }),
      }),
    ],
  ];

  test.each(odd)('%s', async (_what, result) => {
    const drawer = await loadDrawer();
    for (const one of pacedCharts(result).filter(isDrawable)) {
      for (const widthPx of [860, 360]) {
        const svg = drawSvg(drawer, one, { widthPx, titled: true });
        expect(svg).toMatch(/^<svg [\s\S]*<\/svg>$/);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      }
      expect(`${one.caption}${one.alternative}`).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

test('every colour of a picture has a light and a dark value', () => {
  const wanted = pacedCharts(SWEEP)
    .filter(isDrawable)
    .flatMap((one) => JSON.stringify(one.option(CANVAS)).match(/var\(--[a-z0-9-]+\)/g) ?? []);
  for (const shade of ['light', 'dark'] as const) {
    for (const use of new Set(wanted)) expect(declarations(shade)).toContain(`${use.slice(4, -1)}:#`);
  }
});

test('a page holds every section and picture, and a server cannot write into it', async () => {
  const drawer = await loadDrawer();
  const message = '<script>alert(1)</script>\u202e';
  const result = sweepResult({
    plan: { ...SWEEP.plan, host: message },
    server: { protocol: message, readyText: message, inFlight: 7, messageBytes: 107 },
    statistics: { ...SWEEP.statistics, doubts: ALL_DOUBTS },
  });
  const page = htmlPage(documentOf(result, 'full'), pacedCharts(result), (one, widthPx) =>
    drawSvg(drawer, one, { widthPx, titled: false }),
  );
  for (const id of [
    ...IDS,
    'answer',
    'doubts',
    'percentiles',
    'lateness',
    'course',
    'connections',
    'plan',
    'machine',
    'method',
  ]) {
    expect(page).toContain(`id="${id}"`);
  }
  expect(page).not.toContain('<script');
  expect(page).not.toContain('\u202e');
});
