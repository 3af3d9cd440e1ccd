/** The schema of a check tells a record from what is none. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { checkSchemaData } from '../../scripts/docs/result-schema.ts';
import type { Schema } from '../../scripts/docs/schema/json-schema.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { CheckResult } from '../../src/result/check-result.ts';
import { checkedClient, checkedServer } from '../check/checked.ts';

const MS = 1_000_000;

let validate: ValidateFunction;

beforeAll(() => {
  // The kept file, not the generator's data: it is the file that others validate with.
  const schema: object = JSON.parse(readFileSync(absolute('docs/spec/check-v1.schema.json'), 'utf8'));
  validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
});

function errorsOf(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The record as whoever reads the file gets it. */
function asRead(result: CheckResult): Record<string, unknown> {
  return JSON.parse(jsonReport(result));
}

describe('the schema accepts', () => {
  const checks: readonly (readonly [string, string, () => Promise<CheckResult>])[] = [
    ['a server that is right', 'complete', () => checkedServer({})],
    ['one that is wrong', 'complete', () => checkedServer({ takesNumber: () => true })],
    ['one that ends in the middle', 'complete', () => checkedServer({ connections: 4 })],
    [
      'one rule of a dialect',
      'complete',
      () => checkedServer({}, { rules: ['crlf'], dialect: 'literal-newline' }),
    ],
    ['a server that is not there', 'failed', () => checkedServer({}, { port: 1 })],
    ['a check that is cancelled', 'cancelled', () => checkedServer({}, {}, 100 * MS)],
    ['a client', 'complete', () => checkedClient({})],
    ['a client with another figure', 'complete', () => checkedClient({}, { expectRttMs: 1 })],
  ];

  test.each(checks)('%s', async (_name, status, run) => {
    const record = asRead(await run());
    expect(record['outcome']).toMatchObject({ status });
    expect(errorsOf(record)).toEqual([]);
  });
});

describe('the schema refuses', () => {
  type Spoil = (record: Record<string, unknown>, rule: Record<string, unknown>) => void;
  const spoils: readonly (readonly [string, string, Spoil])[] = [
    ['a later version', '/version', (record) => (record['version'] = 2)],
    ['the record of a measurement', '/format', (record) => (record['format'] = 'echolot-result')],
    ['a field that is missing', 'sessions', (record) => delete record['sessions']],
    ['a field that nobody knows', 'additional', (_, rule) => (rule['points'] = 1)],
    ['a verdict that nobody knows', '/verdict', (_, rule) => (rule['verdict'] = 'perhaps')],
    ['a time that is no whole number', '/tookNs', (_, rule) => (rule['tookNs'] = 0.5)],
  ];

  test.each(spoils)('%s', async (_name, place, spoil) => {
    const record = asRead(await checkedServer({}));
    const [rule] = record['rules'] as Record<string, unknown>[];
    if (rule === undefined) throw new Error('the check has no rule');
    spoil(record, rule);
    expect(errorsOf(record).join('\n')).toContain(place);
  });
});

test.each(
  Object.entries({ CheckResult: checkSchemaData(), ...checkSchemaData().definitions }).filter(
    ([, { properties }]) => properties !== undefined,
  ),
)('the record %s requires all of its fields and allows none that it does not know', (_name, record) => {
  expect((record as Schema & { additionalProperties: unknown }).additionalProperties).toBe(false);
  expect([...(record.required ?? [])].sort()).toEqual(Object.keys(record.properties ?? {}).sort());
});
