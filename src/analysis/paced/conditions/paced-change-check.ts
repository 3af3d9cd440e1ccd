/**
 * Conditions held against a comparison of paced probes, one finding each: of several rates that which is worst. A difference
 * that is not shown is neither passed nor failed, if it would fail.
 */
import { usage } from '../../../core/errors.ts';
import type { PacedComparedFigure, PacedComparison } from '../../../result/paced/paced-comparison.ts';
import { perSecondText } from '../../../text/units.ts';
import type { AnyThreshold } from '../../load/conditions/load-threshold.ts';
import { isFulfilled } from '../../threshold.ts';
import type { ThresholdFinding } from '../../threshold-check.ts';
import { isCompared, type PacedChangeThreshold } from './paced-change.ts';

/** As it was typed. */
const ALL_DIGITS = 15;
const WORST_FIRST: readonly ThresholdFinding['finding'][] = ['failed', 'cannot-tell', 'passed'];

/**
 * One finding for each condition.
 * @throws EcholotError `usage` for a condition of something else
 */
export function checkPacedChanges(
  comparison: PacedComparison,
  thresholds: readonly AnyThreshold[],
): ThresholdFinding[] {
  return thresholds.map((threshold) => findingOf(threshold, requirePacedChange(threshold), comparison));
}

/** `rtt.p99` of a measurement is the response time here. @throws EcholotError `usage` */
export function requirePacedChange(given: AnyThreshold): PacedChangeThreshold {
  if (given.kind === 'paced-change') return given;
  if (given.kind === 'ratio' && given.metric === 'rtt' && typeof given.statistic === 'object') {
    const metric = `response.p${100 * given.statistic.p}`;
    const { text, operator, limit, payloadBytes } = given;
    if (isCompared(metric) && payloadBytes === null)
      return { text, metric, operator, limit, kind: 'paced-change' };
  }
  throw usage(
    `"${given.text}" is of no change, as a comparison of paced probes has it`,
    'give a ratio, such as response.p99 > 1.1x, service.p50 > 1.1x or answered < 0.95x',
  );
}

function findingOf(
  given: AnyThreshold,
  threshold: PacedChangeThreshold,
  { figures, interleaved }: PacedComparison,
): ThresholdFinding {
  // Of a closed loop response and service are one.
  const named = ({ of, askedPerSecond }: PacedComparedFigure): boolean =>
    of === threshold.metric ||
    (askedPerSecond === null && threshold.metric === 'service.p50' && of === 'response.p50');
  const findings = figures
    .filter(named)
    .map((figure) => findingOfFigure(given, threshold, figure, interleaved));
  const [worst] = WORST_FIRST.flatMap((which) => nearest(findings, which, threshold));
  return worst ?? cannotTell(given, 'no rate was measured on both sides');
}

/** Of several alike the one that is nearest to fulfil the condition, or fulfils it by the most. */
function nearest(
  findings: readonly ThresholdFinding[],
  which: ThresholdFinding['finding'],
  { operator }: PacedChangeThreshold,
): ThresholdFinding[] {
  const sign = operator.startsWith('>') ? -1 : 1;
  return findings
    .filter(({ finding }) => finding === which)
    .toSorted((one, other) => sign * ((one.value ?? 1) - (other.value ?? 1)));
}

function findingOfFigure(
  given: AnyThreshold,
  threshold: PacedChangeThreshold,
  { askedPerSecond, value, interval, refused, verdict }: PacedComparedFigure,
  interleaved: boolean,
): ThresholdFinding {
  const where = askedPerSecond === null ? '' : `at ${perSecondText(askedPerSecond, ALL_DIGITS)} `;
  const more = interleaved ? 'use more --rounds' : 'compare several a side';
  if (refused === 'too-few-runs') {
    return cannotTell(
      given,
      `${where}too few runs show how much those of an unchanged target differ; ${more}`,
    );
  }
  if (refused === 'too-few-probes') {
    return cannotTell(given, `${where}a step has too few probes for it; use a longer --duration`);
  }
  if (value === null) {
    return cannotTell(given, `${where}it is among the probes that were never answered in one run at least`);
  }
  const told = { threshold: given, workload: null, value, interval };
  if (!isFulfilled(threshold, value)) return { ...told, finding: 'passed', reason: null };
  if (verdict === 'higher' || verdict === 'lower') return { ...told, finding: 'failed', reason: null };
  return cannotTell(given, `${where}it is so, but chance explains it as well; ${more}`);
}

function cannotTell(threshold: AnyThreshold, reason: string): ThresholdFinding {
  return { threshold, workload: null, value: null, interval: null, finding: 'cannot-tell', reason };
}
