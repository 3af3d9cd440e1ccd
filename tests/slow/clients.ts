/** Clients of the slow suite: a good one, and sockets that can be as rude as the kernel allows. */
import { connect, type Socket } from 'node:net';
import { nodeDialer } from '../../src/net/node/dialer.ts';
import { nodeEngine } from '../../src/net/node/engine.ts';
import { makePlan, makeSamples, NO_BUDGET_NS, type PlanChanges } from '../net/world.ts';

/** Measures as a good client does. @returns the round-trip times, ns; throws when it was not served */
export async function measure(
  port: number,
  changes: PlanChanges & { probes: number },
): Promise<Float64Array> {
  const session = await nodeEngine.open(
    { host: '127.0.0.1', port, family: 4 },
    makePlan('size-first', { payloadBytes: 100, ...changes }),
    { epochNs: nodeDialer.timekeeper.nowNs() },
  );
  const samples = makeSamples(changes.probes);
  await session.runBatch({ probes: changes.probes, budgetNs: NO_BUDGET_NS }, samples);
  const outcome = await session.close();
  if (outcome !== 'answered') throw new Error(`the termination was ${outcome}`);
  return samples.rttNs;
}

/** A connected socket; later errors on it are its own affair. */
export function socketTo(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** Reads until the server's FIN. */
export function readAll(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    socket.once('error', reject);
    socket.once('end', () => resolve(bytes));
    socket.once('close', () => reject(new Error(`closed after ${bytes} bytes`)));
    socket.resume();
  });
}
