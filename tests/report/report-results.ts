/** Results for pages and pictures: made by hand, analysed as real ones are, with words that try to break out. */
import { analyse } from '../../src/analysis/analyse.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { NanosecondHistogram } from '../../src/stats/histogram.ts';
import { cleanRecording, MS, resampled, S, US } from '../analysis/recordings.ts';

/** Two sizes of each measurement, ten blocks of ten probes. */
const WORKLOADS = [
  closedLoop('rtt', 1),
  closedLoop('rtt', 1_000),
  closedLoop('throughput', 1_024),
  closedLoop('throughput', 32_768),
];

/** Would run, break a table, or hide what follows it, wherever it is not escaped. */
export const HOSTILE = '<script>alert(1)</script>"\' | `x` onload=1 \u202e\u0007&amp;';

/** Of its characters those that may reach no page. */
export const UNPRINTABLE = ['\u202e', '\u0007'] as const;

export function analysed(recording: Recording): Result {
  return { ...recording, ...analyse(recording) };
}

/** The result of a clean run. */
export function cleanResult(serverDelayNs: number = 0): Result {
  return analysed(
    cleanRecording({
      workloads: WORKLOADS,
      probes: 10,
      warmupProbes: 2,
      levelNs: 100 * US + serverDelayNs,
      plan: { serverDelayNs },
    }),
  );
}

/** Too few blocks for intervals, too few samples for a tail, no stamps. */
export function thinResult(): Result {
  return analysed(
    cleanRecording({
      workloads: WORKLOADS,
      rounds: 2,
      probes: 5,
      blockOver: { layers: null, path: null, socket: null },
      engine: { name: 'node' },
    }),
  );
}

/** Nothing came about. */
export function emptyResult(): Result {
  const recording = cleanRecording({ rounds: 0 });
  return analysed({
    ...recording,
    blocks: [],
    outcome: {
      status: 'failed',
      error: {
        code: 'network',
        message: 'connection refused',
        advice: 'start a server',
        expected: null,
        received: null,
        phase: 'connect',
      },
    },
  });
}

/** Every word that comes from elsewhere is hostile. */
export function hostileResult(): Result {
  const result = cleanResult();
  const { plan, system, engine, tool, dialect, blocks, checks } = result;
  return {
    ...result,
    tool: { ...tool, version: HOSTILE, node: HOSTILE },
    plan: {
      ...plan,
      host: HOSTILE,
      protocol: HOSTILE,
      socket: { ...plan.socket, device: HOSTILE, bindAddress: HOSTILE, congestionControl: HOSTILE },
    },
    system: { ...system, platform: HOSTILE, cpu: HOSTILE, release: HOSTILE },
    engine: { ...engine, fallback: HOSTILE, clock: { ...engine.clock, name: HOSTILE } },
    dialect: { ...dialect, requested: HOSTILE, spoken: HOSTILE },
    runs: result.runs.map((run) => ({ ...run, startedAt: HOSTILE })),
    blocks: blocks.map((block) => ({
      ...block,
      readyText: HOSTILE,
      remote: { ...block.remote, address: HOSTILE },
    })),
    checks: checks.map((check) => ({ ...check, finding: 'unknown', question: HOSTILE, reason: HOSTILE })),
    warnings: [
      { code: 'engine-fell-back', check: 'engine', reason: HOSTILE, message: HOSTILE, advice: HOSTILE },
    ],
    outcome: {
      status: 'failed',
      error: { code: 'peer', message: HOSTILE, advice: HOSTILE, expected: null, received: null, phase: null },
    },
  };
}

/** As many samples as one size may have, in blocks of 1,000, with stalls between them. */
export function millionResult(): Result {
  const result = analysed(cleanRecording({ rounds: 10, probes: 20 }));
  const [template] = result.blocks;
  if (template === undefined) throw new Error('a clean recording has blocks');
  const rtt = (i: number): number => 50 * US + ((i * 7_919) % 10_007) + (i % 50_000 === 0 ? 200 * MS : 0);
  const blocks = Array.from({ length: 1_000 }, (_, block) => ({
    ...resampled(template, {
      rttNs: Array.from({ length: 1_000 }, (_unused, i) => rtt(block * 1_000 + i)),
      sentAtNs: Array.from({ length: 1_000 }, (_unused, i) => (block * 1_000 + i) * 100 * US),
      layers: null,
    }),
    round: block + 1,
  }));
  const rttHistogram = NanosecondHistogram.of(blocks.flatMap(({ samples }) => samples.rttNs)).encode();
  return {
    ...result,
    blocks,
    runs: result.runs.map((run) => ({ ...run, durationNs: 101 * S })),
    series: result.series.map((series) => ({ ...series, rttHistogram })),
  };
}
