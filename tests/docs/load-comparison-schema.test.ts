/** The schema of a comparison of loads tells a record from what is none. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { loadComparisonSchemaData } from '../../scripts/docs/result-schema.ts';
import type { Schema } from '../../scripts/docs/schema/json-schema.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { LoadComparison } from '../../src/result/load/load-comparison.ts';
import { turnsComparison } from '../analysis/load/compared.ts';
import { mustHave } from './added-later.ts';

let validate: ValidateFunction;

beforeAll(() => {
  // The kept file, not the generator's data: it is the file that others validate with.
  const path = absolute('docs/spec/load-comparison-v1.schema.json');
  const schema: object = JSON.parse(readFileSync(path, 'utf8'));
  validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
});

function errorsOf(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

type Json = Record<string, unknown>;

/** The record as whoever reads the file gets it. */
function recordOf(comparison: LoadComparison): Json {
  return JSON.parse(jsonReport(comparison));
}

describe('the schema accepts', () => {
  const whole = turnsComparison({ difference: -20e6 });
  const settings: readonly (readonly [string, LoadComparison])[] = [
    ['a whole comparison', whole],
    ['one of too few pairs', turnsComparison({ rounds: 2 })],
    ['one of loads that were apart', { ...whole, interleaved: false, turns: null }],
    ['one of loads that carried nothing', { ...whole, figures: [] }],
  ];

  test.each(settings)('%s', (_what, comparison) => {
    expect(errorsOf(recordOf(comparison))).toEqual([]);
  });
});

describe('the schema refuses', () => {
  type Spoil = (record: Json, figure: Json) => void;
  const spoils: readonly (readonly [string, string, Spoil])[] = [
    ['a later version', '/version', (record) => (record['version'] = 2)],
    ['the record of another comparison', '/format', (record) => (record['format'] = 'echolot-comparison')],
    ['a field that is missing', 'turns', (record) => delete record['turns']],
    ['a field that nobody knows', 'additional', (_, figure) => (figure['p'] = 0.5)],
    ['another verdict', '/verdict', (_, figure) => (figure['verdict'] = 'faster')],
    ['half a pair', '/pairs', (_, figure) => (figure['pairs'] = 7.5)],
    ['text for a rate', '/a', (_, figure) => (figure['a'] = '100M')],
  ];

  test.each(spoils)('%s', (_what, place, spoil) => {
    const record = recordOf(turnsComparison());
    const [figure] = record['figures'] as Json[];
    if (figure === undefined) throw new Error('the comparison has no figure');
    spoil(record, figure);
    expect(errorsOf(record).join('\n')).toContain(place);
  });
});

test.each(
  Object.entries({
    LoadComparison: loadComparisonSchemaData(),
    ...loadComparisonSchemaData().definitions,
  }).filter(([, { properties }]) => properties !== undefined),
)('the record %s requires all of its first fields and allows none that it does not know', (name, record) => {
  expect((record as Schema & { additionalProperties: unknown }).additionalProperties).toBe(false);
  expect([...(record.required ?? [])].sort()).toEqual(mustHave(name, record.properties));
});

test('all fields have a meaning in the document', () => {
  const text = readFileSync(absolute('docs/spec/load-comparison-format.md'), 'utf8');
  const fields = text
    .slice(text.indexOf('## Fields'))
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const bare = fields.filter((line) => /\|\s*\|$/.test(line));
  expect(fields.length).toBeGreaterThan(20);
  expect(bare).toEqual([]);
});
