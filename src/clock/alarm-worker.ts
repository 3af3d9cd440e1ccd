/** The thread of an {@link ./alarm.ts}: sleeps until the moment that is set, notifies, sleeps again. */
import { parentPort, workerData } from 'node:worker_threads';
import { type AlarmMemory, RUNG, SET } from './alarm.ts';

const NS_PER_MS = 1_000_000;

const memory: AlarmMemory = workerData;
const ringNs = new BigInt64Array(memory.ringNs);
const counts = new Int32Array(memory.counts);
parentPort?.postMessage('ready');

for (;;) {
  const set = Atomics.load(counts, SET);
  const atNs = Atomics.load(ringNs, 0);
  const leftMs = atNs === 0n ? Number.POSITIVE_INFINITY : Number(atNs - process.hrtime.bigint()) / NS_PER_MS;
  if (leftMs > 0 && Atomics.wait(counts, SET, set, leftMs) !== 'timed-out') continue;
  // Unless another moment was set meanwhile.
  Atomics.compareExchange(ringNs, 0, atNs, 0n);
  Atomics.add(counts, RUNG, 1);
  Atomics.notify(counts, RUNG);
}
