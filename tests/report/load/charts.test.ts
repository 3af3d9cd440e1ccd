/** The pictures of a load: their numbers, their words, and what they leave out. */
import { describe, expect, test } from 'vitest';
import { loadDrawer } from '../../../src/cli/show/pictures.ts';
import { type Chart, isDrawable } from '../../../src/report/charts/chart.ts';
import { drawSvg } from '../../../src/report/charts/draw.ts';
import { loadCharts } from '../../../src/report/charts/load/load-charts.ts';
import { declarations } from '../../../src/report/charts/theme.ts';
import { documentOf } from '../../../src/report/document/documents.ts';
import { htmlPage } from '../../../src/report/html.ts';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import { echoResult, loadResult } from './load-results.ts';
import { statistics } from './load-statistics.ts';
import { MS, S } from './units.ts';

const CANVAS = { widthPx: 800, titled: false };
const IDS = ['load-over-time', 'load-layers', 'load-distribution', 'load-streams'] as const;

function chart(result: LoadResult, id: (typeof IDS)[number]): Chart {
  const found = loadCharts(result).find((one) => one.id === id);
  if (found === undefined || !isDrawable(found)) throw new Error(`${id} is left out`);
  return found;
}

function dataText({ id, title, caption, alternative, table }: Chart): string {
  // Some of many rows: what is wrong in one is wrong in all.
  const rows = table.rows
    .filter((_, i) => i % 20 === 0)
    .map((row) => row.map((cell) => cell ?? 'none').join(' | '));
  return `${[id, title, caption, alternative, '', table.header.join(' | '), ...rows].join('\n')}\n`;
}

function nothing(): LoadResult {
  const { foreignProbes } = loadResult();
  return loadResult({
    phases: [],
    streams: [],
    foreignProbes: {
      ...foreignProbes,
      dueAtNs: [],
      sentAtNs: [],
      rttNs: [],
      residenceNs: [],
      peerWaitNs: [],
      layers: null,
    },
    statistics: statistics({ idle: null, recovery: null, loaded: [] }),
  });
}

describe('the numbers of the pictures', () => {
  test.each(IDS)('%s are what they always were', async (id) => {
    await expect(dataText(chart(loadResult(), id))).toMatchFileSnapshot(`golden/${id}.txt`);
  });

  test('goodput over time is what was received, and no byte more', () => {
    const result = loadResult();
    const { rows } = chart(result, 'load-over-time').table;
    const bytes = rows
      .filter(([quantity]) => quantity === 'goodput down')
      .reduce((sum, [, from, to, , rate]) => sum + (Number(rate) / 8) * ((Number(to) - Number(from)) / S), 0);
    const received = result.streams
      .filter(({ direction }) => direction === 'down')
      .reduce((sum, { tallies }) => sum + (tallies.receivedBytes.at(-1) ?? 0), 0);
    expect(bytes / received).toBeCloseTo(1, 3);
  });

  test('a curve of answered probes ends below all of them where some were lost', () => {
    const { foreignProbes, ...rest } = loadResult();
    const rttNs = foreignProbes.rttNs.map((rtt, i) => (i % 4 === 0 ? null : rtt));
    const lossy = chart({ ...rest, foreignProbes: { ...foreignProbes, rttNs } }, 'load-distribution');
    const idle = lossy.table.rows.filter(([series]) => series === 'idle').map(([, , share]) => Number(share));
    expect(Math.max(...idle)).toBeCloseTo(0.75, 2);
    expect(lossy.caption).toContain('never answered');
  });
});

test('a time of which no probe has its stamps is a gap, not a round trip of nothing', () => {
  const { foreignProbes, ...rest } = loadResult();
  const { layers, dueAtNs } = foreignProbes;
  if (layers === null) throw new Error('no layers');
  const from = dueAtNs[Math.floor(dueAtNs.length / 3)] as number;
  const kernelRttNs = layers.kernelRttNs.map((ns, i) => {
    const at = dueAtNs[i] as number;
    return at >= from && at < from + 1_000_000_000 ? null : ns;
  });
  const gapped = { ...rest, foreignProbes: { ...foreignProbes, layers: { ...layers, kernelRttNs } } };
  const { series } = chart(gapped, 'load-layers').option(CANVAS);
  const values = (series as { data: [number, number | null][] }[]).flatMap(({ data }) =>
    data.map(([, value]) => value),
  );
  expect(values).toContain(null);
  expect(values.filter((value) => value === 0)).toEqual([]);
});

