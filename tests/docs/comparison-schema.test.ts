/** The schema of a comparison tells a record from what is none. */

import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { comparisonSchemaData } from '../../scripts/docs/result-schema.ts';
import type { Schema } from '../../scripts/docs/schema/json-schema.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import { compareRecordings, compareResults } from '../../src/analysis/compare.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { startComparison } from '../../src/measure/comparison/comparison.ts';
import type { MeasureOptions } from '../../src/measure/exchange/plan.ts';
import { CompareError } from '../../src/measure/outcome.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { cleanRecording } from '../analysis/recordings.ts';
import { MockEngine } from '../measure/mock-engine.ts';
import { mustHave } from './added-later.ts';

const MS = 1_000_000;

let validate: ValidateFunction;

beforeAll(() => {
  // The kept file, not the generator's data: it is the file that others validate with.
  const schema: object = JSON.parse(readFileSync(absolute('docs/spec/comparison-v2.schema.json'), 'utf8'));
  validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
});

function errorsOf(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

interface Setting {
  readonly options?: Partial<MeasureOptions>;
  readonly rttNsOfB?: readonly number[];
  readonly cancelAtNs?: number;
}

/** The record of a live comparison as whoever reads the file gets it. */
async function live({
  options,
  rttNsOfB = [1.1 * MS],
  cancelAtNs,
}: Setting): Promise<Record<string, unknown>> {
  const clock = new VirtualClock();
  const arm = (rttNs: readonly number[]) => ({
    engine: new MockEngine(clock, { sessions: [{ rttNs }] }),
    fallback: null,
  });
  const common = { host: 'echo.example', port: 9_900, protocol: 'size-first', ...options } as const;
  const run = startComparison(
    { a: arm([MS]), b: arm(rttNsOfB), clock, compareRecordings },
    { a: { label: 'old', options: common }, b: { label: 'new', options: common } },
  );
  if (cancelAtNs !== undefined) clock.wakeAt(BigInt(cancelAtNs), () => run.cancel());
  const outcome = await clock.drive(run.result).catch((error: unknown) => {
    if (error instanceof CompareError && error.result !== undefined) return error.result;
    throw error;
  });
  return JSON.parse(jsonReport(outcome.comparison));
}

/** The record of two files. */
function apart(a: Recording, b: Recording): Record<string, unknown> {
  const resultOf = (recorded: Recording): Result => ({ ...recorded, ...analyse(recorded) });
  const comparison = compareResults(
    { label: 'a.json', result: resultOf(a) },
    { label: 'b.json', result: resultOf(b) },
    {
      tool: { name: 'echolot', version: '0.0.0', node: '26.0.0' },
      stop: null,
      outcome: { status: 'complete', error: null },
    },
  );
  return JSON.parse(jsonReport(comparison));
}

describe('the schema accepts', () => {
  const settings: readonly (readonly [string, string, Setting])[] = [
    ['a complete comparison', 'complete', {}],
    ['times and rates, by blocks', 'complete', { options: { type: 'both', blocks: 5, probes: 500 } }],
    ['too few pairs for an interval', 'complete', { options: { blocks: 2 } }],
    ['a clock that saw no time pass', 'complete', { options: { blocks: 5 }, rttNsOfB: [0] }],
    ['a comparison that was cancelled', 'cancelled', { cancelAtNs: 500 * MS }],
  ];

  test.each(settings)('%s', async (_name, status, setting) => {
    const record = await live(setting);
    expect(record['outcome']).toMatchObject({ status });
    expect(errorsOf(record)).toEqual([]);
  });

  test('two files, with sizes that only one has, and with doubts', () => {
    const sizes = (...payloads: number[]): Recording =>
      cleanRecording({
        workloads: payloads.map((payloadBytes) => closedLoop('rtt', payloadBytes)),
        rounds: 2,
      });
    const record = apart(sizes(1, 2), sizes(2, 3));
    expect(record['leftOut']).toHaveLength(2);
    expect((record['a'] as { warnings: unknown[] }).warnings).not.toEqual([]);
    expect(errorsOf(record)).toEqual([]);
  });
});

describe('the schema refuses', () => {
  type Spoil = (record: Record<string, unknown>, series: Record<string, unknown>) => void;
  const spoils: readonly (readonly [string, string, Spoil])[] = [
    ['a later version', '/version', (record) => (record['version'] = 3)],
    ['the record of a measurement', '/format', (record) => (record['format'] = 'echolot-result')],
    ['a field that is missing', 'leftOut', (record) => delete record['leftOut']],
    ['a field that nobody knows', 'additional', (_, series) => (series['winner'] = 'b')],
    ['half a pair', '/pairs', (_, series) => (series['pairs'] = 4.5)],
    [
      'a verdict that does not exist',
      '/verdict',
      (_, series) => ((series['median'] as Record<string, unknown>)['verdict'] = 'better'),
    ],
  ];

  test.each(spoils)('%s', async (_name, place, spoil) => {
    const record = await live({});
    const [series] = record['series'] as Record<string, unknown>[];
    if (series === undefined) throw new Error('nothing was compared');
    spoil(record, series);
    expect(errorsOf(record).join('\n')).toContain(place);
  });
});

test.each(
  Object.entries({ Comparison: comparisonSchemaData(), ...comparisonSchemaData().definitions }).filter(
    ([, { properties }]) => properties !== undefined,
  ),
)('the record %s requires all of its fields and allows no other', (name, record) => {
  expect((record as Schema & { additionalProperties: unknown }).additionalProperties).toBe(false);
  expect([...(record.required ?? [])].sort()).toEqual(mustHave(name, record.properties));
});
