/** A record keeps its own rule: times are whole nanoseconds, also in the evidence of its doubts. */
import { expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { cleanRecording, rawOf, resampled } from './recordings.ts';

test('quantiles between two samples are rounded in every warning', () => {
  const recording = cleanRecording({ rounds: 12, probes: 30 });
  const blocks = recording.blocks.map((each, i) =>
    i < 4
      ? resampled(each, { rttNs: rawOf(each).rttNs.map((ns, at) => 3 * ns + at + (at % 7 === 0 ? 1 : 0)) })
      : each,
  );
  const { warnings } = analyse({ ...recording, blocks });
  const times = warnings.flatMap((warning) =>
    Object.entries(warning).flatMap(([name, value]) => (name.endsWith('Ns') ? [value] : [])),
  );
  expect(times.length).toBeGreaterThan(1);
  for (const ns of times) expect(Number.isInteger(ns)).toBe(true);
});
