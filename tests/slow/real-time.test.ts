/** What only real time can show: delays that are never early, and answers to clients that take their time. */
import { expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { measure, readAll, socketTo } from './clients.ts';
import { ServerChild, sleep, tell } from './server-child.ts';

const MS = 1_000_000;

const NATIVE =
  nativeUnavailable() === undefined
    ? ([
        ['native', 5],
        ['native', 1.7],
        ['native', 0.5],
      ] as const)
    : [];

test.each([['node', 5], ['node', 1.7], ...NATIVE] as const)(
  'two hundred probes to the %s server with a delay of %d ms never come back early',
  async (engine, ms) => {
    await using server = await ServerChild.start({ engine });
    const delayNs = ms * MS;
    const rttNs = await measure(server.port, { probes: 200, delay: { delayNs, unit: 'seconds' } });
    const sorted = rttNs.slice().sort();
    const late = (ns: number): string => `${((ns - delayNs) / 1_000).toFixed(0)} us`;
    tell(
      `${engine}, ${ms} ms: late by ${late(sorted[0]!)} at least, ${late(sorted[100]!)} median, ${late(sorted[199]!)} most`,
    );
    expect(sorted[0]).toBeGreaterThanOrEqual(delayNs);
  },
);

test('ten clients with delays at once are all served on time, not one after the other', async () => {
  await using server = await ServerChild.start();
  const delay = { delayNs: 20 * MS, unit: 'seconds' } as const;
  const startMs = performance.now();
  const all = await Promise.all(
    Array.from({ length: 10 }, () => measure(server.port, { probes: 50, delay })),
  );
  const tookMs = performance.now() - startMs;
  for (const rttNs of all) expect(Math.min(...rttNs)).toBeGreaterThanOrEqual(20 * MS);
  expect(tookMs).toBeLessThan(5 * 50 * 20);
});

test('a large echo reaches a client that closed its half and reads slowly, whole', async () => {
  await using server = await ServerChild.start();
  const payloadBytes = 16 * 1024 * 1024;
  const socket = await socketTo(server.port);
  const ready = new Promise((resolve) => socket.once('data', resolve));
  socket.write(`s RTT ${payloadBytes} 1 0\n`);
  await ready;
  socket.pause();
  socket.end(`m ${'x'.repeat(payloadBytes)} 1\n`);
  await sleep(4_000);
  expect(await readAll(socket)).toBe(payloadBytes + 5);
});
