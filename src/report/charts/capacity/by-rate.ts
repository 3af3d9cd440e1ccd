/** Latency against rate, as a search for a capacity met it: up to which rate the condition held. */
import type { CapacityResult } from '../../../result/capacity/capacity-result.ts';
import { triedRates } from '../../document/capacity/tables.ts';
import { percentileName } from '../../document/paced/words.ts';
import type { ChartOutcome } from '../chart.ts';
import { rateCurvesChart } from '../paced/rate-curves.ts';

const CURVES = [
  ['response', 'p50'],
  ['response', 'p99'],
  ['service', 'p99'],
] as const;

export function capacityByRateChart(result: CapacityResult): ChartOutcome {
  const rates = triedRates(result);
  return rateCurvesChart({
    id: 'capacity-by-rate',
    title: 'Response time against rate',
    curves: CURVES.map(([kind, percentile]) => ({
      label: `${kind} ${percentileName(percentile)}`,
      points: rates.flatMap(({ perSecond, typical, held, tries }) => {
        const ns = typical[kind]?.[percentile] ?? null;
        return ns === null ? [] : [{ perSecond, ns, isHollow: 2 * held <= tries }];
      }),
    })).filter(({ points }) => points.length > 0),
    caption: (unit, hasHollow) =>
      `Percentiles in ${unit.name} of each rate that was tried, from when a probe was due (response) and from when it was sent (service); of several tries the middle one.${hasHollow ? ` Hollow where ${result.plan.condition} did not hold in most tries.` : ''} A percentile among probes that were lost or never sent has no point.`,
    hollow: 'did_not_hold',
  });
}
