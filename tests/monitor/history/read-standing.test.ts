/** A run is held against the history of its own path, and of its own size: of nothing else, and of not too little. */
import { describe, expect, test } from 'vitest';
import { type KnownPath, LEAST_INTERVALS, readStanding } from '../../../src/monitor/history/read-standing.ts';
import { EVERY_MS, MIDNIGHT_MS, seriesKey } from '../store/measured.ts';
import { HOUR_MS, keptStore, type Past } from './kept.ts';

const NOW_MS = MIDNIGHT_MS + HOUR_MS;
/** Slower by 1 % of 1 ms with each interval. */
const RISING: Past = {
  lengthMs: 100 * EVERY_MS,
  medianNs: (atMs) => 1e6 * (1 + (0.01 * (atMs - MIDNIGHT_MS)) / EVERY_MS),
};

async function standing(
  past: Past,
  query: { hosts?: readonly string[]; port?: number; payloadBytes?: number; valueNs?: number } = {},
): Promise<KnownPath | null> {
  const { hosts = ['192.0.2.1'], port = 7, payloadBytes = 100, valueNs = 1.905e6 } = query;
  const store = await keptStore(past);
  return await readStanding(store, { hosts, port, medians: [{ payloadBytes, valueNs }], nowMs: NOW_MS });
}

test('a run has its place among the intervals of its path', async () => {
  const found = (await standing(RISING))?.standings[0];
  expect(found).toMatchObject({ target: 'near', intervals: 100, sinceMs: MIDNIGHT_MS, stepMs: 0 });
  expect(found?.below?.share).toBeCloseTo(0.91, 1);
  expect(found?.below?.low).toBeLessThan(found?.below?.share ?? 0);
});

describe('a path is known by its port and', () => {
  test.each([
    ['its address', seriesKey('near'), '192.0.2.1'],
    ['the name that it was given as', seriesKey('host.example:7'), 'host.example'],
    ['an address of IPv6 in brackets', { ...seriesKey('[2001:db8::1]:7'), address: '' }, '2001:db8::1'],
  ])('%s', async (_by, series, host) => {
    expect((await standing({ ...RISING, series }, { hosts: [host] }))?.standings).toHaveLength(1);
  });
});

test.each([
  ['another host', { hosts: ['192.0.2.99'] }],
  ['another port', { port: 8 }],
])('the history of %s is none', async (_of, query) => {
  expect(await standing(RISING, query)).toBeNull();
});

test.each([10, 1_000, 1])('of %s B nothing is said by what 100 B took', async (payloadBytes) => {
  expect(await standing(RISING, { payloadBytes })).toEqual({
    standings: [],
    workloads: ['100 B, 20 probes'],
  });
});

test.each([1, LEAST_INTERVALS - 1])('%s intervals are too few for a number', async (intervals) => {
  const found = await standing({ ...RISING, lengthMs: intervals * EVERY_MS });
  expect(found?.standings[0]).toMatchObject({ intervals, below: null });
});

test('handshakes are no echoes', async () => {
  expect(await standing({ ...RISING, series: { ...seriesKey('near'), kind: 'ping' } })).toBeNull();
});
