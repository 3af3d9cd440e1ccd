/** A record of very many blocks, as of many runs put together: analysed and reported like any other. */
import { expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { humanReport } from '../../src/report/human.ts';
import type { Result } from '../../src/result/result.ts';
import { cleanRecording } from './recordings.ts';

/** More than a call has room for as arguments. */
const BLOCKS = 150_000;

test('many blocks are not lost to a function that takes them as arguments', () => {
  const few = cleanRecording({ rounds: 10, probes: 2 });
  const blocks = Array.from({ length: BLOCKS }, (_, i) => {
    const block = few.blocks[i % few.blocks.length]!;
    return { ...block, readsPerEcho: 2, round: i + 1 };
  });
  const recording = { ...few, blocks };
  const result: Result = { ...recording, ...analyse(recording) };
  expect(result.series[0]?.blocks).toBe(BLOCKS);
  expect(humanReport(result)).toContain(`${BLOCKS} blocks`);
}, 60_000);
