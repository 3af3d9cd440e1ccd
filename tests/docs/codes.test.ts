/** Codes that programs rely on: each exists once, means something, and stands in the documents. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorCodes, exitCodes } from '../../scripts/docs/errors.ts';
import { absolute } from '../../scripts/docs/paths.ts';
import { resultSchemaData } from '../../scripts/docs/result-schema.ts';
import { warningDocs } from '../../scripts/docs/warnings.ts';
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.ts';
import type { ErrorCode } from '../../src/core/errors.ts';

const checks = readFileSync(absolute('docs/checks.md'), 'utf8');
const format = readFileSync(absolute('docs/spec/result-format.md'), 'utf8');
const cli = readFileSync(absolute('docs/cli.md'), 'utf8');
const manPage = readFileSync(absolute('man/echolot.1'), 'utf8');

/** Fails to compile when a code is missing here or does not exist. */
const ERROR_CODES: Readonly<Record<ErrorCode, true>> = {
  usage: true,
  peer: true,
  network: true,
  timeout: true,
  limit: true,
  cancelled: true,
  internal: true,
};

describe('error codes', () => {
  test('all have a meaning, in the error type, in the file and in the documents alike', () => {
    const codes = Object.keys(ERROR_CODES).sort();
    expect([...errorCodes().keys()].sort()).toEqual(codes);
    expect([...(resultSchemaData().definitions?.['ErrorCode']?.enum ?? [])].sort()).toEqual(codes);
  });

  test.each([...errorCodes()])('%s is in the documents with its meaning', (code, meaning) => {
    expect(meaning).not.toBe('');
    for (const document of [format, cli]) {
      expect(document).toMatch(
        new RegExp(`\\| \`${code}\` +\\| ${meaning.replace(/[.*+?()]/g, '\\$&')} +\\|`),
      );
    }
  });

  test.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s ends in a documented exit code', (code) => {
    expect(exitCodes().map(([exitCode]) => exitCode)).toContain(exitCodeOf(code));
  });
});

describe('exit codes', () => {
  test('are unique, so that a script can tell what happened', () => {
    const codes = Object.values(EXIT);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test.each(exitCodes())('%i is in the man page and in the documents', (exitCode, meaning) => {
    const inRoff = meaning.replaceAll('`', '').replace('--', '\\-\\-');
    expect(manPage).toContain(`\\fB${exitCode}\\fR\n${inRoff}`);
    expect(cli).toContain(meaning);
  });
});

describe('warning codes', () => {
  const docs = warningDocs();

  test('are unique, so that a program can tell them apart', () => {
    expect(docs.length).toBeGreaterThan(0);
    expect(new Set(docs.map(({ code }) => code)).size).toBe(docs.length);
  });

  test.each(docs)(
    '$code has a meaning, evidence, and a rule in the documents',
    ({ code, meaning, evidence }) => {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(meaning).not.toBe('');
      expect(evidence).not.toEqual([]);
      expect(checks).toMatch(new RegExp(`[|.] +\`${code}\`: `));
      expect(manPage).toContain(code.replaceAll('-', '\\-'));
    },
  );
});
