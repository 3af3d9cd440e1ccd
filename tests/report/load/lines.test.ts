/** A load while it runs: its lines, its live line on any terminal, and its curve. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  curveText,
  grantedText,
  type LoadPaceTold,
  liveLines,
  loadHeadline,
  loadLine,
  waitingText,
} from '../../../src/report/load/load-lines.ts';
import { MBIT, MS, S } from './load-results.ts';

const DOWN: LoadPaceTold = {
  phase: 'down',
  downBitsPerSecond: 94.123 * MBIT,
  upBitsPerSecond: null,
  rttNs: 16.24 * MS,
  streams: 4,
};

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
    const granted = { durationNs: 5 * S, bitsPerSecond: null, streams: 1 };
    expect(grantedText(granted, 10 * S)).toBe('the server grants 5 s of 10 s: each phase is shorter');
    expect(grantedText(granted, 5 * S)).toBe('');
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
