/** Results of the whole assignment that never took place: all sizes on a steady path, once for each delay. */

import { analyse } from '../../src/analysis/analyse.ts';
import { DEFAULT_SIZES } from '../../src/measure/exchange/plan.ts';
import type { Result } from '../../src/result/result.ts';
import { closedLoop, type Workload } from '../../src/result/workload.ts';
import { type CleanOptions, cleanRecording, MS, US } from '../analysis/recordings.ts';

export const ALL_SIZES: readonly Workload[] = (['rtt', 'throughput'] as const).flatMap((kind) =>
  DEFAULT_SIZES[kind].map((payloadBytes) => closedLoop(kind, payloadBytes)),
);

/** The path takes 100 µs and one ns more for each byte; the server waits as long as it was asked to. */
export function resultWithDelay(delayMs: number, options: CleanOptions = {}): Result {
  const serverDelayNs = delayMs * MS;
  const recording = cleanRecording({
    workloads: ALL_SIZES,
    levelNs: 100 * US + serverDelayNs,
    // The deviation of the path alone, whatever the delay.
    spread: (0.05 * 100 * US) / (100 * US + serverDelayNs),
    seed: 7 + delayMs,
    ...options,
    plan: { serverDelayNs, ...options.plan },
  });
  return { ...recording, ...analyse(recording) };
}
