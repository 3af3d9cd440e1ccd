/** A load of a million probes is understood while one waits for its report. */
import { expect, test } from 'vitest';
import { analyseLoad } from '../../../src/analysis/load/analyse-load.ts';
import { loadRecording, MS, ramped, roundTrip, S } from './loads.ts';

const MAX_US = 2_000_000;

test('a million probes with their layers are analysed in two seconds', () => {
  const wavy = (sinceNs: number): ReturnType<typeof roundTrip> =>
    roundTrip(20 * MS + Math.round(3 * MS * Math.sin(sinceNs / (0.7 * S))) + (sinceNs % 977));
  const streams = Array.from({ length: 4 }, () => ({
    direction: 'up' as const,
    rate: ramped(40e6),
    ownRttNs: () => 21 * MS,
  }));
  const recording = loadRecording(
    [
      { name: 'idle', durationNs: 5 * S },
      { name: 'up', durationNs: 5 * S, parts: wavy, streams },
    ],
    {},
    30_000,
  );
  const probes =
    recording.foreignProbes.dueAtNs.length +
    recording.streams.reduce((sum, { ownProbes }) => sum + ownProbes.dueAtNs.length, 0);
  expect(probes).toBeGreaterThan(990_000);
  const before = process.threadCpuUsage();
  const { loaded } = analyseLoad(recording);
  const { user, system } = process.threadCpuUsage(before);
  expect(loaded[0]?.latency?.probes).toBeGreaterThan(90_000);
  // Of the thread, whatever else the machine has to do.
  expect(user + system).toBeLessThan(MAX_US);
});
