/** The schema of paced probes tells a record from what is none. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { pacedSchemaData } from '../../scripts/docs/result-schema.ts';
import type { Schema } from '../../scripts/docs/schema/json-schema.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { PacedResult } from '../../src/result/paced/paced-result.ts';
import {
  ALL_DOUBTS,
  closedResult,
  pacedResult,
  refused,
  statistics,
  stepStatistics,
  sweepResult,
  times,
  withDoubts,
} from '../report/paced/paced-results.ts';
import { mustHave } from './added-later.ts';

let validate: ValidateFunction;

beforeAll(() => {
  // The kept file, not the generator's data: it is the file that others validate with.
  const schema: object = JSON.parse(readFileSync(absolute('docs/spec/paced-v1.schema.json'), 'utf8'));
  validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
});

function errorsOf(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

type Json = Record<string, unknown>;

/** The record as whoever reads the file gets it. */
function recordOf(result: PacedResult): Json {
  return JSON.parse(jsonReport(result));
}

describe('the schema accepts', () => {
  const nothing = stepStatistics({ response: null, service: null, lateP50: null, lateP99: null });
  const settings: readonly (readonly [string, PacedResult])[] = [
    ['one rate', pacedResult()],
    ['a closed loop', closedResult()],
    ['several rates', sweepResult()],
    ['every doubt', withDoubts(ALL_DOUBTS)],
    [
      'a percentile among the missing',
      pacedResult({
        statistics: statistics({
          steps: [stepStatistics({ response: times(1, { p99_99: refused(null) }) })],
        }),
      }),
    ],
    [
      'a run that never connected',
      pacedResult({
        server: null,
        connections: [],
        steps: [],
        statistics: statistics({ steps: [] }),
      }),
    ],
    ['a step in which nothing was answered', pacedResult({ statistics: statistics({ steps: [nothing] }) })],
  ];

  test.each(settings)('%s', (_what, result) => {
    expect(errorsOf(recordOf(result))).toEqual([]);
  });
});

describe('the schema refuses', () => {
  type Spoil = (record: Json, step: Json) => void;
  const spoils: readonly (readonly [string, string, Spoil])[] = [
    ['a later version', '/version', (record) => (record['version'] = 2)],
    ['the record of a measurement', '/format', (record) => (record['format'] = 'echolot-result')],
    ['a field that is missing', 'continuedAtNs', (record) => delete record['continuedAtNs']],
    ['a field that nobody knows', 'additional', (_, step) => (step['rttMs'] = 1)],
    ['half a probe', '/counts/due', (_, step) => ((step['counts'] as Json)['due'] = 0.5)],
    ['fewer than no probes', '/late/byThread', (_, step) => ((step['late'] as Json)['byThread'] = -1)],
    ['a time that is no whole number', '/fromAtNs', (_, step) => (step['fromAtNs'] = 0.5)],
  ];

  test.each(spoils)('%s', (_what, place, spoil) => {
    const record = recordOf(pacedResult());
    const [step] = record['steps'] as Json[];
    if (step === undefined) throw new Error('there is no step');
    spoil(record, step);
    expect(errorsOf(record).join('\n')).toContain(place);
  });
});

test.each(
  Object.entries({ PacedResult: pacedSchemaData(), ...pacedSchemaData().definitions }).filter(
    ([, { properties }]) => properties !== undefined,
  ),
)('the record %s requires all of its first fields and allows none that it does not know', (name, record) => {
  expect((record as Schema & { additionalProperties: unknown }).additionalProperties).toBe(false);
  expect([...(record.required ?? [])].sort()).toEqual(mustHave(name, record.properties));
});

test('all fields have a meaning in the document', () => {
  const text = readFileSync(absolute('docs/spec/paced-format.md'), 'utf8');
  const fields = text
    .slice(text.indexOf('## Fields'))
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const bare = fields.filter((line) => /\|\s*\|$/.test(line));
  expect(bare).toEqual([]);
});
