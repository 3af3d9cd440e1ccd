/**
 * Conditions held against a load. As with measurements the value decides where its interval holds the limit, and a figure
 * that does not stand is neither passed nor failed.
 */
import { EcholotError } from '../../../core/errors.ts';
import type { LoadDirection, LoadResult } from '../../../result/load/load-result.ts';
import type {
  LoadDoubtCode,
  LoadEstimate,
  LoadedPhaseStatistics,
  LoadInterval,
  LoadStatistics,
} from '../../../result/load/load-statistics.ts';
import { isFulfilled } from '../../threshold.ts';
import type { ThresholdFinding } from '../../threshold-check.ts';
import type { AnyThreshold, LoadThreshold } from './load-threshold.ts';

/** What a condition is held against; a reason where it cannot be. */
type Told = Figure | { readonly reason: string };

interface Figure extends Pick<LoadEstimate, 'value' | 'refused'> {
  readonly interval: Pick<LoadInterval, 'low' | 'high'> | null;
}

const UNSETTLED = 'goodput did not settle; use a longer --duration';

/**
 * One finding for each condition; of several phases the one that is nearest to fulfil it.
 * @throws EcholotError `usage` for a condition of something else
 */
export function checkLoadThresholds(
  { statistics }: Pick<LoadResult, 'statistics'>,
  thresholds: readonly AnyThreshold[],
): ThresholdFinding[] {
  return thresholds.map((threshold) => {
    if (threshold.kind !== 'load') {
      throw new EcholotError('usage', `"${threshold.text}" is not of a load`, {
        advice: 'write it as in down.goodput < 90M, up.increase.p50 > 30ms or rpm < 300',
      });
    }
    return findingOf(threshold, toldOf(threshold, statistics));
  });
}

function findingOf(threshold: LoadThreshold, told: Told): ThresholdFinding {
  if ('reason' in told) {
    const { reason } = told;
    return { threshold, workload: null, value: null, interval: null, finding: 'cannot-tell', reason };
  }
  const { value, interval } = told;
  const finding = isFulfilled(threshold, value) ? 'failed' : 'passed';
  return { threshold, workload: null, value, interval, finding, reason: null };
}

function toldOf(threshold: LoadThreshold, statistics: LoadStatistics): Told {
  const { idle } = statistics;
  switch (threshold.metric) {
    case 'down.goodput':
      return goodput(statistics, 'down');
    case 'up.goodput':
      return goodput(statistics, 'up');
    case 'idle.p50':
      return idle?.p50 ?? { reason: 'no probe was answered before the load' };
    case 'loaded.p50':
      return nearest(threshold, statistics, ({ latency }) => latency?.p50);
    case 'loaded.p99':
      return nearest(threshold, statistics, ({ latency }) => latency?.p99);
    case 'down.increase.p50':
      return increase(statistics, 'down');
    case 'up.increase.p50':
      return increase(statistics, 'up');
    case 'rpm':
      return nearest(threshold, statistics, ({ responsiveness }) =>
        responsiveness === null ? undefined : { value: responsiveness.rpm, interval: null, refused: null },
      );
    case 'qoo':
      return outcome(threshold, statistics);
  }
}

/** Of the direction alone where it was, else of both at once. */
function goodput({ loaded, doubts }: LoadStatistics, direction: LoadDirection): Told {
  const phase = loaded.find((one) => one.phase === direction) ?? loaded.find((one) => one.phase === 'both');
  const found = phase?.directions.find((one) => one.direction === direction);
  if (phase === undefined || found === undefined) return { reason: `nothing was carried ${direction}` };
  if (phase.settledAtNs === null) return { reason: UNSETTLED };
  const isDoubted = (code: LoadDoubtCode): boolean =>
    doubts.some((doubt) => doubt.code === code && doubt.phase === phase.phase);
  if (isDoubted('reports-impossible')) return { reason: 'what the server told cannot be' };
  const isUntold = direction === 'up' && isDoubted('reports-missing');
  return isUntold ? { reason: 'what the server received was not heard of all the time' } : found.goodput;
}

function increase({ loaded }: LoadStatistics, direction: LoadDirection): Told {
  const phase = loaded.find((one) => one.phase === direction);
  if (phase === undefined) return { reason: `nothing was carried ${direction} alone` };
  if (phase.settledAtNs === null) return { reason: UNSETTLED };
  return phase.increase?.p50 ?? { reason: 'no probe was answered before the load, or none in it' };
}

/** Of the phases that carried data; the idle path is not what it is asked of. */
function outcome(threshold: LoadThreshold, statistics: LoadStatistics): Told {
  const { qoo } = statistics;
  if (qoo === null) return { reason: 'no profile was named; name one with --qoo' };
  return nearest(threshold, statistics, ({ phase }) => {
    const found = qoo.find((one) => one.phase === phase);
    if (found === undefined) return undefined;
    const { score, interval } = found;
    return { value: score, interval, refused: null };
  });
}

function nearest(
  threshold: LoadThreshold,
  { loaded }: LoadStatistics,
  figureOf: (phase: LoadedPhaseStatistics) => Figure | undefined,
): Told {
  if (loaded.length === 0) return { reason: 'nothing was carried' };
  if (loaded.some(({ settledAtNs }) => settledAtNs === null)) return { reason: UNSETTLED };
  const figures = loaded.map(figureOf);
  const known = figures.filter((figure) => figure !== undefined);
  if (known.length < figures.length) return { reason: 'too few probes were answered under load' };
  if (known.some(({ refused }) => refused === 'too-few-samples')) {
    return { reason: 'there are too few probes for this quantile; use a longer --duration' };
  }
  const isAbove = threshold.operator.startsWith('>');
  const [first] = known.toSorted((a, b) => (isAbove ? b.value - a.value : a.value - b.value));
  return first ?? { reason: 'nothing was carried' };
}
