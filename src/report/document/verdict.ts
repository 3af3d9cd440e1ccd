/** What speaks against the figures: each doubt with its evidence and advice, and what was looked for in vain. */
import type { CheckRecord } from '../../result/checks.ts';
import { figureText } from '../../result/number-text.ts';
import type { Result } from '../../result/result.ts';
import { sizeText } from '../../result/size-text.ts';
import type { Warning } from '../../result/warnings.ts';
import { counted, percentText } from '../text.ts';
import { inUnit, rateUnit, timeText } from '../units.ts';
import { type Doubt, type DoubtCase, type Part, type Section, table, text } from './document.ts';
import type { Source } from './sources.ts';

export function verdictSection(sources: readonly Source[]): Section {
  return {
    id: 'verdict',
    title: 'Verdict',
    parts: sources.flatMap(({ label, result }) => [
      ...(sources.length > 1 ? [{ kind: 'heading', text: label } as const] : []),
      ...verdictParts(result),
    ]),
  };
}

/** Every doubt with its evidence and advice. @returns undefined where there is none */
export function doubtsSection(sources: readonly Source[]): Section | undefined {
  const doubted = sources.filter(({ result }) => result.warnings.length > 0);
  if (doubted.length === 0) return undefined;
  return {
    id: 'doubts',
    title: 'Doubts',
    parts: doubted.flatMap(({ label, result }) => [
      ...(sources.length > 1 ? [{ kind: 'heading', text: label } as const] : []),
      { kind: 'doubts', doubts: doubtsOf(result.warnings) } as const,
    ]),
  };
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
    parts: [table('Checks and their findings', ['check', 'question', ...findings], rows, 'words')],
  };
}

function verdictParts(result: Result): Part[] {
  const parts: Part[] = [];
  if (result.outcome.status !== 'complete') parts.push(text(outcomeWords(result)));
  parts.push(text(verdictWords(result)));
  return parts;
}

function outcomeWords({ outcome, blocks }: Result): string {
  const { status, error } = outcome;
  const why = error === null ? '' : `: ${error.message}${error.advice === null ? '' : ` (${error.advice})`}`;
  // The error of a run that was cancelled says nothing else.
  const how = status === 'cancelled' ? 'was cancelled' : `failed${why}`;
  const begun = blocks.filter(({ kind }) => kind === 'measured').length;
  return `This run ${how}. What follows is what ${counted(begun, 'block')} measured until then.`;
}

function verdictWords({ checks, warnings }: Result): string {
  const names = (finding: CheckRecord['finding']): string[] =>
    checks.filter((check) => check.finding === finding).map(({ name }) => name.replaceAll('-', ' '));
  const clear = names('clear');
  const unknown = names('unknown');
  const head =
    warnings.length === 0
      ? checks.length === 0
        ? 'Nothing was checked.'
        : 'No doubts found.'
      : `${counted(warnings.length, 'doubt')} about these figures: ${doubtsOf(warnings).map(kindText).join(', ')}.`;
  const looked = clear.length === 0 ? '' : ` Looked for and not found: ${clear.join(', ')}.`;
  const unseen = unknown.length === 0 ? '' : ` Could not be looked for: ${unknown.join(', ')}.`;
  return `${head}${looked}${unseen}`;
}

function findingText(check: CheckRecord | undefined): string {
  if (check === undefined) return 'not looked for';
  if (check.finding === 'unknown') return `unknown: ${check.reason ?? 'not told'}`;
  return check.finding === 'clear' ? 'not found' : 'doubt';
}

/** Those that say the same of several sizes are one. */
function doubtsOf(warnings: readonly Warning[]): Doubt[] {
  const alike = Map.groupBy(warnings, ({ code, advice }) => `${code} ${advice}`);
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ code: first.code, advice: first.advice, cases: group.map(caseOf) }];
  });
}

/** `outliers (12 times)`. */
function kindText({ code, cases }: Doubt): string {
  const name = code.replaceAll('-', ' ');
  return cases.length === 1 ? name : `${name} (${cases.length} times)`;
}

function caseOf(warning: Warning): DoubtCase {
  const evidence = Object.entries(warning)
    // What the message says already.
    .filter(([key]) => !['code', 'check', 'message', 'advice', 'measurement', 'payloadBytes'].includes(key))
    .map(([key, value]) => evidenceText(key, value));
  return { message: warning.message, evidence };
}

const UNITS: readonly (readonly [ending: string, text: (value: number) => string])[] = [
  ['BitsPerSecond', (value) => `${inUnit(value, rateUnit([value]))} ${rateUnit([value]).name}`],
  ['Ns', timeText],
  ['Bytes', sizeText],
  ['Share', percentText],
  ['Precision', percentText],
];

/** `firstMedianNs: 21000` as `first median: 21.00 µs`: fields of results carry their units in their names. */
function evidenceText(key: string, value: unknown): string {
  const known = UNITS.find(([ending]) => key.endsWith(ending));
  const words = (
    known !== undefined && known[0] !== 'Precision' && known[0] !== 'Share'
      ? key.slice(0, -known[0].length)
      : key
  )
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
  if (value === null) return `${words}: not known`;
  if (typeof value !== 'number') return `${words}: ${String(value)}`;
  if (value === 0) return `${words}: 0`;
  const plain = Number.isInteger(value) ? value.toLocaleString('en-US') : figureText(value, 3);
  return `${words}: ${known === undefined ? plain : known[1](value)}`;
}
