/** One client that sends all it can, and one of good faith beside it, over real sockets: the second one's times stay its own. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { measure } from './clients.ts';
import { ServerChild, tell } from './server-child.ts';

const MANY = 300_000;
/** Generous: it was seconds. */
const LONGEST_NS = 50_000_000;
/** The scheduler of a busy machine takes a processor away for as long, but not each time. */
const TRIES = 5;

const HOSTILE = `
  const { parentPort, workerData } = require('node:worker_threads');
  const socket = require('node:net').connect(workerData.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.once('data', () => parentPort.postMessage('served'));
  socket.resume();
  socket.write(workerData.sent);
`;

const probes = Array.from({ length: MANY }, (_, i) => `m a ${i + 1}\n`).join('');
const ENGINES = nativeUnavailable() === undefined ? (['native', 'node'] as const) : (['node'] as const);

describe.each(ENGINES)('beside a client that sends thousands of probes at once (%s)', (engine) => {
  test.each(['0', '0.000001'])('a good one is not kept waiting, with a delay of %s ms', async (delay) => {
    await using server = await ServerChild.start({ engine });
    // Both ends are warm before it counts.
    await measure(server.port, { probes: 2_000 });
    let leastNs = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < TRIES; tries++) {
      leastNs = Math.min(leastNs, await longestBeside(server.port, delay));
    }
    tell(`longest round trip beside it ${(leastNs / 1e6).toFixed(1)} ms`);
    expect(leastNs).toBeLessThan(LONGEST_NS);
  });
});

/** @returns the longest round trip of a good client while a hostile one is served, ns */
async function longestBeside(port: number, delay: string): Promise<number> {
  // On a thread of its own: what it costs to read all those echoes is not the server's.
  const sent = `s RTT 1 ${MANY} ${delay} +pipeline\n${probes}`;
  const hostile = new Worker(HOSTILE, { eval: true, workerData: { port, sent } });
  await once(hostile, 'message');
  const rttsNs = await measure(port, { probes: 3_000 });
  await hostile.terminate();
  return rttsNs.reduce((longest, rttNs) => Math.max(longest, rttNs), 0);
}
