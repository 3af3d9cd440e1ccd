/** What was measured in another way is another series, also where only a program to come knows in which. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { compareResults } from '../../src/analysis/compare.ts';
import { mergeResults } from '../../src/analysis/merge.ts';
import { humanReport } from '../../src/report/human.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { closedLoop, sameWorkload } from '../../src/result/workload.ts';
import { NAME, readResult } from './reading.ts';
import { block, cleanRecording, MS, recording } from './recordings.ts';

const PLAIN = closedLoop('rtt', 100);
/** With a field that this version does not know. */
const IDLE = { ...PLAIN, phase: 'idle' };
const LOADED = { ...PLAIN, phase: 'loaded' };

function resultOf(from: Recording): Result {
  return { ...from, ...analyse(from) };
}

/** Three blocks of ten probes. */
function taking(ns: number, workload = PLAIN): BlockRecord[] {
  return [1, 2, 3].map((round) => ({ ...block(Array<number>(10).fill(ns), { round }), workload }));
}

function medians({ series }: Result): unknown[] {
  return series.map(({ workload, statistics }) => [workload, statistics?.rttNs.median]);
}

describe('workloads that differ in a field which this version does not know', () => {
  const both = resultOf(recording([...taking(MS, IDLE), ...taking(5 * MS, LOADED), ...taking(9 * MS)]));
  const apart = [
    [IDLE, MS],
    [LOADED, 5 * MS],
    [PLAIN, 9 * MS],
  ];

  test('are a series each, and no median is that of two', () => {
    expect(medians(both)).toEqual(apart);
    expect(both.series.map(({ blocks }) => blocks)).toEqual([3, 3, 3]);
  });

  test('are so in a file, too, in whatever order it has their fields', () => {
    const { blocks, ...rest } = both;
    const turned = blocks.map((each) => ({
      ...each,
      workload: Object.fromEntries(Object.entries(each.workload).reverse()),
    }));
    const read = readResult(JSON.stringify({ ...rest, blocks: turned }), NAME);
    expect(medians(read)).toEqual(apart);
    expect(read.blocks.map(({ workload }) => workload)).toEqual(blocks.map(({ workload }) => workload));
  });

  test('are told apart from one of which a block was not planned', () => {
    const { plan } = both;
    const text = JSON.stringify({ ...both, plan: { ...plan, workloads: [PLAIN, IDLE] } });
    expect(() => readResult(text, NAME)).toThrow('which was not planned');
  });

  test('are rows of their own in a report', () => {
    expect(humanReport(both).match(/^ +100 B +30 /gm)).toHaveLength(3);
  });

  test('have no line through sizes in common', () => {
    const sizes = [1, 1_000, 2_000, 4_000];
    const ofPhase = (phase: string, nsPerByte: number): BlockRecord[] =>
      sizes.flatMap((payloadBytes) =>
        taking(MS + nsPerByte * payloadBytes, { ...closedLoop('rtt', payloadBytes), ...{ phase } }),
      );
    const { fits } = resultOf(recording([...ofPhase('idle', 8), ...ofPhase('loaded', 80)]));
    expect(fits.map(({ workload, slopeNsPerByte }) => [workload, slopeNsPerByte.value])).toEqual([
      [expect.objectContaining({ phase: 'idle' }), 8],
      [expect.objectContaining({ phase: 'loaded' }), 80],
    ]);
  });

  test('of two runs are not merged: the samples of one would be lost, or taken for those of the other', () => {
    const at = (startedAt: string, blocks: readonly BlockRecord[]): Result => {
      const given = recording(blocks);
      return resultOf({ ...given, runs: given.runs.map((run) => ({ ...run, startedAt })) });
    };
    const [a, b] = [
      at('2026-01-01T00:00:00.000Z', taking(MS)),
      at('2026-01-02T00:00:00.000Z', taking(MS, IDLE)),
    ];
    expect(() => mergeResults([a, b])).toThrow('cannot be merged');
    expect(() => mergeResults([b, a])).toThrow('cannot be merged');
    const again = at('2026-01-03T00:00:00.000Z', taking(3 * MS, IDLE));
    expect(medians(mergeResults([b, again]))).toEqual([[IDLE, 2 * MS]]);
  });

  test('are not compared with each other', () => {
    const side = (label: string, blocks: readonly BlockRecord[]) => ({
      label,
      result: resultOf(recording(blocks)),
    });
    const context = {
      tool: both.tool,
      stop: null,
      outcome: { status: 'complete', error: null },
    } as const;
    const [a, b] = [
      side('a', [...taking(MS), ...taking(MS, IDLE)]),
      side('b', [...taking(MS), ...taking(MS, LOADED)]),
    ];
    const { series, leftOut } = compareResults(a, b, context);
    expect(series.map(({ workload }) => workload)).toEqual([PLAIN]);
    expect(leftOut).toEqual([
      { side: 'a', workload: IDLE, reason: 'no-counterpart' },
      { side: 'b', workload: LOADED, reason: 'no-counterpart' },
    ]);
    expect(() => compareResults(side('a', taking(MS)), side('b', taking(MS, IDLE)), context)).toThrow(
      'there is nothing to compare',
    );
  });
});

test('workloads are the same whatever the order of their fields, and of no other pace or number in flight', () => {
  const { kind, payloadBytes, pace, inFlight } = PLAIN;
  expect(sameWorkload(PLAIN, { inFlight, pace, payloadBytes, kind })).toBe(true);
  expect(sameWorkload(PLAIN, { ...PLAIN, inFlight: 2 })).toBe(false);
  expect(sameWorkload(PLAIN, closedLoop('rtt', 101))).toBe(false);
  expect(sameWorkload(PLAIN, closedLoop('throughput', 100))).toBe(false);
  const nested = (pace: unknown) => ({ ...PLAIN, pace }) as unknown as typeof PLAIN;
  expect(sameWorkload(nested({ form: 'fixed', everyNs: 1 }), nested({ everyNs: 1, form: 'fixed' }))).toBe(
    true,
  );
  expect(sameWorkload(nested({ form: 'fixed', everyNs: 1 }), nested({ form: 'fixed', everyNs: 2 }))).toBe(
    false,
  );
});

test('a run of one way to measure is one series, as ever', () => {
  expect(resultOf(cleanRecording()).series.map(({ workload }) => workload)).toEqual([PLAIN]);
});
