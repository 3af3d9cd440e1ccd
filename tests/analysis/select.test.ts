/** Which samples count: the one place that decides it. */
import { expect, test } from 'vitest';
import { measuredBlocks, workloadsOf } from '../../src/analysis/samples/select.ts';
import { countedRttNs } from '../../src/result/samples.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { block, recording } from './recordings.ts';

const KEY = closedLoop('rtt', 100);

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
  expect(countedRttNs(block([9, 3, 1, 2], { warmupProbes: 1 }).samples)).toEqual([3, 1, 2]);
});

test('a size that the plan names twice, as files of before may, is one series', () => {
  const twice = recording([block([1])], { plan: { workloads: [KEY, KEY] } });
  expect(workloadsOf(twice)).toEqual([KEY]);
});
