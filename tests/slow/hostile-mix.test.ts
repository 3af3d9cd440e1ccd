/** Ten seconds of everything at once: the server goes on serving, and its memory stays bounded. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { measure, socketTo } from './clients.ts';
import { mib, ServerChild, sleep, tell } from './server-child.ts';

const DURATION_MS = 10_000;
const MIB = 1024 * 1024;
/** The sum of all payloads that the server agrees to, and as much again for what is queued, and the runtime. */
const PAYLOAD_LIMIT_BYTES = 64 * MIB;
const MAX_GROWTH_BYTES = 2 * PAYLOAD_LIMIT_BYTES + 64 * MIB;

type Hostile = (socket: Socket) => Promise<void>;

const hostiles: readonly Hostile[] = [
  async function noise(socket) {
    socket.write(randomBytes(randomInt(1, 100_000)));
    await sleep(randomInt(20));
  },
  async function slowloris(socket) {
    for (let i = 0; i < 20 && socket.writable; i++) {
      socket.write('s');
      await sleep(50);
    }
  },
  async function neverReads(socket) {
    socket.pause();
    socket.write('s RTT 1000000 1000 0\n');
    for (let i = 1; i <= 20 && socket.writable; i++) socket.write(`m ${'x'.repeat(1_000_000)} ${i}\n`);
    await sleep(1_000);
  },
  async function endlessProbe(socket) {
    socket.write(`s RTT 1000000 10 0\nm `);
    for (let i = 0; i < 20 && socket.writable; i++) {
      socket.write('y'.repeat(100_000));
      await sleep(10);
    }
  },
  async function pipelinesWithDelay(socket) {
    socket.write('s RTT 1000 1000 0.05\n');
    for (let i = 1; i <= 500 && socket.writable; i++) socket.write(`m ${'z'.repeat(1_000)} ${i}\n`);
    await sleep(300);
  },
  async function wrongProbes(socket) {
    socket.write('s RTT 10 1000 0\nm 1234567890 7\n');
    await sleep(randomInt(20));
  },
];

async function beHostile(port: number, untilMs: number): Promise<number> {
  let connections = 0;
  while (performance.now() < untilMs) {
    const socket = await socketTo(port);
    socket.resume();
    connections++;
    await hostiles[randomInt(hostiles.length)]!(socket);
    if (randomInt(2) === 0) socket.resetAndDestroy();
    else socket.destroy();
  }
  return connections;
}

test('a mix of hostile clients neither stops a server nor fills its memory', async () => {
  const second = 1_000_000_000;
  await using server = await ServerChild.start({
    limits: {
      maxTotalPayloadBytes: PAYLOAD_LIMIT_BYTES,
      firstMessageNs: second,
      idleNs: second,
      maxSessions: 200,
    },
  });
  await measure(server.port, { probes: 1_000 });
  const before = await server.state();
  const untilMs = performance.now() + DURATION_MS;
  const hostile = Array.from({ length: 60 }, () => beHostile(server.port, untilMs));
  let peakRss = 0;
  let peakHeap = 0;
  let served = 0;
  while (performance.now() < untilMs) {
    // A setup may meet the limit on all payloads; what must not happen is silence.
    const rttNs = await measure(server.port, { probes: 20, timeoutMs: 10_000 }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'peer', phase: 'setup' });
      return undefined;
    });
    if (rttNs !== undefined) served++;
    const { rss, heapUsed } = await server.state();
    peakRss = Math.max(peakRss, rss);
    peakHeap = Math.max(peakHeap, heapUsed);
    await sleep(100);
  }
  const connections = (await Promise.all(hostile)).reduce((sum, count) => sum + count, 0);
  const after = await server.stateWhen(({ open }) => open === 0);
  tell(`${connections} hostile connections, ${served} good ones served meanwhile`);
  tell(`RSS ${mib(before.rss)}, peak ${mib(peakRss)}; heap ${mib(before.heapUsed)}, peak ${mib(peakHeap)}`);
  tell(`afterwards: RSS ${mib(after.rss)}, heap ${mib(after.heapUsed)}`);
  expect(served).toBeGreaterThan(0);
  expect(peakRss - before.rss).toBeLessThan(MAX_GROWTH_BYTES);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(8 * MIB);
  expect(await measure(server.port, { probes: 100 })).toHaveLength(100);
});
