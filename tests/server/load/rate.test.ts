/** No client gets more than the rate that a server's owner allows, whatever it does: joins, leaves, asks for another rate. */
import { describe, expect, test } from 'vitest';
import { MS, PretendServer } from '../pretend-server.ts';
import { joining, type LoadClient, owning } from './load-client.ts';

/** What is sent beyond the rate: 2 %, what 100 ms take, and a frame that is under way. */
const TOLERANCE = 1.02;
const BURST_S = 0.1;
const FRAME_BYTES = 4_096;

function mostBytes(bitsPerSecond: number, seconds: number): number {
  return (TOLERANCE * bitsPerSecond * (seconds + BURST_S)) / 8 + FRAME_BYTES;
}

/** A stream after the other for a second: each asks as it is told, and leaves. @returns all that they got, bytes */
async function churn(bitsPerSecond: number, ask: (stream: LoadClient) => void): Promise<number> {
  const server = await PretendServer.start({ limits: { maxLoadBitsPerSecond: bitsPerSecond } });
  const owner = await owning(server);
  let bytes = 0;
  for (let i = 0; i < 50; i++) {
    const stream = await joining(server, owner);
    ask(stream);
    await server.pass(20 * MS);
    bytes += stream.receivedBytes;
    stream.raw.end();
  }
  return bytes;
}

describe.each([1_000, 100_000, 1_000_000, 10_000_000])('a granted rate of %i bit/s', (bitsPerSecond) => {
  test('is that of streams that come, take what they can at once, and leave', async () => {
    const bytes = await churn(bitsPerSecond, (stream) => stream.send('b 0\n'));
    expect(bytes).toBeGreaterThan(0.5 * (bitsPerSecond / 8));
    expect(bytes).toBeLessThan(mostBytes(bitsPerSecond, 1.1));
  });

  test('is that of streams that ask for one rate after the other', async () => {
    const bytes = await churn(bitsPerSecond, (stream) => stream.send('b 0\nb 1\nb 0\nb 50000000\n'));
    expect(bytes).toBeLessThan(mostBytes(bitsPerSecond, 1.1));
  });

  test('is that of all streams at once, from the first moment on', async () => {
    const server = await PretendServer.start({ limits: { maxLoadBitsPerSecond: bitsPerSecond } });
    const owner = await owning(server, '20000 0 32');
    const streams: LoadClient[] = [];
    for (let i = 0; i < 32; i++) streams.push(await joining(server, owner));
    for (const stream of streams) stream.send('b 0\n');
    await server.pass(100 * MS);
    const bytes = streams.reduce((sum, stream) => sum + stream.receivedBytes, 0);
    expect(bytes).toBeLessThan(mostBytes(bitsPerSecond, 0.2));
  });
});
