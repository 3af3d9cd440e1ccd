/** Pictures in characters: the chart of the medians and the ladder of the messages. */
import { describe, expect, test } from 'vitest';
import { chart } from '../../src/report/chart.ts';
import { LADDER_HEADER, type LadderMessage, ladderLine } from '../../src/report/ladder.ts';
import { medianSeries, SAMPLE_RESULT, withSeries } from './sample-result.ts';

describe('chart', () => {
  test('of round-trip times reads as it always did', async () => {
    const result = withSeries(
      medianSeries('rtt', 1, 20_000),
      medianSeries('rtt', 1_000, 30_000),
      medianSeries('rtt', 1_048_576, 80_000),
      medianSeries('throughput', 1_024, 1e9),
    );
    await expect(chart(result, 'rtt')).toMatchFileSnapshot('golden/chart-rtt.txt');
  });

  test('of throughputs reads as it always did', async () => {
    const result = withSeries(
      medianSeries('throughput', 1_024, 400e6),
      medianSeries('throughput', 2_048, 700e6),
      medianSeries('throughput', 32_768, 1_600e6),
    );
    await expect(chart(result, 'throughput')).toMatchFileSnapshot('golden/chart-throughput.txt');
  });

  test('names the unit and every size that was measured', () => {
    const sizes = [1, 1_000];
    const text = chart(withSeries(...sizes.map((size) => medianSeries('rtt', size, 50_000))), 'rtt');
    expect(text).toMatch(/µs/);
    for (const size of ['1 B', '1000 B']) expect(text).toContain(size);
  });

  test('equal medians are no reason to stumble', () => {
    const same = withSeries(medianSeries('rtt', 1, 20_000), medianSeries('rtt', 100, 20_000));
    expect(chart(same, 'rtt')).not.toMatch(/NaN|Infinity|undefined/);
  });

  test.each([
    ['nothing', withSeries()],
    ['one size', withSeries(medianSeries('rtt', 1, 20_000))],
    ['one size that was measured and one that was not', SAMPLE_RESULT],
  ])('of %s is no chart', (_what, result) => {
    expect(chart(result, 'throughput')).toBe('');
  });

  test('no line ends in blanks', () => {
    const result = withSeries(medianSeries('rtt', 1, 20_000), medianSeries('rtt', 100, 40_000));
    const lines = chart(result, 'rtt').split('\n');
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });
});

const HEAD_BYTES = 64;
const TAIL_BYTES = 16;

function traced(direction: LadderMessage['direction'], atMs: number, text: string): LadderMessage {
  const bytes = Buffer.from(text, 'latin1');
  return {
    direction,
    atNs: atMs * 1e6,
    head: bytes.subarray(0, HEAD_BYTES),
    tail: bytes.subarray(Math.max(HEAD_BYTES, bytes.length - TAIL_BYTES)),
    bytes: bytes.length,
  };
}

describe('ladder', () => {
  test('of a session reads as it always did', async () => {
    const messages = [
      traced('sent', 0.1234, 's RTT 1000 2 0.5\n'),
      traced('received', 1.5, '200 OK: Ready\n'),
      traced('sent', 2, `m ${'x'.repeat(1000)} 1\n`),
      traced('received', 502.25, `m ${'x'.repeat(1000)} 1\n`),
      traced('sent', 60_000, 't\n'),
      traced('received', 60_001, '404 ERROR: Invalid Connection Termination Message\n'),
    ];
    const ladder = LADDER_HEADER + messages.map(ladderLine).join('');
    await expect(ladder).toMatchFileSnapshot('golden/ladder.txt');
  });

  test('the number at the end of a long probe is seen, and so is how long it is', () => {
    const line = ladderLine(traced('sent', 1, `m ${'abc'.repeat(500)} 417\n`));
    expect(line).toMatch(/ 417\\n \(1507 B\) +-->\n$/);
  });

  test('no byte of the network reaches the terminal as it is', () => {
    const every = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
    for (const text of [every, '\u001b[2J', 'a\r\n\tb\u0000', '\u009b31m']) {
      expect(ladderLine(traced('received', 1, text)).trimEnd()).toMatch(/^[\x20-\x7e]+$/);
    }
  });

  test('columns stand one below the other, whatever is in them', () => {
    const arrow = LADDER_HEADER.indexOf('server');
    for (const text of ['t\n', 's RTT 1 10 0\n', `m ${'y'.repeat(70)} 1\n`, '\u0000'.repeat(40)]) {
      expect(ladderLine(traced('sent', 1, text)).indexOf('-->')).toBe(
        ladderLine(traced('received', 1, text)).indexOf('<--'),
      );
      expect(ladderLine(traced('received', 1, text)).indexOf('<--')).toBeLessThan(arrow);
    }
  });
});
