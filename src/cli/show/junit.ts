/** What became of the conditions of `--fail-if` as JUnit's XML, which most systems for CI show. */
import { holdsLimit, type ThresholdFinding } from '../../records.ts';
import { printable } from '../../text/printable.ts';
import { workloadName } from '../../text/sizes.ts';
import { findingLine } from './threshold-report.ts';

/** The conditions of one record. */
export interface Judged {
  /** Of the file, or of the target. */
  readonly name: string;
  readonly findings: readonly ThresholdFinding[];
}

/** A suite for each record, a case for each condition and series: failed, an error where it cannot be told, or passed,
 * with a note where that was narrow. */
export function junitReport(judged: readonly Judged[]): string {
  const suites = judged.map(suiteOf).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="echolot">\n${suites}</testsuites>\n`;
}

function suiteOf({ name, findings }: Judged): string {
  const count = (what: ThresholdFinding['finding']): number =>
    findings.filter(({ finding }) => finding === what).length;
  const cases = findings.map((finding) => caseOf(name, finding)).join('');
  const counts = `tests="${findings.length}" failures="${count('failed')}" errors="${count('cannot-tell')}"`;
  return `  <testsuite name="${escaped(name)}" ${counts}>\n${cases}  </testsuite>\n`;
}

function caseOf(name: string, finding: ThresholdFinding): string {
  const { threshold, workload } = finding;
  const of = workload === null ? '' : `, ${workloadName(workload)}`;
  const head = `    <testcase classname="${escaped(name)}" name="${escaped(`not ${threshold.text}${of}`)}"`;
  const line = escaped(findingLine(finding));
  if (finding.finding === 'passed') {
    if (!holdsLimit(finding)) return `${head}/>\n`;
    return `${head}>\n      <system-out>${line}</system-out>\n    </testcase>\n`;
  }
  const element = finding.finding === 'failed' ? 'failure' : 'error';
  return `${head}>\n      <${element} message="${line}"/>\n    </testcase>\n`;
}

function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
