/** The schema of an examination tells a record from what is none, and what echolot writes it reads. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { judge } from '../../src/measure/doctor/judge/judge.ts';
import { readRecord } from '../../src/records.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { DoctorResult } from '../../src/result/doctor/doctor-result.ts';
import { SOUND } from '../measure/doctor/facts.ts';

const schema: object = JSON.parse(readFileSync(absolute('docs/spec/doctor-v1.schema.json'), 'utf8'));
const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

const RECORD: DoctorResult = {
  format: 'echolot-doctor',
  version: 1,
  tool: { name: 'echolot', version: '0.1.0', node: '26.10.0' },
  system: { platform: 'linux', release: '6.18.0', arch: 'x64', cpu: null, cpus: 4 },
  startedAt: '2026-12-01T08:00:00.000Z',
  durationNs: 1_000_000_000,
  works: true,
  withNames: false,
  findings: judge({ ...SOUND, network: { ...SOUND.network, ports: { unknown: 'no file' } } }),
};

test('a record is one by the schema, and is read again as it was', () => {
  const text = jsonReport(RECORD);
  validate(JSON.parse(text));
  expect(validate.errors ?? []).toEqual([]);
  expect(readRecord(text)).toEqual(RECORD);
});

type Spoil = readonly [string, string, Partial<Record<keyof DoctorResult, unknown>>];
const SPOILS: readonly Spoil[] = [
  ['a later version', '/version', { version: 2 }],
  ['a record of another kind', '/format', { format: 'echolot-selftest' }],
  ['a state that there is not', '/findings/0', { findings: [{ ...RECORD.findings[0], state: 'moody' }] }],
  ['a finding without a fact', '/findings/0', { findings: [{ name: 'clock' }] }],
];

test.each(SPOILS)('the schema refuses %s', (_what, place, spoilt) => {
  validate({ ...RECORD, ...spoilt });
  expect((validate.errors ?? []).map(({ instancePath }) => instancePath).join(' ')).toContain(place);
});
