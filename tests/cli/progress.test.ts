/** The line of a run in progress: nobody reads half a number, or waits for blocks that were never asked for. */
import type { WriteStream } from 'node:tty';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { progressDisplay } from '../../src/cli/show/progress/progress.ts';
import { ProgressLine, type ProgressParts, progressText } from '../../src/cli/show/progress/progress-line.ts';
import type { ProgressEvent } from '../../src/index.ts';
import { closedLoop } from '../../src/result/workload.ts';

const PARTS = {
  delay: 'delay 100ms (3 of 5)',
  timeLeft: '1234 s left',
  block: 'block 130 of 240',
  series: 'throughput 100000 B',
  precision: 'within 3.4 %',
} satisfies ProgressParts;
/** The last to be left out first. */
const WEIGHTY = ['timeLeft', 'block', 'series', 'delay', 'precision'] as const;

describe('a progress line', () => {
  test('keeps its numbers whole on any terminal, and the important ones longest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 160 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (width, share) => {
          const line = progressText(share, PARTS, width);
          expect(line.length).toBeLessThanOrEqual(width);
          if (line === '') {
            expect(width).toBeLessThan(5);
            return;
          }
          const [, words = ''] = /^(?:\[[#-]{24}\] )? *\d+ %(?: {2}(\S.*))?$/.exec(line) ?? ['', 'no line'];
          const shown = words === '' ? [] : words.split(', ');
          const most = WEIGHTY.slice(0, shown.length).map((name) => PARTS[name]);
          expect(shown.toSorted()).toEqual(most.toSorted());
        },
      ),
    );
  });

  test.each([
    [120, '[############------------]  50 %  delay 100ms (3 of 5), 1234 s left, block 130 of 240, rtt 1 B'],
    [80, ' 50 %  delay 100ms (3 of 5), 1234 s left, block 130 of 240, rtt 1 B'],
    [50, ' 50 %  1234 s left, block 130 of 240, rtt 1 B'],
    [30, ' 50 %  1234 s left'],
  ])('of %d columns says what is worth most', (width, line) => {
    expect(progressText(0.5, { ...PARTS, series: 'rtt 1 B', precision: '' }, width)).toBe(line);
  });
});

describe('what is counted', () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 120, write: (text: string) => written.push(text) };

  beforeEach(() => {
    written.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is the blocks that were asked for: those of the warm-up are called so', () => {
    const show = progressDisplay(new ProgressLine(stream as unknown as WriteStream), false);
    const workload = closedLoop('rtt', 100);
    const of = 12;
    for (let index = 0; index < of; index++) {
      const kind = index < 2 ? 'warm-up' : 'measured';
      const spec = { workload, round: Math.max(0, index - 1), kind, probes: 1, warmupProbes: 0 } as const;
      const samples = { kind: 'samples', index, spec, first: 0, rttNs: [1] } as unknown as ProgressEvent;
      vi.advanceTimersByTime(200);
      show({ kind: 'block', index, of, spec, protocol: '' });
      show(samples);
    }
    const said = written.map((line) => /warm-up|block \d+ of \d+/.exec(line)?.[0]);
    const blocks = Array.from({ length: 10 }, (_, i) => `block ${i + 1} of 10`);
    expect(said).toEqual(['warm-up', 'warm-up', ...blocks]);
    expect(written.at(-1)).toContain('100 %');
  });
});
