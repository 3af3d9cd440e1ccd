/** What speaks against the figures, with evidence and advice; and what was looked for in vain. */
import type { CheckRecord } from '../../../result/checks.ts';
import { type Depth, type Section, table, text, words } from '../document.ts';
import { weigh } from '../weigh.ts';
import { eachNamed, type Source } from './sources.ts';

/** @returns undefined where there is nothing to say */
export function doubtsSection(sources: readonly Source[], depth: Depth): Section | undefined {
  const parts = eachNamed(sources, (result) => {
    const { doubts } = weigh(result);
    return [
      ...(doubts.length === 0 ? [] : [{ kind: 'doubts', doubts } as const]),
      ...(depth === 'usual' ? [text(checkedText(result.checks))] : []),
    ];
  });
  return parts.length === 0 ? undefined : { id: 'doubts', title: 'Doubts', parts };
}

/** A line for those who want no table of it. */
function checkedText(checks: readonly CheckRecord[]): string {
  if (checks.length === 0) return 'nothing was checked';
  const clear = checks.filter(({ finding }) => finding === 'clear').length;
  const unknown = checks.filter(({ finding }) => finding === 'unknown').length;
  const not = unknown === 0 ? '' : `, ${unknown} could not be looked for`;
  return `${checks.length} things were checked: ${clear} clear${not} (--full lists them)`;
}

/** The table of everything that was looked for, a column of findings for each result. */
export function checksSection(sources: readonly Source[]): Section | undefined {
  const names = [...new Set(sources.flatMap(({ result }) => result.checks.map(({ name }) => name)))];
  if (names.length === 0) return undefined;
  const rows = names.map((name) => {
    const found = sources.map(({ result }) => result.checks.find((check) => check.name === name));
    const question = found.find((check) => check !== undefined)?.question ?? '';
    return [name, question, ...found.map(findingText)];
  });
  const findings = sources.length > 1 ? sources.map(({ label }) => label) : ['finding'];
  return {
    id: 'checks',
    title: 'What was checked',
    parts: [table('Checks and their findings', ['check', 'question', ...findings].map(words), rows)],
  };
}

function findingText(check: CheckRecord | undefined): string {
  if (check === undefined) return 'not looked for';
  if (check.finding === 'unknown') return `unknown: ${check.reason ?? 'not told'}`;
  return check.finding === 'clear' ? 'not found' : 'found';
}
