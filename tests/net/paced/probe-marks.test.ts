/** Layers are those of the probe they are told of: a stamp that may be of another one's bytes makes none. */
import { describe, expect, test } from 'vitest';
import type { ConnectionMarks, ProbeLayers } from '../../../src/net/connection.ts';
import { ProbeMarks } from '../../../src/net/paced/probe-marks.ts';

const LAYERS: ProbeLayers = { sendCallNs: 1, tcpWaitNs: 0, localQueueNs: 2, kernelRttNs: 3, wakeUpNs: 4 };

function pretend(): { marks: ProbeMarks; marked: () => number; asked: [number, bigint, bigint][] } {
  let marked = 0;
  const asked: [number, bigint, bigint][] = [];
  const kernel: ConnectionMarks = {
    enable: () => true,
    mark: () => void marked++,
    layersOf(index, sentNs, arrivedNs) {
      asked.push([index, sentNs, arrivedNs]);
      return LAYERS;
    },
  };
  return { marks: new ProbeMarks(kernel), marked: () => marked, asked };
}

describe('a marked probe', () => {
  test('has layers where its echo is the last of what was read', () => {
    const { marks, asked } = pretend();
    marks.sending(1, 10n);
    expect(marks.came(1, true, 30n)).toBe(LAYERS);
    marks.sending(3, 40n);
    expect(marks.came(2, true, 50n)).toBeUndefined();
    expect(marks.came(1, true, 60n)).toBe(LAYERS);
    expect(asked).toEqual([
      [0, 10n, 30n],
      [1, 40n, 60n],
    ]);
  });

  test('has none where the bytes of a later echo came with its own', () => {
    const { marks, asked } = pretend();
    marks.sending(1, 10n);
    marks.sending(1, 20n);
    // The stamp is that of the last bytes, which are the second one's.
    expect(marks.came(2, true, 30n)).toBe(LAYERS);
    marks.sending(1, 40n);
    expect(marks.came(1, false, 50n)).toBeUndefined();
    expect(asked).toEqual([[1, 20n, 30n]]);
  });

  test('has its own layers, however many are under way: a long path would else have hardly any', () => {
    const { marks, marked, asked } = pretend();
    for (let i = 0; i < 5; i++) marks.sending(1, BigInt(i));
    expect(marked()).toBe(5);
    for (let i = 0; i < 5; i++) {
      expect(marks.came(1, true, BigInt(100 + i))).toBe(LAYERS);
      expect(marks.sentNs).toBe(BigInt(i));
    }
    expect(asked).toEqual([0, 1, 2, 3, 4].map((i) => [i, BigInt(i), BigInt(100 + i)]));
  });
});
