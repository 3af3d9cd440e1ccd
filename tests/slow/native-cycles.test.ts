/** A monitor measures for months: no connection may leave a descriptor or memory behind. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { serve } from '../../src/index.ts';
import { createNativeEngine } from '../../src/net/native/client/engine.ts';
import { loadLibc } from '../../src/net/native/kernel/libc.ts';
import { makeSampleBuffer } from '../../src/net/session/samples.ts';

const { libc, reason } = loadLibc();
const CYCLES = 10_000;
/** After these, the threads' compilers have done their work too: measured, they still take 30 MiB between 1,000 and 15,000. */
const WARM_UP_CYCLES = 15_000;
const NS_PER_S = 1_000_000_000;
const MOST_GROWTH_BYTES = 24 * 1024 * 1024;
/** As often as there is something to be explained. */
const ROUNDS = 3;

describe.skipIf(libc === undefined)(`native engine and server ${reason ?? ''}`, () => {
  test('ten thousand connections leave no descriptor and no memory behind', async () => {
    await using server = await serve({ engine: 'native', host: '127.0.0.1', port: 0 });
    const port = server.endpoints[0]?.port ?? 0;
    const engine = createNativeEngine();
    const samples = makeSampleBuffer(2, true);
    const cycle = async (): Promise<void> => {
      const session = await engine.open(
        { host: '127.0.0.1', port, family: 4 },
        {
          protocol: 'size-first',
          setup: { measurement: 'rtt', payloadBytes: 100, probes: 2, delay: { delayNs: 0, unit: 'seconds' } },
          timeoutNs: 5 * NS_PER_S,
        },
        { epochNs: process.hrtime.bigint() },
      );
      samples.count = 0;
      await session.runBatch({ probes: 2, budgetNs: NS_PER_S }, samples);
      expect(await session.close()).toBe('answered');
    };
    for (let i = 0; i < WARM_UP_CYCLES; i++) await cycle();
    const descriptors = openDescriptors();
    // What is left behind is left each time; a compiler or a collector that was late takes memory once.
    let leastGrowthBytes = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS && leastGrowthBytes >= MOST_GROWTH_BYTES; round++) {
      const rssBytes = process.memoryUsage.rss();
      for (let i = 0; i < CYCLES; i++) await cycle();
      // The server may still be reading the end of the last few.
      while (server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
      expect(openDescriptors()).toBeLessThanOrEqual(descriptors);
      leastGrowthBytes = Math.min(leastGrowthBytes, process.memoryUsage.rss() - rssBytes);
    }
    expect(leastGrowthBytes).toBeLessThan(MOST_GROWTH_BYTES);
    await engine.close?.();
  }, 240_000);
});

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
