/** What became of the conditions of `--fail-if`: a line for each one that was not met, and the exit code. */
import { seriesName, type ThresholdFinding } from '../../analysis/threshold-check.ts';
import { inUnit, rateUnit, timeText } from '../../report/units.ts';
import { EXIT } from '../exit-codes.ts';

/** Failures and what cannot be told; empty when all is well. */
/**  prefix of each line */
export function thresholdReport(findings: readonly ThresholdFinding[], prefix = ''): string {
  return findings
    .filter(({ finding }) => finding !== 'passed')
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
  const { threshold, series, reason } = finding;
  const where = series === null ? '' : `${seriesName(series)}: `;
  return finding.finding === 'failed'
    ? `failed: ${threshold.text}: ${where}${valueText(finding)}`
    : `cannot tell: ${threshold.text}: ${where}${reason ?? ''}`;
}

function valueText({ threshold, value }: ThresholdFinding): string {
  if (value === null) return 'nothing';
  if (threshold.kind === 'ratio') return `${value.toFixed(3)}x`;
  if (threshold.metric !== 'throughput') return timeText(value);
  const unit = rateUnit([value]);
  return `${inUnit(value, unit)} ${unit.name}`;
}
