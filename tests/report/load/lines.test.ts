/** A load while it runs: its lines, its live line on any terminal, and its curve. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Asked, grantText } from '../../../src/report/load/grant-text.ts';
import {
  curveText,
  type LoadPaceTold,
  liveLines,
  loadHeadline,
  loadLine,
  queuedText,
  waitingText,
} from '../../../src/report/load/load-lines.ts';
import { MBIT, MS, S } from './units.ts';

const DOWN: LoadPaceTold = {
  phase: 'down',
  downBitsPerSecond: 94.123 * MBIT,
  upBitsPerSecond: null,
  rttNs: 16.24 * MS,
  streams: 4,
};

const ASKED: Asked = {
  phases: [
    { name: 'idle', durationNs: 3 * S },
    { name: 'both', durationNs: 7 * S },
  ],
  ...{ bitsPerSecond: undefined, streams: 1, maxStreams: 1 },
};

describe('the terms of a server', () => {
  const granted = { durationNs: 20 * S, bitsPerSecond: null, streams: 2 };

  test.each([
    [ASKED, granted, ''],
    [{ ...ASKED, bitsPerSecond: 10 * MBIT }, { ...granted, bitsPerSecond: 10 * MBIT }, ''],
    [ASKED, { ...granted, bitsPerSecond: 50 * MBIT }, 'the server grants 50.0 Mbit/s in each direction'],
    [{ ...ASKED, streams: 4 }, granted, 'the server grants 2 of 8 streams'],
    [{ ...ASKED, streams: null, maxStreams: 16 }, granted, 'the server grants 2 of 32 streams'],
    [
      ASKED,
      { ...granted, streams: 1 },
      'the server grants 1 of 2 streams: one direction runs after the other',
    ],
    [
      { ...ASKED, streams: 4, bitsPerSecond: 100 * MBIT },
      { durationNs: 4 * S, bitsPerSecond: 50 * MBIT, streams: 1 },
      'the server grants 50.0 Mbit/s in each direction, 4 s of 10 s, 1 of 8 streams: each phase is shorter, one direction runs after the other',
    ],
  ])('asked for %j, granted %j', (asked, terms, told) => {
    expect(grantText(asked, terms)).toBe(told);
  });
});

describe('a line of a load', () => {
  test('tells the time, the phase, goodput and latency', () => {
    expect(loadLine(4 * S, DOWN)).toBe('   4.0 s  down       94.1 Mbit/s  RTT 16.2 ms  4 streams');
  });

  test('of a phase without data has latency alone, and no stream', () => {
    const idle: LoadPaceTold = { ...DOWN, phase: 'idle', downBitsPerSecond: null, streams: 0, rttNs: null };
    expect(loadLine(S, idle)).toBe('   1.0 s  idle       RTT none yet');
  });

  test('tells both directions apart where there are two', () => {
    const both: LoadPaceTold = { ...DOWN, phase: 'both', upBitsPerSecond: 47.8 * MBIT };
    expect(loadLine(S, both)).toContain('down 94.1 Mbit/s  up 47.8 Mbit/s  RTT');
  });

  test('before it begins says what is to come', () => {
    const plan = {
      host: 'load.example',
      port: 9_900,
      phases: [
        { name: 'idle', durationNs: 3 * S },
        { name: 'down', durationNs: 7 * S },
      ],
    } as const;
    expect(loadHeadline({ plan, engine: 'node', fallback: 'it needs Linux' })).toBe(
      'load.example port 9900: idle 3 s, down 7 s; engine node (not the native engine: it needs Linux)',
    );
    expect(waitingText(14_000)).toBe('another load is under way there; asking again in 14 s');
    expect(waitingText(5_000, { afterMs: 33_100, before: 2 })).toBe(
      'another load is under way there (about 34 s, 2 before you); asking again in 5 s; --wait-turn keeps a place',
    );
    expect(queuedText({ afterMs: 14_000, before: 0 })).toBe(
      'waiting for a turn there: about 14 s, you are next',
    );
    expect(queuedText({ afterMs: 121_000, before: 7 })).toContain('about 3 min, 7 before you');
    const granted = { durationNs: 5 * S, bitsPerSecond: null, streams: 1 };
    expect(grantText({ ...ASKED, phases: plan.phases }, granted)).toBe(
      'the server grants 5 s of 10 s: each phase is shorter',
    );
    expect(grantText({ ...ASKED, phases: [{ name: 'idle', durationNs: 5 * S }] }, granted)).toBe('');
  });
});

describe('the live line', () => {
  test('is shorter on a narrow terminal, and keeps what matters most', () => {
    expect(liveLines(DOWN, 12.1 * S, '▁▃▆█····')).toEqual([
      'down  13 s left  94.1 Mbit/s  RTT 16.2 ms  ▁▃▆█····',
      'down  13 s left  94.1 Mbit/s  RTT 16.2 ms',
      'down  94.1 Mbit/s  RTT 16.2 ms',
      'down  94.1 Mbit/s',
      'down',
    ]);
  });

  test('has a curve of the phase, as high as its values, with what is to come as points', () => {
    expect(curveText([0, 12.5, 50, 100, null, null])).toBe('▁▁▄█··');
    expect(curveText([])).toBe('');
    expect(curveText([0, 0])).toBe('▁▁');
  });

  test('has a curve of as many characters as values, whatever they are', () => {
    const value = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e12, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(curveText(values)).toMatch(new RegExp(`^[▁▂▃▄▅▆▇█·]{${values.length}}$`));
      }),
    );
  });
});
