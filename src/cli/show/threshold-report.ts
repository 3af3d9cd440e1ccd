/**
 * What became of the conditions of `--fail-if`: a line for each one that is fulfilled, cannot be told, or was decided
 * narrowly, and the exit code.
 */
import {
  type AnyThreshold,
  LOAD_METRICS,
  type LoadQuantity,
  PACED_METRICS,
  type PacedQuantity,
} from '../../options.ts';
import { holdsLimit, type ThresholdFinding } from '../../records.ts';
import { figureText, percentText } from '../../text/numbers.ts';
import { workloadName } from '../../text/sizes.ts';
import { inUnit, rateUnit, timeUnit } from '../../text/units.ts';
import { EXIT } from '../exit-codes.ts';

/** Empty when all is well, and clearly so. @param prefix of each line */
export function thresholdReport(findings: readonly ThresholdFinding[], prefix = ''): string {
  return findings
    .filter((finding) => finding.finding !== 'passed' || holdsLimit(finding))
    .map((finding) => `${prefix}${findingLine(finding)}\n`)
    .join('');
}

/** A condition that is fulfilled comes before one that cannot be told, which is no success either. */
export function thresholdExitCode(findings: readonly ThresholdFinding[]): number {
  if (findings.some(({ finding }) => finding === 'failed')) return EXIT.threshold;
  return findings.every(({ finding }) => finding === 'passed') ? EXIT.done : EXIT.failed;
}

/** One finding in a line. */
export function findingLine(finding: ThresholdFinding): string {
  const { threshold, workload, reason } = finding;
  const where = workload === null ? '' : `${workloadName(workload)}: `;
  return finding.finding === 'cannot-tell'
    ? `cannot tell: ${threshold.text}: ${where}${reason ?? ''}`
    : `${finding.finding}: ${threshold.text}: ${where}${valueText(finding)}`;
}

function valueText(finding: ThresholdFinding): string {
  const { threshold, value, interval, reason } = finding;
  if (value === null) return reason ?? 'nothing';
  const { number, unit } = scaleOf(threshold, value);
  const told = `${number(value)}${unit}`;
  if (interval === null || !holdsLimit(finding)) return told;
  const range = `${number(interval.low)} to ${number(interval.high)}${unit}`;
  return `${told}, its interval ${range} holds the limit: run longer to be sure`;
}

/** How a value of the condition is written, and what stands near it. */
function scaleOf(
  threshold: AnyThreshold,
  value: number,
): { readonly number: (value: number) => string; readonly unit: string } {
  const quantity = quantityOf(threshold);
  if (quantity === 'ratio') return { number: (one) => one.toFixed(3), unit: 'x' };
  if (quantity === 'rpm') return { number: (one) => one.toFixed(0), unit: ' round trips a minute' };
  if (quantity === 'per-second') return { number: (one) => figureText(one, 4), unit: '/s' };
  if (quantity === 'share') return { number: (one) => percentText(one), unit: '' };
  if (quantity === 'score') return { number: (one) => one.toFixed(1), unit: ' of 100' };
  const unit = quantity === 'rate' ? rateUnit([value]) : timeUnit([Math.abs(value)]);
  return { number: (one) => inUnit(one, unit), unit: ` ${unit.name}` };
}

function quantityOf(threshold: AnyThreshold): LoadQuantity | PacedQuantity | 'ratio' {
  if (threshold.kind === 'capacity') return 'per-second';
  if (threshold.kind === 'paced') return PACED_METRICS[threshold.metric];
  if (threshold.kind === 'load') return LOAD_METRICS[threshold.metric];
  if (threshold.kind === 'load-change') return threshold.metric.endsWith('.goodput') ? 'ratio' : 'time';
  if (threshold.kind === 'ratio' || threshold.kind === 'paced-change') return 'ratio';
  return threshold.metric === 'throughput' ? 'rate' : 'time';
}