describe('a picture without its data is left out with a reason', () => {
  test('when nothing came about', () => {
    const outcomes = loadCharts(nothing());
    expect(outcomes.filter(isDrawable)).toEqual([]);
    expect(outcomes.map((one) => 'missing' in one && one.missing)).toEqual([
      'nothing was carried, and no probe answered',
      'there is no probe',
      'no probe was answered',
      'nothing was carried',
    ]);
  });

  test('when there are no stamps', () => {
    const layers = loadCharts(echoResult()).find(({ id }) => id === 'load-layers');
    expect(layers).toMatchObject({ missing: 'the engine node has no kernel stamps' });
  });

  test('when one stream carried all', () => {
    const loaded = loadResult().statistics.loaded.map((phase) => ({
      ...phase,
      directions: phase.directions.map((way) => ({ ...way, shares: [1], streams: 1, fairness: 1 })),
    }));
    const streams = loadCharts(loadResult({ statistics: statistics({ loaded }) })).at(-1);
    expect(streams).toMatchObject({ missing: 'one stream carried all' });
  });
});

describe('whatever was seen, a drawing is one', () => {
  const { foreignProbes, phases, streams } = loadResult();
  const odd: readonly (readonly [string, LoadResult])[] = [
    ['a load as most are', loadResult()],
    ['an echo', echoResult()],
    [
      'a load of which nothing settled',
      loadResult({
        statistics: statistics({
          loaded: loadResult().statistics.loaded.map((one) => ({ ...one, settledAtNs: null })),
        }),
      }),
    ],
    [
      'a load that was cancelled in its first phase',
      loadResult({
        phases: phases.slice(0, 1),
        streams: [],
        statistics: statistics({ loaded: [] }),
      }),
    ],
    [
      'streams that carried nothing',
      loadResult({
        streams: streams.map((stream) => ({
          ...stream,
          tallies: { ...stream.tallies, receivedBytes: stream.tallies.receivedBytes.map(() => 0) },
          reports: { atNs: [], receivedBytes: [], peerClockNs: [], peerCpuShare: [] },
        })),
      }),
    ],
    [
      'a clock that sees no time',
      loadResult({
        foreignProbes: { ...foreignProbes, rttNs: foreignProbes.rttNs.map(() => 0) },
      }),
    ],
    [
      'from microseconds to seconds',
      loadResult({
        foreignProbes: {
          ...foreignProbes,
          rttNs: foreignProbes.rttNs.map((_, i) => (i % 2 === 0 ? 20_000 : 9 * S)),
        },
      }),
    ],
    [
      'a phase of no time',
      loadResult({ phases: phases.map((phase) => ({ ...phase, toAtNs: phase.fromAtNs })) }),
    ],
    [
      'residences longer than the round trip',
      loadResult({
        foreignProbes: { ...foreignProbes, residenceNs: foreignProbes.residenceNs.map(() => 40 * MS) },
      }),
    ],
  ];

  test.each(odd)('%s', async (_what, result) => {
    const drawer = await loadDrawer();
    for (const one of loadCharts(result).filter(isDrawable)) {
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
  const wanted = loadCharts(loadResult())
    .filter(isDrawable)
    .flatMap((one) => JSON.stringify(one.option(CANVAS)).match(/var\(--[a-z0-9-]+\)/g) ?? []);
  for (const shade of ['light', 'dark'] as const) {
    for (const use of new Set(wanted)) expect(declarations(shade)).toContain(`${use.slice(4, -1)}:#`);
  }
});

test('a page holds every section and picture, and a server cannot write into it', async () => {
  const drawer = await loadDrawer();
  const evil = loadResult();
  const { plan, statistics: figures } = evil;
  const message = '<script>alert(1)</script>\u202e';
  const doubts = [{ code: 'too-short', phase: null, value: null, message, advice: message } as const];
  const result = { ...evil, plan: { ...plan, host: message }, statistics: { ...figures, doubts } };
  const page = htmlPage(documentOf(result, 'full'), loadCharts(result), (one, widthPx) =>
    drawSvg(drawer, one, { widthPx, titled: false }),
  );
  for (const id of [
    ...IDS,
    'answer',
    'doubts',
    'goodput',
    'latency',
    'increase',
    'layers',
    'streams',
    'plan',
    'method',
  ]) {
    expect(page).toContain(`id="${id}"`);
  }
  expect(page).not.toContain('<script');
  expect(page).not.toContain('\u202e');
});
