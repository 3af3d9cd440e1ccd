/** The schema tells a result from what is none, so that a reader can rely on a file before it looks inside. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { resultSchemaData } from '../../scripts/docs/result-schema.ts';
import type { Schema } from '../../scripts/docs/schema/json-schema.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { Result } from '../../src/result/result.ts';
import { stampedResult } from '../report/stamped-result.ts';
import { mustHave } from './added-later.ts';
import { completeResult, resultIn, SETTINGS } from './real-results.ts';

const schema: unknown = JSON.parse(readFileSync(absolute('docs/spec/result-v3.schema.json'), 'utf8'));
let validate: ValidateFunction;

beforeAll(() => {
  // The kept file, not the generator's data: it is the file that others validate with.
  validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema as object);
});

/** The result as whoever reads the file gets it. */
function asRead(result: Result): unknown {
  return JSON.parse(jsonReport(result));
}

function errorsOf(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe('the schema accepts', () => {
  test.each(SETTINGS)('%s', async (_name, status, setting) => {
    const result = await resultIn(setting);
    expect(result.outcome.status).toBe(status);
    expect(errorsOf(asRead(result))).toEqual([]);
  });

  test.each([
    ['every stamp', {}],
    ['a server that tells nothing', { facts: {} }],
    ['no stamp at all', { layers: [] }],
  ])('a run of the native engine with %s', async (_name, changes) => {
    expect(errorsOf(asRead(await stampedResult(changes)))).toEqual([]);
  });
});

describe('the schema refuses', () => {
  const spoilLayer =
    (value: unknown): Spoil =>
    (_, __, { layers }) =>
      ((layers as { wakeUpNs: unknown[] }).wakeUpNs[0] = value);
  type Spoil = (
    result: Record<string, unknown>,
    block: Record<string, unknown>,
    samples: Record<string, unknown>,
  ) => void;
  const seriesOf = (series: unknown): Record<string, unknown> =>
    (series as Record<string, unknown>[])[0] as Record<string, unknown>;
  const spoils: readonly (readonly [string, string, Spoil])[] = [
    ['a later version', '/version', (result) => (result['version'] = 4)],
    ['another format', '/format', (result) => (result['format'] = 'other-result')],
    ['a field that is missing', 'plan', (result) => delete result['plan']],
    ['a field that nobody knows', 'additional', (result) => (result['comment'] = 'hello')],
    ['a misspelled field of a block', 'additional', (_, block) => (block['rttMs'] = [1])],
    ['a time that is no whole number', '/rttNs/0', (_, __, samples) => (samples['rttNs'] = [0.5])],
    [
      'samples in a form that nobody knows',
      '/samples/form',
      (_, __, samples) => (samples['form'] = 'sketch'),
    ],
    ['half a nanosecond in a layer', '/wakeUpNs/0', spoilLayer(0.5)],
    ['0 as text for a stamp that is missing', '/wakeUpNs/0', spoilLayer('0')],
    ['a time as text', '/connectNs', (_, block) => (block['connectNs'] = '12 ms')],
    [
      '0 for null in place of statistics',
      '/statistics',
      ({ series }) => (seriesOf(series)['statistics'] = 0),
    ],
    [
      'a status that does not exist',
      '/status',
      (result) => (result['outcome'] = { status: 'ok', error: null }),
    ],
    ['an unknown warning', '/warnings/0', (result) => (result['warnings'] = [{ code: 'odd', message: '' }])],
  ];

  test.each(spoils)('%s', async (_name, place, spoil) => {
    const result = asRead(await stampedResult()) as { blocks: Record<string, unknown>[] };
    expect(errorsOf(result)).toEqual([]);
    const [block] = result.blocks;
    if (block === undefined) throw new Error('the run has no block');
    spoil(result as unknown as Record<string, unknown>, block, block['samples'] as Record<string, unknown>);
    expect(errorsOf(result).join('\n')).toContain(place);
  });
});

describe('every record of the schema', () => {
  const records = Object.entries({ Result: resultSchemaData(), ...resultSchemaData().definitions }).filter(
    ([, { properties }]) => properties !== undefined,
  );

  test.each(records)('%s requires all of its fields and allows no other', (name, record) => {
    expect((record as Schema & { additionalProperties: unknown }).additionalProperties).toBe(false);
    expect([...(record.required ?? [])].sort()).toEqual(mustHave(name, record.properties));
  });
});

describe('the recipes of the result format', () => {
  const document = readFileSync(absolute('docs/spec/result-format.md'), 'utf8');

  function recipe(language: string): string {
    return new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(document)?.[1] ?? '';
  }

  const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

  async function withFile<T>(use: (file: string, result: Result) => T): Promise<T> {
    const directory = mkdtempSync(join(tmpdir(), 'echolot-'));
    try {
      const file = join(directory, 'run.json');
      const result = await completeResult();
      writeFileSync(file, jsonReport(result));
      return use(file, result);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  function closeTo(printed: string, expected: readonly (readonly number[])[]): void {
    const rows = printed
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/).filter((word) => /^[\d.e+-]+$/.test(word)));
    expect(rows).toHaveLength(expected.length);
    for (const [at, row] of expected.entries()) {
      for (const [i, value] of row.entries()) {
        expect(Number(rows[at]?.[i])).toBeCloseTo(value, value > 1e6 ? 0 : 3);
      }
    }
  }

  test.skipIf(!has('python3'))('in Python give the numbers of the file', () =>
    withFile((file, { series }) => {
      const printed = execFileSync('python3', ['-c', recipe('python'), file]).toString();
      const expected = series.map(({ statistics }) => {
        if (statistics === null) throw new Error('a complete series has statistics');
        const { n, mean, median, p1, p99, min, max, standardDeviation } = statistics.rttNs;
        const goodput = statistics.goodputBitsPerSecond?.mean ?? 0;
        return [n, mean, median, p1, p99, min, max, standardDeviation ?? 0, goodput];
      });
      closeTo(printed, expected);
    }),
  );

  test.skipIf(!has('jq'))('in jq give the numbers of the file', () =>
    withFile((file, { series }) => {
      const command = recipe('sh').replace('run.json', file);
      const printed = execFileSync('sh', ['-c', command]).toString();
      const expected = series.map(({ workload, statistics }) => [
        workload.payloadBytes,
        statistics?.rttNs.mean ?? 0,
        statistics?.rttNs.median ?? 0,
      ]);
      closeTo(printed, expected);
    }),
  );
});
