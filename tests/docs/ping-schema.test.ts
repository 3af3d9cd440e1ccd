/** The schema of a series of handshakes tells a record from what is none. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { pingSchemaData } from '../../scripts/docs/result-schema.ts';
import type { Schema } from '../../scripts/docs/schema/json-schema.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import { PingError } from '../../src/measure/outcome.ts';
import { startPing } from '../../src/measure/ping/ping.ts';
import type { PingOptions } from '../../src/measure/ping/ping-plan.ts';
import { handshakerOver } from '../../src/net/dialed-handshaker.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import { jsonReport } from '../../src/report/json.ts';
import { type ScriptedHandshake, ScriptedHandshaker } from '../measure/scripted-handshaker.ts';

const MS = 1_000_000;
/** Fields that came after the first records of this version, which lack them. */
const ADDED: readonly string[] = ['addresses', 'unsent', 'tls', 'tlsHandshakeNs'];
const PORT = 443;

const USED_UP = new EcholotError('limit', 'the local ports of this machine are used up');

let validate: ValidateFunction;

beforeAll(() => {
  // The kept file, not the generator's data: it is the file that others validate with.
  const schema: object = JSON.parse(readFileSync(absolute('docs/spec/ping-v1.schema.json'), 'utf8'));
  validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
});

function errorsOf(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

interface Setting {
  readonly options?: Partial<PingOptions>;
  /** Instead of the pretend network. */
  readonly script?: readonly ScriptedHandshake[];
  readonly cancelAtNs?: number;
}

/** The record as whoever reads the file gets it. */
async function recordOf({ options, script, cancelAtNs }: Setting): Promise<Record<string, unknown>> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: MS });
  await network.listen({ port: PORT }, (connection) => ({
    onBytes: () => {},
    onDrain: () => {},
    onEnd: () => connection.end(),
    onClose: () => {},
  }));
  const handshaker =
    script === undefined ? handshakerOver('memory', network) : new ScriptedHandshaker(clock, script);
  const run = startPing({ handshaker, clock }, { host: 'host.example', port: PORT, count: 3, ...options });
  if (cancelAtNs !== undefined) clock.wakeAt(BigInt(cancelAtNs), () => run.cancel());
  const result = await clock.drive(run.result).catch((error: unknown) => {
    if (error instanceof PingError) return error.result;
    throw error;
  });
  return JSON.parse(jsonReport(result));
}

describe('the schema accepts', () => {
  const settings: readonly (readonly [string, string, Setting])[] = [
    ['a complete series', 'complete', {}],
    ['a series with a family named', 'complete', { options: { family: 4 } }],
    ['figures of the kernel', 'complete', { script: [{ takesNs: MS, handshakeRttNs: 24_000 }] }],
    ['refusals', 'complete', { options: { port: 1 } }],
    ['what this machine could not send', 'complete', { script: [{ takesNs: MS, error: USED_UP }] }],
    ['missed starts', 'complete', { script: [{ takesNs: 2_500 * MS }] }],
    ['a series without a count', 'cancelled', { options: {}, cancelAtNs: 1_500 * MS }],
    ['a series that cannot be', 'failed', { options: { socket: { trafficClass: 8 } } }],
  ];

  test.each(settings)('%s', async (_name, status, setting) => {
    const record = await recordOf(setting);
    expect(record['outcome']).toMatchObject({ status });
    expect(errorsOf(record)).toEqual([]);
  });
});

describe('the schema refuses', () => {
  type Spoil = (record: Record<string, unknown>, reply: Record<string, unknown>) => void;
  const spoils: readonly (readonly [string, string, Spoil])[] = [
    ['a later version', '/version', (record) => (record['version'] = 2)],
    ['the record of a measurement', '/format', (record) => (record['format'] = 'echolot-result')],
    ['a field that is missing', 'missedSlots', (record) => delete record['missedSlots']],
    ['a field that nobody knows', 'additional', (_, reply) => (reply['rttMs'] = 1)],
    ['a time that is no whole number', '/connectNs', (_, reply) => (reply['connectNs'] = 0.5)],
    [
      'part of a nanosecond from the kernel',
      '/handshakeRttNs',
      (_, reply) => (reply['handshakeRttNs'] = 0.5),
    ],
    ['a number that is no whole number', '/sequence', (_, reply) => (reply['sequence'] = 1.5)],
  ];

  test.each(spoils)('%s', async (_name, place, spoil) => {
    const record = await recordOf({});
    const [reply] = record['replies'] as Record<string, unknown>[];
    if (reply === undefined) throw new Error('the series has no reply');
    spoil(record, reply);
    expect(errorsOf(record).join('\n')).toContain(place);
  });
});

test.each(
  Object.entries({ PingResult: pingSchemaData(), ...pingSchemaData().definitions }).filter(
    ([, { properties }]) => properties !== undefined,
  ),
)('the record %s requires all of its first fields and allows none that it does not know', (_name, record) => {
  expect((record as Schema & { additionalProperties: unknown }).additionalProperties).toBe(false);
  const first = Object.keys(record.properties ?? {}).filter((name) => !ADDED.includes(name));
  expect([...(record.required ?? [])].sort()).toEqual(first.sort());
});
