/** Files of `echolot compare`: open loops are held against open loops, and against nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysePaced } from '../../../src/analysis/paced/analyse-paced.ts';
import { requireResult } from '../../../src/analysis/read.ts';
import { compareFiles } from '../../../src/cli/run/compare/files.ts';
import type { EcholotError } from '../../../src/core/errors.ts';
import { jsonReport } from '../../../src/report/json.ts';
import type { PacedResult } from '../../../src/result/paced/paced-result.ts';
import { exponential, MS, queuedStep, S } from '../../analysis/paced/queues.ts';
import { pacedRecording } from '../../analysis/paced/recordings.ts';
import { SAMPLE_RESULT } from '../../report/sample-result.ts';

let folder: string;
const files: string[] = [];

function run(i: number, meanNs: number): PacedResult {
  const { record } = queuedStep({
    ...{ perSecond: 1_000, stepNs: S, seed: i, serviceNs: exponential(meanNs) },
  });
  const recording = pacedRecording([record], { startedAt: `2026-01-0${i + 1}T00:00:00.000Z` });
  return { ...recording, statistics: analysePaced(recording) };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'echolot-compare-'));
  for (let i = 0; i < 6; i++) {
    const file = join(folder, `${i}.json`);
    writeFileSync(file, jsonReport(run(i, i < 3 ? 0.1 * MS : 0.3 * MS)));
    files.push(file);
  }
  writeFileSync(join(folder, 'measurement.json'), jsonReport(SAMPLE_RESULT));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('several open loops a side get a verdict', async () => {
  const comparison = await compareFiles(files.slice(0, 3), files.slice(3));
  if (comparison.format !== 'echolot-paced-comparison') throw new Error('they are paced');
  expect(comparison.a).toMatchObject({ label: `${files[0]} and 2 more files`, files: files.slice(0, 3) });
  expect(comparison.figures.find(({ of }) => of === 'service.p50')).toMatchObject({
    askedPerSecond: 1_000,
    verdict: 'higher',
    interval: { method: 'run-welch', units: 3 },
  });
});

test('an open loop is not held against a measurement, whichever comes first', async () => {
  const [paced = ''] = files;
  const measurement = join(folder, 'measurement.json');
  for (const [a, b] of [
    [paced, measurement],
    [measurement, paced],
  ] as const) {
    await expect(compareFiles([a], [b])).rejects.toThrow(
      `${paced} is a run of paced probes, and ${measurement} is none`,
    );
  }
});

test('where measurements are put together, an open loop is refused with what to do with it', () => {
  try {
    requireResult(run(1, MS), 'paced.json');
  } catch (error) {
    expect((error as EcholotError).advice).toContain('echolot compare before-*.json -- after-*.json');
    return;
  }
  throw new Error('it was taken');
});
