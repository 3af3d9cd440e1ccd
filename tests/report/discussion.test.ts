/** What the report says a student's results show: nothing that they do not. */
import { describe, expect, test } from 'vitest';
import { discussion } from '../../src/report/document/discussion.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { MS } from '../analysis/recordings.ts';
import { resultWithDelay } from './assignment-results.ts';

const SOLE_SIZE = [closedLoop('rtt', 100)];

/** The sentence that has these words; '' where none has. */
function sentence(sentences: readonly string[], words: string): string {
  return sentences.find((one) => one.includes(words)) ?? '';
}

describe('a delay', () => {
  test('is told by how much longer a round trip takes, with an interval that holds it', () => {
    const told = sentence(discussion([resultWithDelay(0), resultWithDelay(10)]), 'longer than without');
    const figures =
      /^With a server delay of 10 ms a round trip takes ([\d.]+) ms longer than without \(95 % interval ([\d.]+) to ([\d.]+) ms, from 12 sizes\)/.exec(
        told,
      );
    const [value, low, high] = (figures ?? []).slice(1).map(Number) as [number, number, number];
    expect(value).toBeCloseTo(10, 1);
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
  });

  test('that the server exceeds is told as such, in two digits', () => {
    const late = resultWithDelay(10, { levelNs: 10 * MS + 3.1 * MS });
    expect(sentence(discussion([resultWithDelay(0), late]), 'beyond')).toMatch(
      /, about (2\.9|3) ms of it beyond what the server was asked for$/,
    );
  });

  test('that makes no difference is not said to make one', () => {
    // The server ignores it.
    const ignored = resultWithDelay(10, { levelNs: 100_000, spread: 0.05 });
    const told = discussion([resultWithDelay(0), ignored]);
    expect(sentence(told, 'With a server delay of 10 ms a round trip')).toMatch(
      /takes about as long as without: no difference was shown \(95 % interval -[\d.]+ to [\d.]+ (ns|µs), from 12 sizes\)$/,
    );
    expect(sentence(told, 'falls')).toBe('');
  });

  test('smaller than what changes between runs anyway is told with that doubt', () => {
    const told = discussion([resultWithDelay(0), resultWithDelay(0.01)]);
    expect(sentence(told, 'server delay of 10 µs a round trip')).toContain('is part of it');
  });

  test('is compared with the shortest one where none was without', () => {
    const told = discussion([resultWithDelay(10), resultWithDelay(1)]);
    expect(sentence(told, 'With a server delay of 10 ms a round trip')).toContain('longer than with 1 ms');
  });

  test('is told of one session a size, too, since sizes are its units', () => {
    const plain = { rounds: 1, probes: 10 };
    const told = discussion([resultWithDelay(0, plain), resultWithDelay(10, plain)]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('longer than without');
  });

  test('is not told from fewer than six sizes', () => {
    const sole = { workloads: SOLE_SIZE };
    expect(sentence(discussion([resultWithDelay(0, sole), resultWithDelay(10, sole)]), 'longer')).toBe('');
  });
});

describe('the size', () => {
  test('is said to matter where it does: one ns for each byte', () => {
    const told = sentence(discussion([resultWithDelay(0, { spread: 0.001 })]), 'the round-trip time');
    const figures =
      /^Without a server delay the round-trip time grows with the size: by ([\d.]+) (ns|µs) for each 1,000 bytes/.exec(
        told,
      );
    expect(Number(figures?.[1]) * (figures?.[2] === 'µs' ? 1 : 0.001)).toBeCloseTo(1, 0);
  });

  test('is not said to matter where that cannot be told', () => {
    expect(sentence(discussion([resultWithDelay(0, { spread: 0.5 })]), 'the round-trip time')).toMatch(
      /does not grow measurably with the size up to 1,000 bytes: for each 1,000 bytes it changes by -[\d.]+ to [\d.]+ µs \(95 % interval\)$/,
    );
  });

  test('is told by how many times the rate grows, which a delay brings close to how many times the size does', () => {
    const told = discussion([resultWithDelay(0), resultWithDelay(10)]).filter((one) =>
      one.includes('throughput grows'),
    );
    const times = told.map((one) =>
      Number(/32 KiB, 32 times as much as 1 KiB, reach ([\d.]+) times its rate$/.exec(one)?.[1]),
    );
    expect(times[0]).toBeCloseTo(32 / ((100 + 32.768) / (100 + 1.024)), 0);
    expect(times[1]).toBeCloseTo(32, 0);
    expect(told.map((one) => one.includes('since each message waits'))).toEqual([true, false]);
  });
});

test('the throughput that a delay leaves is told before and after', () => {
  const told = discussion([resultWithDelay(0), resultWithDelay(10)]);
  expect(sentence(told, 'falls')).toMatch(
    /^With a server delay of 10 ms the throughput of 32 KiB falls from 1\.9\d+ Gbit\/s to 25\.\d+ Mbit\/s$/,
  );
});

test('no results show nothing', () => {
  expect(discussion([])).toEqual([]);
});
