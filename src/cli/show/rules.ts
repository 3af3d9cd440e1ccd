/** What became of the rules of a check, in the forms of graders: TAP, JUnit, and the exit code. */
import type { CheckResult, RuleRecord } from '../../check.ts';
import { printable } from '../../text/printable.ts';
import { EXIT } from '../exit-codes.ts';
import type { Case, Suite } from './junit.ts';

/** Version 14 of the Test Anything Protocol (testanything.org). */
export function tapReport({ rules }: CheckResult): string {
  const lines = rules.map((rule, i) => tapLines(rule, i + 1)).join('');
  return `TAP version 14\n1..${rules.length}\n${lines}`;
}

function tapLines(rule: RuleRecord, number: number): string {
  const { verdict, name, demand, note, expected, received, source } = rule;
  const ok = verdict === 'fail' ? 'not ok' : 'ok';
  const isTold = verdict === 'pass' || verdict === 'fail';
  const skip = isTold ? '' : ` # SKIP ${plain(note ?? verdict)}`;
  const line = `${ok} ${number} - ${name}: ${plain(demand)}${skip}\n`;
  if (verdict !== 'fail') return line;
  const facts = { expected, received, ...(note === null ? {} : { note }), see: source };
  const yaml = Object.entries(facts).map(
    ([key, value]) => `  ${key}: ${JSON.stringify(printable(value ?? ''))}\n`,
  );
  return `${line}  ---\n${yaml.join('')}  ...\n`;
}

/** A hash begins a directive. */
function plain(text: string): string {
  return printable(text).replaceAll('#', '\\#');
}

export function ruleSuite(name: string, { rules }: Pick<CheckResult, 'rules'>): Suite {
  return { name, cases: rules.map(caseOf) };
}

const OUTCOMES = {
  pass: 'passed',
  fail: 'failed',
  'not-applicable': 'skipped',
  'not-run': 'skipped',
} as const;

function caseOf({ name, demand, verdict, note, expected, received }: RuleRecord): Case {
  const fault = verdict === 'fail' ? [`expected ${expected}, received ${received}`] : [];
  const line = [...fault, ...(note === null ? [] : [note])].join('; ');
  return { name: `${name}: ${demand}`, outcome: OUTCOMES[verdict], line };
}

/** A broken rule is one thing; a peer that could not be asked, or not of all, is another, and no success. */
export function rulesExitCode({ rules, outcome }: Pick<CheckResult, 'rules' | 'outcome'>): number {
  if (rules.some(({ verdict }) => verdict === 'fail')) return EXIT.threshold;
  const isTold = rules.some(({ verdict }) => verdict === 'pass');
  const isWhole = rules.every(({ verdict }) => verdict !== 'not-run');
  return isTold && isWhole && outcome.status === 'complete' ? EXIT.done : EXIT.failed;
}
