/** What the checks say of a recording, for the tests of each of them. */
import { expect } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import type { CheckName, CheckRecord } from '../../src/result/checks.ts';
import type { Recording } from '../../src/result/result.ts';
import type { Warning } from '../../src/result/warnings.ts';

export type Code = Warning['code'];

export function codes(recording: Recording): Code[] {
  return analyse(recording).warnings.map(({ code }) => code);
}

/** The only doubt of this kind. */
export function one<C extends Code>(code: C, recording: Recording): Extract<Warning, { code: C }> {
  const found = analyse(recording).warnings.filter(
    (warning): warning is Extract<Warning, { code: C }> => warning.code === code,
  );
  expect(found).toHaveLength(1);
  return found[0] as Extract<Warning, { code: C }>;
}

export function checkOf(name: CheckName, recording: Recording): CheckRecord {
  return analyse(recording).checks.find((check) => check.name === name) as CheckRecord;
}

export function findingOf(name: CheckName, recording: Recording): CheckRecord['finding'] {
  return checkOf(name, recording).finding;
}

/** The reason why a check cannot be made; fails when it can. */
export function reasonOf(name: CheckName, recording: Recording): string {
  const { finding, reason } = checkOf(name, recording);
  expect(finding).toBe('unknown');
  return reason as string;
}
