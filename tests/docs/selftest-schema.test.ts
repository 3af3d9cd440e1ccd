/** The schema of a self-test tells a record from what is none. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { selfTestSchemaData } from '../../scripts/docs/result-schema.ts';
import type { Schema } from '../../scripts/docs/schema/json-schema.ts';
import { doubtDocs } from '../../scripts/docs/warnings.ts';
import { jsonReport } from '../../src/report/json.ts';
import { type BenchSettings, bench, HEALTH } from '../measure/self-testing.ts';
import { mustHave } from './added-later.ts';

let validate: ValidateFunction;

beforeAll(() => {
  // The kept file, not the generator's data: it is the file that others validate with.
  const schema: object = JSON.parse(readFileSync(absolute('docs/spec/selftest-v1.schema.json'), 'utf8'));
  validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
});

function errorsOf(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The record as whoever reads the file gets it. */
async function recordOf(settings: BenchSettings = {}): Promise<Record<string, unknown>> {
  return JSON.parse(jsonReport(await bench(settings).run()));
}

const STOLEN = { ...HEALTH, processors: { busyShare: 0.3, stealShare: 0.5 } };
const THROTTLED = {
  ...HEALTH,
  quota: { processors: 0.5, periods: 60, throttledPeriods: 41, throttledNs: 2e9 },
};
const UNKNOWN = { eventLoopDelay: null, wallClockStepNs: 7, processors: null, quota: null };

describe('the schema accepts', () => {
  test.each([
    ['a test with both engines', {}, []],
    ['a test without the native engine', { notNative: 'this is darwin' }, ['no-native-engine']],
    ['a busy machine', { health: STOLEN }, ['contended']],
    ['a quota that stopped it', { health: THROTTLED }, ['contended']],
    ['a system that tells nothing', { health: UNKNOWN }, []],
    ['a kernel without stamps', { native: { sessions: [{ rttNs: [9_000] }] } }, ['no-stamps']],
  ] as const)('%s', async (_name, settings, codes) => {
    const record = await recordOf(settings);
    expect(errorsOf(record)).toEqual([]);
    expect((record['doubts'] as { code: string }[]).map(({ code }) => code)).toEqual(codes);
  });
});

describe('the schema refuses', () => {
  type Spoil = (record: Record<string, unknown>, floor: Record<string, unknown>) => void;
  const spoils: readonly (readonly [string, string, Spoil])[] = [
    ['a later version', '/version', (record) => (record['version'] = 2)],
    ['the record of a measurement', '/format', (record) => (record['format'] = 'echolot-result')],
    ['a field that is missing', 'doubts', (record) => delete record['doubts']],
    ['a field that nobody knows', 'additional', (_, floor) => (floor['trust'] = 1)],
    ['a duration that is no whole number', '/durationNs', (record) => (record['durationNs'] = 0.5)],
    ['a way to wait that there is not', '/wait', (_, floor) => (floor['wait'] = 'doze')],
    ['a doubt that there is not', '/doubts/0', (record) => (record['doubts'] = [{ code: 'moody' }])],
  ];

  test.each(spoils)('%s', async (_name, place, spoil) => {
    const record = await recordOf();
    const [floor] = record['floors'] as Record<string, unknown>[];
    if (floor === undefined) throw new Error('the test has no floor');
    spoil(record, floor);
    expect(errorsOf(record).join('\n')).toContain(place);
  });
});

test.each(
  Object.entries({ SelfTestResult: selfTestSchemaData(), ...selfTestSchemaData().definitions }).filter(
    ([, { properties }]) => properties !== undefined,
  ),
)('the record %s requires all of its fields and allows no other', (name, record) => {
  expect((record as Schema & { additionalProperties: unknown }).additionalProperties).toBe(false);
  expect([...(record.required ?? [])].sort()).toEqual(mustHave(name, record.properties));
});

test.each(doubtDocs())('the doubt $code has a meaning, evidence, and a rule in the document', (doubt) => {
  const format = readFileSync(absolute('docs/spec/selftest-format.md'), 'utf8');
  expect(doubt.meaning).not.toBe('');
  expect(doubt.evidence).not.toEqual([]);
  expect(format).toContain(`\n- \`${doubt.code}\`: `);
});
