/** What the clock itself costs and can tell apart, measured when a run starts and published with it. */
import type { ClockInfo } from '../facts/instrument.ts';
import type { Clock } from './clock.ts';

const BATCHES = 50;
const READINGS = 200;

/** The cost is that of the cheapest batch: others were interrupted, or ran before the code was compiled. */
export function calibrate(clock: Clock): ClockInfo {
  let resolutionNs = Number.POSITIVE_INFINITY;
  let readCostNs = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < BATCHES; batch++) {
    const startNs = clock.nowNs();
    let lastNs = startNs;
    for (let i = 0; i < READINGS; i++) {
      const nowNs = clock.nowNs();
      const stepNs = Number(nowNs - lastNs);
      if (stepNs > 0 && stepNs < resolutionNs) resolutionNs = stepNs;
      lastNs = nowNs;
    }
    readCostNs = Math.min(readCostNs, Math.round(Number(lastNs - startNs) / READINGS));
  }
  return { name: clock.name, resolutionNs: Number.isFinite(resolutionNs) ? resolutionNs : 0, readCostNs };
}
