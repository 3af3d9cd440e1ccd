/** Which samples count: the one place that decides it. */
import { expect, test } from 'vitest';
import { countedRttNs, measuredBlocks, seriesKeys } from '../../src/analysis/select.ts';
import { block, recording } from './recordings.ts';

const KEY = { measurement: 'rtt', payloadBytes: 100 } as const;

test('a block that was there to warm up both ends counts nowhere', () => {
  const blocks = [block([1], { kind: 'warm-up', round: 0 }), block([2])];
  expect(measuredBlocks(blocks, KEY)).toEqual([blocks[1]]);
});

test('a block that got no further than its warm-up has nothing that counts', () => {
  const blocks = [block([1, 2], { warmupProbes: 2 }), block([]), block([3, 4], { warmupProbes: 1 })];
  expect(measuredBlocks(blocks, KEY)).toEqual([blocks[2]]);
});

test('blocks of another size or another measurement are never mixed in', () => {
  const blocks = [block([1], { payloadBytes: 101 }), block([2], { measurement: 'throughput' })];
  expect(measuredBlocks(blocks, KEY)).toEqual([]);
});

test('the head of a block is left out, and the rest stays in the order of sending', () => {
  expect(countedRttNs(block([9, 3, 1, 2], { warmupProbes: 1 }))).toEqual([3, 1, 2]);
});

test('a size that the plan names twice, as files of before may, is one series', () => {
  const twice = recording([block([1])], { plan: { measurements: [KEY, KEY] } });
  expect(seriesKeys(twice)).toEqual([KEY]);
});
