/**
 * What one interval says of a condition: bad, good, or nothing. A gap, and runs of which this machine could send nothing, say
 * nothing of the path. Pure.
 */
import { isFulfilled } from '../../analysis/threshold.ts';
import type { IntervalSummary } from '../records/interval.ts';
import type { DownCondition, Figure, FigureCondition, LayerFigure } from './condition.ts';

export interface Judgement {
  readonly fromMs: number;
  readonly isBad: boolean;
  /** ns, a share of 1 or bits per second; null where it has no figure, as of a target that is down. */
  readonly value: number | null;
}

/** Of probes and of connections that were tried, the share without an answer; null where nothing was tried. */
export function lostShare({ answered, failures }: IntervalSummary): number | null {
  let failed = 0;
  for (const [reason, count] of Object.entries(failures)) if (reason !== 'here') failed += count;
  const tried = answered + failed;
  return tried === 0 ? null : failed / tried;
}

/** @returns null for an interval that says nothing */
export function judge(
  condition: FigureCondition | DownCondition,
  interval: IntervalSummary,
): Judgement | null {
  const { fromMs, runs, unsentRuns, answeredRuns } = interval;
  if (condition.kind === 'down') {
    return runs > unsentRuns ? { fromMs, isBad: answeredRuns === 0, value: null } : null;
  }
  if (isAmongLost(condition.figure, interval)) {
    return { fromMs, isBad: condition.operator.startsWith('>'), value: null };
  }
  const value = figureValue(condition.figure, interval);
  return value === null ? null : { fromMs, isBad: isFulfilled(condition, value), value };
}

/** The first that an interval has: portable engines have no figure of the kernel. */
const ROUND_TRIPS = ['application', 'handshake', 'connect'] as const;

/** ns; null where it was not measured. */
export function layerValue({ layer, statistic }: LayerFigure, interval: IntervalSummary): number | null {
  const layers = layer === 'rtt' ? ROUND_TRIPS : [layer];
  const summary = layers.map((one) => interval.layers[one]).find((one) => one !== undefined);
  return summary === undefined || summary.count === 0 ? null : summary[statistic];
}

function figureValue(figure: Figure, interval: IntervalSummary): number | null {
  switch (figure) {
    case 'lost':
      return lostShare(interval);
    case 'up.goodput':
      return interval.load?.upBitsPerSecond ?? null;
    case 'down.goodput':
      return interval.load?.downBitsPerSecond ?? null;
    case 'increase.p50':
      return interval.load?.increaseNs ?? null;
    default:
      return layerValue(figure, interval);
  }
}

const SHARES: Readonly<Record<LayerFigure['statistic'], number>> = {
  minNs: 0,
  p5Ns: 0.05,
  p25Ns: 0.25,
  p50Ns: 0.5,
  p75Ns: 0.75,
  p90Ns: 0.9,
  p99Ns: 0.99,
  maxNs: 1,
};

/**
 * What was lost took longer than all else (RFC 2681, 2.4), so a percentile may be one of the lost: it has no value, and
 * is above any limit. The maximum is that of what was answered, as the word says.
 */
function isAmongLost(figure: Figure, interval: IntervalSummary): boolean {
  if (typeof figure === 'string') return false;
  const lost = lostShare(interval);
  if (lost === null) return false;
  return figure.statistic === 'maxNs' ? lost === 1 : lost > 1 - SHARES[figure.statistic];
}
