/** What pages and downloads say of a store: with hostile names in it, without ECharts, with two ranges. */
import { beforeAll, describe, expect, test } from 'vitest';
import { usage } from '../../src/core/errors.ts';
import type { Store } from '../../src/monitor/store/store.ts';
import type { Format } from '../../src/web/views/downloads.ts';
import type { Pictures } from '../../src/web/views/drawings.ts';
import { askedSpan, otherSpan } from '../../src/web/views/span.ts';
import { createViews, type Views } from '../../src/web/views/views.ts';
import { HOUR_MS, key, MINUTE_MS, madeUpStore, NOW_MS, run } from './made-up.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  `"'><img src=x onerror=alert(1)>`,
  'up\u202Egnp.exe',
  'a\r\nSet-Cookie: x=1',
  '=HYPERLINK("http://evil")',
  'x'.repeat(10_000),
  '..',
];
const NOTHING: Pictures = { drawer: null, png: null, advice: 'npm install echarts' };
const frame = { title: 'monitor', version: '0', hasMetrics: false, assetTag: 'x' };
let store: Store;

beforeAll(async () => {
  store = await madeUpStore(
    [
      { target: 'fine', medianNs: 10e6 },
      { target: 'gone', medianNs: 20e6, downFromMs: 4 * MINUTE_MS },
    ],
    { pastMs: 2 * HOUR_MS },
  );
  await store.write({
    intervals: HOSTILE.map((target) => ({
      series: key(target),
      labels: {},
      interval: run(NOW_MS - 10_000, 5e6),
    })),
    events: HOSTILE.map((text, i) => ({
      ...{ atMs: NOW_MS - i, kind: 'change' as const, target: text, text, facts: {} },
    })),
  });
});

function views(pictures: Pictures = NOTHING, more: object = {}): Views {
  return createViews({ store, pictures, frame, compareRanges: undefined, nowMs: () => NOW_MS, ...more });
}

async function target(
  name: string,
  {
    query = '',
    format = 'html' as Format,
    of = views(),
  }: { query?: string; format?: Format; of?: Views } = {},
): Promise<string> {
  const parameters = new URLSearchParams(query);
  const reply = await of.target(name, {
    span: askedSpan(parameters, NOW_MS),
    other: otherSpan(parameters),
    chart: parameters.get('chart') ?? undefined,
    format,
  });
  return String(reply?.body);
}

describe('hostile names and texts', () => {
  test('are words on every page, and nothing else', async () => {
    const pages = [
      String((await views().targets('html')).body),
      String((await views().events(undefined, 'html')).body),
      ...(await Promise.all(HOSTILE.map((name) => target(name)))),
    ];
    for (const page of pages) {
      expect(page.match(/<script/g)).toHaveLength(1);
      expect(page).not.toMatch(/[\u202E\r]/);
      expect(page).not.toContain('<img');
      expect(page.length).toBeLessThan(120_000);
    }
    expect(pages[0]).toContain('&#60;script&#62;');
  });

  test('are the same in JSON as they came', async () => {
    const told = JSON.parse(String((await views().targets('json')).body));
    const names = told.targets.map((card: { target: string }) => card.target);
    expect(names).toEqual(expect.arrayContaining(HOSTILE));
  });

  test('are no formula and no line of their own in CSV', async () => {
    for (const reply of [await views().targets('csv'), await views().events(undefined, 'csv')]) {
      const lines = String(reply.body).trimEnd().split('\r\n');
      expect(lines.slice(1).every((line) => !/(^|,)[=+@-][^\d]/.test(line))).toBe(true);
      expect(String(reply.body)).not.toContain('\u202E');
      expect(lines.length).toBeLessThanOrEqual(1 + 2 + HOSTILE.length);
    }
  });

  test('name no file and no header of a download', async () => {
    for (const name of HOSTILE) {
      const asked = { span: askedSpan(new URLSearchParams(), NOW_MS), other: undefined, chart: undefined };
      const reply = await views().target(name, { ...asked, format: 'csv' });
      expect(reply?.headers['Content-Disposition']).toMatch(/^attachment; filename="echolot-[\w.-]*\.csv"$/);
    }
  });
});

describe('the first page', () => {
  test('says first how many are up, and names those that are not', async () => {
    const page = String((await views().targets('html')).body);
    const [heading] = page.match(/<h1>[^<]*<\/h1>\s*<p>.*?<\/p>/s) ?? [''];
    expect(heading).toContain('8 of 9 targets up, 1 down');
    expect(heading).toContain('href="/target/gone"');
  });

  test('of a monitor that has just started has a sentence, and no empty list of anything', async () => {
    const empty = await madeUpStore([], { pastMs: 0 });
    const page = String((await views(NOTHING, { store: empty }).targets('html')).body);
    expect(page).toContain('Nothing was measured yet');
  });
});

describe('the page of a target', () => {
  test('without ECharts has its numbers, and says what to install', async () => {
    const page = await target('fine');
    expect(page).toContain('npm install echarts');
    expect(page).toMatch(/<details id="numbers-rtt" open>/);
    expect(page).not.toContain('<svg class="chart');
  });

  test.each(['span=1h', 'span=1d', 'span=7d', 'span=30d', 'from=2026-11-30T11:00&to=2026-11-30T11:30'])(
    'of %s has what is in it',
    async (query) => {
      const told = JSON.parse(await target('fine', { query, format: 'json' }));
      expect(told.intervals.length).toBeGreaterThan(10);
      const runs = told.intervals.reduce((sum: number, one: { runs: number }) => sum + one.runs, 0);
      const hours = query.startsWith('from') ? 0.5 : query === 'span=1h' ? 1 : 2;
      expect(runs).toBeGreaterThanOrEqual(hours * 360 - 6);
      expect(runs).toBeLessThanOrEqual(hours * 360 + 6);
    },
  );

  test('of a time in which nothing was measured says so', async () => {
    const page = await target('fine', { query: 'from=2020-01-01&to=2020-01-02' });
    expect(page).toContain('nothing was answered in this time');
  });

  test('is none where the name is unknown', async () => {
    const asked = { span: askedSpan(new URLSearchParams(), NOW_MS), other: undefined, chart: undefined };
    expect(await views().target('nobody', { ...asked, format: 'html' })).toBeUndefined();
  });

  test('lays two ranges over each other, with the verdict of who judges', async () => {
    const asked: unknown[] = [];
    const of = views(NOTHING, {
      compareRanges: async (request: unknown) => {
        asked.push(request);
        return { text: 'Slower by <b>5 %</b>', details: ['a & b'] };
      },
    });
    const query = 'from=2026-11-30T11:00&to=2026-11-30T12:00&with=2026-11-30T10:00..2026-11-30T11:00';
    const page = await target('fine', { query, of });
    expect(page).toContain('Slower by &#60;b&#62;5 %');
    expect(asked).toEqual([
      {
        target: 'fine',
        first: { fromMs: NOW_MS - 2 * HOUR_MS, toMs: NOW_MS - HOUR_MS },
        second: { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS },
      },
    ]);
    const rows = (await target('fine', { query: `${query}&chart=overlay`, format: 'csv', of })).split('\r\n');
    expect(new Set(rows.slice(1, -1).map((row) => row.split(',')[0]))).toEqual(
      new Set(['2026-11-30 10:00 to 2026-11-30 11:00', '2026-11-30 11:00 to 2026-11-30 12:00']),
    );
  });

  test('shows two ranges also where they cannot be judged, and says why', async () => {
    const of = views(NOTHING, {
      compareRanges: () => Promise.reject(usage('the first range has too few runs', 'give a longer one')),
    });
    const query = 'span=1h&with=2026-11-30T10:00..2026-11-30T11:00';
    const page = await target('fine', { query, of });
    expect(page).toContain('the first range has too few runs');
    expect(page).toContain('Both ranges over each other');
  });

  test('gives no picture where none can be made', async () => {
    await expect(target('fine', { format: 'png' })).rejects.toThrow('no picture can be made here');
  });
});
