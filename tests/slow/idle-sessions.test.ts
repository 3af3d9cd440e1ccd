/** A thousand clients that do nothing cost a server little, and cost its other clients nothing. */
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { measure, socketTo } from './clients.ts';
import { mib, ServerChild, tell } from './server-child.ts';

const SESSIONS = 1_000;
/** Measured: 7 to 13 KiB, of which 4 are JavaScript. */
const MAX_BYTES_PER_SESSION = 64 * 1024;

test.each([
  ['that have said nothing', ''],
  ['in the middle of a setup', 's RTT 10'],
  ['that have agreed on a megabyte each', 's RTT 1000000 1000 0\n'],
])('a thousand idle sessions %s leave room for a good client', async (_what, opening) => {
  await using server = await ServerChild.start();
  await measure(server.port, { probes: 200 });
  const before = await server.stateWhen(({ open }) => open === 0);
  const sockets: Socket[] = [];
  for (let i = 0; i < SESSIONS; i++) {
    const socket = await socketTo(server.port);
    if (opening !== '') socket.write(opening);
    sockets.push(socket);
  }
  const after = await server.stateWhen(({ open }) => open === SESSIONS);
  tell(
    `${SESSIONS} sessions: ${mib(after.rss - before.rss)} RSS, ${mib(after.heapUsed - before.heapUsed)} heap`,
  );
  expect(after.rss - before.rss).toBeLessThan(SESSIONS * MAX_BYTES_PER_SESSION);

  const rttNs = await measure(server.port, { probes: 200 });
  expect(rttNs.every((ns) => ns > 0)).toBe(true);
  for (const socket of sockets) socket.destroy();
  await server.stateWhen(({ open }) => open === 0);
});
