/** What the clock itself costs and can tell apart, measured when a run starts and published with it. */
import type { Clock } from './clock.ts';

export interface ClockQuality {
  readonly name: string;
  /** Smallest step seen between two readings that differ, ns. */
  readonly resolutionNs: number;
  /** Mean time one reading takes, ns. */
  readonly readCostNs: number;
}

const READINGS = 2_000;

export function calibrate(clock: Clock): ClockQuality {
  let resolutionNs = Number.POSITIVE_INFINITY;
  const startNs = clock.nowNs();
  let lastNs = startNs;
  for (let i = 0; i < READINGS; i++) {
    const nowNs = clock.nowNs();
    const stepNs = Number(nowNs - lastNs);
    if (stepNs > 0 && stepNs < resolutionNs) resolutionNs = stepNs;
    lastNs = nowNs;
  }
  const readCostNs = Math.round(Number(lastNs - startNs) / READINGS);
  return { name: clock.name, resolutionNs: Number.isFinite(resolutionNs) ? resolutionNs : 0, readCostNs };
}
