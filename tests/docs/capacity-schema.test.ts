/** The schema of a capacity tells a record from what is none. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { capacitySchemaData } from '../../scripts/docs/result-schema.ts';
import type { Schema } from '../../scripts/docs/schema/json-schema.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { CapacityResult } from '../../src/result/capacity/capacity-result.ts';
import { capacityResult, tryRecord } from '../analysis/capacity/capacity-results.ts';
import { mustHave } from './added-later.ts';

// The kept file, not the generator's data: it is the file that others validate with.
const SCHEMA: object = JSON.parse(readFileSync(absolute('docs/spec/capacity-v1.schema.json'), 'utf8'));
const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(SCHEMA);

type Json = Record<string, unknown>;

function errorsOf(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function recordOf(result: CapacityResult): Json {
  return JSON.parse(jsonReport(result));
}

describe('the schema accepts', () => {
  test.each([
    ['a search that found it', capacityResult()],
    ['one that never connected', capacityResult([], { engine: null, server: null })],
    [
      'a try in which nothing was answered',
      capacityResult([tryRecord(100, 'lost', { response: null, service: null, value: null })]),
    ],
  ])('%s', (_what, result) => {
    expect(errorsOf(recordOf(result))).toEqual([]);
  });
});

describe('the schema refuses', () => {
  type Spoil = (record: Json, first: Json) => void;
  const spoils: readonly (readonly [string, string, Spoil])[] = [
    ['a later version', '/version', (record) => (record['version'] = 2)],
    ['the record of something else', '/format', (record) => (record['format'] = 'echolot-paced')],
    ['a field that is missing', 'tries', (record) => delete record['tries']],
    ['a field that nobody knows', 'additional', (_, first) => (first['rttMs'] = 1)],
    ['half a probe', '/counts/due', (_, first) => ((first['counts'] as Json)['due'] = 0.5)],
    ['an outcome that there is not', '/outcome', (_, first) => (first['outcome'] = 'perhaps')],
  ];

  test.each(spoils)('%s', (_what, place, spoil) => {
    const record = recordOf(capacityResult());
    spoil(record, (record['tries'] as Json[])[0] as Json);
    expect(errorsOf(record).join('\n')).toContain(place);
  });
});

test.each(
  Object.entries({ CapacityResult: capacitySchemaData(), ...capacitySchemaData().definitions }).filter(
    ([, { properties }]) => properties !== undefined,
  ),
)('the record %s requires all of its first fields and allows none that it does not know', (name, record) => {
  expect((record as Schema & { additionalProperties: unknown }).additionalProperties).toBe(false);
  expect([...(record.required ?? [])].sort()).toEqual(mustHave(name, record.properties));
});

test('all fields have a meaning in the document', () => {
  const text = readFileSync(absolute('docs/spec/capacity-format.md'), 'utf8');
  const fields = text
    .slice(text.indexOf('## Fields'))
    .split('\n')
    .filter((row) => row.startsWith('| `'));
  expect(fields.filter((row) => /\|\s*\|$/.test(row))).toEqual([]);
});
