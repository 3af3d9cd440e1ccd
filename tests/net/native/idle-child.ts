/** A native thread with nothing to do. */
import { parentPort, workerData } from 'node:worker_threads';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { ThreadEnd } from '../../../src/net/native/thread/thread-end.ts';

const { libc } = loadLibc();
if (libc !== undefined)
  new ThreadEnd(libc, new Descriptors(workerData.control.descriptors), workerData.control);
parentPort?.on('message', () => {});
