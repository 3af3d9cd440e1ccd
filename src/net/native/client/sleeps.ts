/**
 * How late the sleeps of this thread end, asked for as everywhere in the engine: ppoll(2) with a time limit, which
 * the kernel keeps to the nanosecond and the processor's own sleep does not.
 */
import { POLLIN } from '../kernel/constants.ts';
import { POLLFD, TIMESPEC } from '../kernel/layouts.ts';
import type { ThreadEnd } from '../thread/thread-end.ts';

/** @returns of each sleep, ns; ends early when the thread is asked for something else */
export function oversleepsNs(thread: ThreadEnd, askedNs: number, budgetNs: number): Float64Array {
  const polled = new Int32Array(POLLFD.bytes / 4);
  polled[0] = thread.wakeFd;
  new Int16Array(polled.buffer)[POLLFD.events / 2] = POLLIN;
  const timeout = new BigInt64Array(TIMESPEC.bytes / 8);
  timeout[1] = BigInt(Math.round(askedNs));
  const lateNs = new Float64Array(Math.ceil(budgetNs / askedNs));
  const endNs = process.hrtime.bigint() + BigInt(Math.round(budgetNs));
  let sleeps = 0;
  while (sleeps < lateNs.length && !thread.isAsked) {
    const startNs = process.hrtime.bigint();
    if (startNs >= endNs) break;
    thread.libc.ppoll(polled, 1, timeout, null);
    lateNs[sleeps++] = Number(process.hrtime.bigint() - startNs) - askedNs;
  }
  return lateNs.slice(0, sleeps);
}
