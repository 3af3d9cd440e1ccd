/** The benchmark reads our own record like a foreign one: what is missing is said, never a number made of nothing. */
import { describe, expect, test } from 'vitest';
import {
  kernelRttNs,
  networkRttNs,
  queuedKernelRttNs,
  readAnswer,
  residenceNs,
} from '../../bench/echolot.ts';

function record(rttNs: readonly unknown[], layers?: unknown): unknown {
  return { blocks: [{ samples: samplesOf(rttNs, layers) }] };
}

function samplesOf(rttNs: readonly unknown[], layers?: unknown): Record<string, unknown> {
  return { rttNs, ...(layers === undefined ? {} : { layers }) };
}

/** Ten probes, the first `missing` of them without a kernel stamp. */
function stamped(missing: number): unknown {
  const kernel = Array.from({ length: 10 }, (_, i) => (i < missing ? null : 7_000 + i));
  const [localQueueNs, residenceNs] = [Array(10).fill(300), Array(10).fill(5_000)];
  return record(Array(10).fill(20_000), { localQueueNs, kernelRttNs: kernel, residenceNs });
}

describe('a record', () => {
  test('is taken without its warm-up, in every array', () => {
    const answer = readAnswer(stamped(0), 8, 2);
    expect(answer.rttNs).toHaveLength(8);
    expect(kernelRttNs(answer)[0]).toBe(7_002);
  });

  test('of an older build, which has them beside the other fields, is read as well', () => {
    expect(readAnswer({ blocks: [samplesOf([1, 2, 3])] }, 2, 1)).toEqual({
      rttNs: [2, 3],
      layers: undefined,
    });
  });

  test.each([
    ['fewer samples than probes', record([1, 2])],
    ['a round trip of no time', record([1, 2, 0])],
    ['a sample that is no number', record([1, 2, '3'])],
    ['no block', { blocks: [] }],
    [
      'layers of another length',
      record([1, 2, 3], { localQueueNs: [1, 2, 3], kernelRttNs: [1], residenceNs: [1, 2, 3] }),
    ],
  ])('with %s is refused', (_what, result) => {
    expect(() => readAnswer(result, 3, 0)).toThrow('blocks[0]');
  });

  test('of the node engine has no layers, and a row about them says so', () => {
    const answer = readAnswer(record([1, 2, 3]), 3, 0);
    expect(residenceNs(answer)).toBeUndefined();
    expect(() => networkRttNs(answer)).toThrow('no layers');
  });
});

describe('a missing stamp', () => {
  test('is a missing sample and not a fast one', () => {
    const network = networkRttNs(readAnswer(stamped(1), 10, 0));
    expect(network).toHaveLength(9);
    expect(Math.min(...network)).toBe(2_001);
    const queued = queuedKernelRttNs(readAnswer(stamped(1), 10, 0));
    expect(queued).toHaveLength(9);
    expect(Math.min(...queued)).toBe(7_301);
  });

  test('in more than a tenth of the probes spoils the row', () => {
    expect(() => networkRttNs(readAnswer(stamped(2), 10, 0))).toThrow('8 of 10');
  });
});
