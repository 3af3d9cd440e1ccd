/** What became of what was asked, as JUnit's XML, which most systems for CI show. */
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

export interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

export interface Case {
  readonly name: string;
  /** `error` where it cannot be told. */
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** What there is to say of it; '' for nothing. */
  readonly line: string;
}

/** A suite for each record, a case for each condition and series: failed, an error where it cannot be told, or passed,
 * with a note where that was narrow. */
export function junitReport(judged: readonly Judged[]): string {
  return junitXml(judged.map(({ name, findings }) => ({ name, cases: findings.map(caseOf) })));
}

export function junitXml(suites: readonly Suite[]): string {
  const text = suites.map(suiteText).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="echolot">\n${text}</testsuites>\n`;
}

function suiteText({ name, cases }: Suite): string {
  const count = (what: Case['outcome']): number => cases.filter(({ outcome }) => outcome === what).length;
  const skipped = count('skipped') === 0 ? '' : ` skipped="${count('skipped')}"`;
  const counts = `tests="${cases.length}" failures="${count('failed')}" errors="${count('error')}"${skipped}`;
  const text = cases.map((one) => caseText(name, one)).join('');
  return `  <testsuite name="${escaped(name)}" ${counts}>\n${text}  </testsuite>\n`;
}

const ELEMENTS = { failed: 'failure', error: 'error', skipped: 'skipped' } as const;

function caseText(suite: string, { name, outcome, line }: Case): string {
  const head = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}"`;
  if (outcome !== 'passed') {
    return `${head}>\n      <${ELEMENTS[outcome]} message="${escaped(line)}"/>\n    </testcase>\n`;
  }
  if (line === '') return `${head}/>\n`;
  return `${head}>\n      <system-out>${escaped(line)}</system-out>\n    </testcase>\n`;
}

const OUTCOMES = { passed: 'passed', failed: 'failed', 'cannot-tell': 'error' } as const;

function caseOf(finding: ThresholdFinding): Case {
  const { threshold, workload } = finding;
  const of = workload === null ? '' : `, ${workloadName(workload)}`;
  const isPlain = finding.finding === 'passed' && !holdsLimit(finding);
  return {
    name: `not ${threshold.text}${of}`,
    outcome: OUTCOMES[finding.finding],
    line: isPlain ? '' : findingLine(finding),
  };
}

function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
