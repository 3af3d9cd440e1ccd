/** Loads for programs: rows of CSV, one for each tenth of a second, and the figures of the report. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonReport } from '../../../src/report/json.ts';
import { LOAD_COLUMNS, loadCsvPieces, loadFiguresCsv } from '../../../src/report/load/load-csv.ts';
import { binsOf, goodputOf, probesOf } from '../../../src/report/load/load-series.ts';
import type { ProbesRecord, StreamRecord } from '../../../src/result/load/load-result.ts';
import { echoResult, loadResult } from './load-results.ts';
import { S } from './units.ts';

function rows(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])));
}

const ALL = [...loadCsvPieces(loadResult())].join('');

describe('rows of CSV', () => {
  test('read as they always did', async () => {
    const some = ALL.split('\n').filter((_, i) => i === 0 || i % 41 === 5);
    await expect(`${some.join('\n')}\n`).toMatchFileSnapshot('golden/load.csv.txt');
  });

  test('have all columns, in each of them', () => {
    for (const line of ALL.trimEnd().split('\n')) expect(line.split(',')).toHaveLength(LOAD_COLUMNS.length);
  });

  test('have every probe once, of either kind', () => {
    const result = loadResult();
    const sum = (kind: string): number =>
      rows(ALL)
        .filter((row) => row['probe_kind'] === kind)
        .reduce((all, row) => all + Number(row['probes']), 0);
    expect(sum('foreign')).toBe(result.foreignProbes.dueAtNs.length);
    expect(sum('own')).toBe(result.streams.reduce((all, { ownProbes }) => all + ownProbes.dueAtNs.length, 0));
  });

  test('leave empty what there is none of: no 0 stands for what is not known', () => {
    const idle = rows(ALL).filter(({ phase }) => phase === 'idle');
    expect(idle.length).toBe(30);
    for (const row of idle)
      expect([row['down_bits_per_second'], row['up_bits_per_second']]).toEqual(['', '']);
    const { foreignProbes, ...rest } = loadResult();
    const lost = { ...foreignProbes, rttNs: foreignProbes.rttNs.map(() => null) };
    const [first] = rows([...loadCsvPieces({ ...rest, foreignProbes: lost })].join(''));
    expect(first).toMatchObject({ probes: '10', unanswered: '10', rtt_min_ns: '', rtt_max_ns: '' });
  });

  test('of an echo have the same goodput both ways', () => {
    const loaded = rows([...loadCsvPieces(echoResult())].join('')).filter(({ phase }) => phase === 'both');
    expect(loaded.length).toBeGreaterThan(100);
    for (const row of loaded) expect(row['up_bits_per_second']).toBe(row['down_bits_per_second']);
  });
});

describe('figures as CSV', () => {
  test('read as they always did', async () => {
    await expect(loadFiguresCsv(loadResult())).toMatchFileSnapshot('golden/load-figures.csv.txt');
  });

  test('no host becomes a formula or a column of its own', () => {
    const { plan, ...rest } = loadResult();
    const text = loadFiguresCsv({ ...rest, plan: { ...plan, host: '=1+1,"x"' } });
    expect(text.split('\n')[1]).toContain(`"'=1+1,""x"""`);
  });
});

test('JSON keeps all that was seen', () => {
  expect(JSON.parse(jsonReport(loadResult()))).toEqual(JSON.parse(JSON.stringify(loadResult())));
});

describe('bins of time', () => {
  const phase = fc
    .record({
      fromAtNs: fc.integer({ min: 0, max: 10 * S }),
      lengthNs: fc.integer({ min: 1, max: 5 * S }),
    })
    .map(({ fromAtNs, lengthNs }) => ({
      name: 'down' as const,
      fromAtNs,
      toAtNs: fromAtNs + lengthNs,
      isComplete: true,
      streamsFoundAtNs: null,
      stableAtNs: null,
    }));

  test('follow each other without a gap from the begin of a phase to its end', () => {
    fc.assert(
      fc.property(phase, fc.integer({ min: 1_000_000, max: S }), (one, length) => {
        const bins = binsOf([one], Math.max(length, (one.toAtNs - one.fromAtNs) / 500));
        expect(bins[0]?.fromAtNs).toBe(one.fromAtNs);
        expect(bins.at(-1)?.toAtNs).toBe(one.toAtNs);
        for (const [i, bin] of bins.entries()) {
          if (i > 0) expect(bin.fromAtNs).toBe(bins[i - 1]?.toAtNs);
        }
      }),
    );
  });

  test('hold all bytes that were received within the phase', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: S }), fc.integer({ min: 0, max: 1e9 })), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(phase, steps, (one, increments) => {
        let at = one.fromAtNs;
        let sum = 0;
        const atNs: number[] = [];
        const receivedBytes: number[] = [];
        for (const [gap, bytes] of increments) {
          at = Math.min(one.toAtNs, at + gap);
          sum += bytes;
          atNs.push(at);
          receivedBytes.push(sum);
        }
        const stream = {
          ...{ phase: 'down', direction: 'down', fromAtNs: one.fromAtNs },
          tallies: { atNs, receivedBytes },
        } as unknown as StreamRecord;
        const bins = binsOf([one], (one.toAtNs - one.fromAtNs) / 7);
        const rates = goodputOf({ streams: [stream] }, 'down', bins);
        const bytes = bins.reduce(
          (all, bin, i) => all + ((rates[i] ?? 0) / 8) * ((bin.toAtNs - bin.fromAtNs) / S),
          0,
        );
        expect(Math.abs(bytes - sum)).toBeLessThanOrEqual(1e-6 * sum + 1e-6);
      }),
    );
  });

  test('count a probe that was due in a phase once, and none that was due between two', () => {
    const due = fc.array(fc.integer({ min: 0, max: 20 * S }), { maxLength: 60 });
    fc.assert(
      fc.property(phase, due, (one, unsorted) => {
        const dueAtNs = unsorted.toSorted((a, b) => a - b);
        const probes = { dueAtNs, rttNs: dueAtNs.map(() => 1) } as unknown as ProbesRecord;
        const bins = binsOf([one], (one.toAtNs - one.fromAtNs) / 9);
        const counted = probesOf([probes], bins).reduce((sum, { sent }) => sum + sent, 0);
        const within = dueAtNs.filter((ns) => ns >= one.fromAtNs && ns < one.toAtNs).length;
        expect(counted).toBe(within);
      }),
    );
  });
});
