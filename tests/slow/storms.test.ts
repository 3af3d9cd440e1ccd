/** Clients that come and go as fast as they can leave nothing behind. */
import { expect, test } from 'vitest';
import { measure, socketTo } from './clients.ts';
import { mib, ServerChild, tell } from './server-child.ts';

const STORMS = 2_000;
const AT_ONCE = 50;
const MIB = 1024 * 1024;
/** A leak of a single kilobyte a connection would show. */
const MAX_HEAP_GROWTH_BYTES = 2 * MIB;
/** Measured: 5 to 18 MiB, the allocator's reserves. */
const MAX_RSS_GROWTH_BYTES = 48 * MIB;

const goings = [
  ['close at once', async (port: number) => (await socketTo(port)).destroy()],
  ['reset at once', async (port: number) => (await socketTo(port)).resetAndDestroy()],
  [
    'set up and reset',
    async (port: number) => {
      const socket = await socketTo(port);
      await new Promise((resolve) => socket.write('s RTT 1000 10 0.1\nm ', resolve));
      socket.resetAndDestroy();
    },
  ],
  [
    'are refused',
    async (port: number) => {
      const socket = await socketTo(port);
      socket.end('nonsense\n').resume();
      await new Promise((resolve) => socket.once('close', resolve));
    },
  ],
] as const;

test.each(goings)(
  'two thousand clients that %s leave neither sessions nor memory behind',
  async (_what, go) => {
    await using server = await ServerChild.start();
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: AT_ONCE }, () => go(server.port)));
    const before = await server.stateWhen(({ open }) => open === 0);
    for (let i = 0; i < STORMS / AT_ONCE; i++) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => go(server.port)));
    }
    const after = await server.stateWhen(({ open }) => open === 0);
    const [rss, heap] = [after.rss - before.rss, after.heapUsed - before.heapUsed];
    tell(`${STORMS} connections: ${mib(rss)} RSS, ${mib(heap)} heap`);
    expect(heap).toBeLessThan(MAX_HEAP_GROWTH_BYTES);
    expect(rss).toBeLessThan(MAX_RSS_GROWTH_BYTES);
    expect(await measure(server.port, { probes: 100 })).toHaveLength(100);
  },
);
