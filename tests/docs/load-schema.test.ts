/** The schema of a load tells a record from what is none. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { loadSchemaData } from '../../scripts/docs/result-schema.ts';
import type { Schema } from '../../scripts/docs/schema/json-schema.ts';
import { analyseLoad } from '../../src/analysis/load/analyse-load.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { ErrorRecord } from '../../src/result/error-record.ts';
import type { LoadRecording } from '../../src/result/load/load-result.ts';
import { loadRecording, MS, ramped, roundTrip, S, type SimulatedPhase } from '../analysis/load/loads.ts';
import { mustHave } from './added-later.ts';

let validate: ValidateFunction;

beforeAll(() => {
  // The kept file, not the generator's data: it is the file that others validate with.
  const schema: object = JSON.parse(readFileSync(absolute('docs/spec/load-v1.schema.json'), 'utf8'));
  validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
});

function errorsOf(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

type Json = Record<string, unknown>;

/** The record as whoever reads the file gets it. */
function recordOf(recording: LoadRecording): Json {
  return JSON.parse(jsonReport({ ...recording, statistics: analyseLoad(recording) }));
}

const CARRYING: readonly SimulatedPhase[] = [
  { name: 'idle' },
  {
    name: 'down',
    parts: () => roundTrip(13 * MS),
    streams: [{ direction: 'down', rate: ramped(40e6), ownRttNs: () => 14 * MS }],
  },
  { name: 'up', parts: () => roundTrip(0.5 * MS), streams: [{ direction: 'up', rate: ramped(4e6) }] },
];
const WHOLE = loadRecording(CARRYING, {}, 100 * MS);

describe('the schema accepts', () => {
  const error: ErrorRecord = {
    ...{ code: 'network', message: 'the connection was reset', advice: null },
    ...{ expected: null, received: null, phase: null },
  };
  const settings: readonly (readonly [string, LoadRecording])[] = [
    ['a whole load', WHOLE],
    ['one without idle or data', loadRecording([])],
    [
      'one that never settled',
      loadRecording([{ name: 'both', streams: [{ direction: 'both', rate: (ns) => 2 ** (ns / S) }] }]),
    ],
    [
      'one that failed',
      {
        ...WHOLE,
        outcome: { status: 'failed', error },
        streams: WHOLE.streams.map((one) => ({ ...one, error })),
      },
    ],
    ['one of an engine that sees nothing', { ...WHOLE, granted: null, health: null, handshakeRttNs: null }],
  ];

  test.each(settings)('%s', (_what, recording) => {
    expect(errorsOf(recordOf(recording))).toEqual([]);
  });
});

describe('the schema refuses', () => {
  type Spoil = (record: Json, stream: Json) => void;
  const spoils: readonly (readonly [string, string, Spoil])[] = [
    ['a later version', '/version', (record) => (record['version'] = 2)],
    ['the record of a measurement', '/format', (record) => (record['format'] = 'echolot-result')],
    ['a field that is missing', 'continuedAtNs', (record) => delete record['continuedAtNs']],
    ['a field that nobody knows', 'additional', (_, stream) => (stream['rttMs'] = 1)],
    ['a time that is no whole number', '/fromAtNs', (_, stream) => (stream['fromAtNs'] = 0.5)],
    ['another direction', '/direction', (_, stream) => (stream['direction'] = 'sideways')],
    ['text among times', '/foreignProbes', (record) => ((record['foreignProbes'] as Json)['rttNs'] = ['1'])],
  ];

  test.each(spoils)('%s', (_what, place, spoil) => {
    const record = recordOf(WHOLE);
    const [stream] = record['streams'] as Json[];
    if (stream === undefined) throw new Error('the load has no stream');
    spoil(record, stream);
    expect(errorsOf(record).join('\n')).toContain(place);
  });
});

test.each(
  Object.entries({ LoadResult: loadSchemaData(), ...loadSchemaData().definitions }).filter(
    ([, { properties }]) => properties !== undefined,
  ),
)('the record %s requires all of its first fields and allows none that it does not know', (name, record) => {
  expect((record as Schema & { additionalProperties: unknown }).additionalProperties).toBe(false);
  expect([...(record.required ?? [])].sort()).toEqual(mustHave(name, record.properties));
});

test('all fields have a meaning in the document', () => {
  const text = readFileSync(absolute('docs/spec/load-format.md'), 'utf8');
  const fields = text
    .slice(text.indexOf('## Fields'))
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const bare = fields.filter((line) => /\|\s*\|$/.test(line));
  expect(bare).toEqual([]);
});
