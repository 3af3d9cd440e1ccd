/** What a search for a capacity found, derived from its tries alone. */
import type {
  CapacityFinding,
  CapacityRecording,
  CapacityStatistics,
} from '../../result/capacity/capacity-result.ts';
import { sureEnds } from './evidence.ts';
import { isOwn } from './search.ts';
import { gapOf } from './threshold.ts';

export function analyseCapacity(recording: Pick<CapacityRecording, 'tries' | 'plan'>): CapacityStatistics {
  const { tries } = recording;
  const { low, high } = sureEnds(tries);
  const { middle } = gapOf(tries);
  const isKnown = middle > 0 && middle < Number.POSITIVE_INFINITY;
  return {
    finding: findingOf(recording),
    perSecond: isKnown ? Math.min(high ?? middle, Math.max(low ?? middle, middle)) : null,
    lowPerSecond: low,
    highPerSecond: high,
    rates: [...Map.groupBy(tries, ({ perSecond }) => perSecond)]
      .map(([perSecond, own]) => ({
        perSecond,
        tries: own.length,
        held: own.filter(({ outcome }) => outcome === 'held').length,
        own: own.filter(({ outcome }) => outcome === 'own').length,
      }))
      .sort((a, b) => a.perSecond - b.perSecond),
  };
}

function findingOf({ tries, plan }: Pick<CapacityRecording, 'tries' | 'plan'>): CapacityFinding {
  const { low, high } = sureEnds(tries);
  const gap = gapOf(tries);
  if (low !== null && high !== null) return 'found';
  if (low !== null && isOwn(tries, gap)) return 'at-least-sent';
  if (low !== null && low === plan.maxPerSecond) return 'at-least-max';
  return high !== null && gap.low === 0 ? 'below-first' : 'open';
}
